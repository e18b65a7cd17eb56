import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseRunbook } from '../../../core/runbook/parse.ts'
import type { Runbook } from '../../../core/runbook/model.ts'
import { SHORTEST_SECRET } from '../../../core/evidence/redact.ts'
import { CliError, usage } from '../cli-error.ts'
import type { Console } from '../console.ts'
import { EXIT } from '../exit-codes.ts'
import { printable } from '../printable.ts'
import { readAnswers, type Answers } from '../run/answers.ts'
import { askInputs } from '../run/ask-inputs.ts'
import { mappingOf, preflight } from '../run/preflight.ts'
import { Prompter } from '../run/prompter.ts'
import { declaredAtOf, exposedSecrets, inputsOf, modeOf, severityOf } from '../run/start-options.ts'
import { goOn, withTerminalRun } from '../run/terminal-run.ts'
import { askTrust } from '../run/trust.ts'
import { reading } from '../validate/runbook-files.ts'
import { diagnosticText } from '../validate/diagnostic-text.ts'
import { DATA_OPTION, onlyWord, readWords } from '../words.ts'

/** `muster run FILE …` */
export async function run(words: readonly string[], console: Console): Promise<number> {
  const { values, positionals } = readWords(words, {
    ...DATA_OPTION,
    mode: { type: 'string' },
    input: { type: 'string', multiple: true },
    answers: { type: 'string' },
    commander: { type: 'string' },
    severity: { type: 'string' },
    'declared-at': { type: 'string' },
    trust: { type: 'boolean' },
    json: { type: 'boolean' },
    environment: { type: 'string' },
    connect: { type: 'string', multiple: true },
    'no-preflight': { type: 'boolean' },
  })
  const file = resolve(onlyWord(positionals, 'runbook file'))
  const mode = modeOf(values.mode)
  const severity = severityOf(values.severity)
  const declaredAt = declaredAtOf(values['declared-at'], Date.now())
  const { environment } = values
  const connections = mappingOf(values.connect ?? [])
  const given = inputsOf(values.input ?? [], process.env)
  const answersFile = values.answers
  const interactive = answersFile === undefined
  if (interactive) requireTerminal()
  const answersText =
    answersFile === undefined
      ? undefined
      : await reading(answersFile, () => readFile(answersFile, 'utf8'))

  return await withTerminalRun(
    { data: values.data, json: values.json === true, person: interactive },
    console,
    async (terminal) => {
      const { connection } = terminal.opened
      const read = await connection.request('library.read', { path: file })
      const parsed = parseRunbook(read.source)
      const { runbook } = parsed
      const errors = parsed.diagnostics.filter((diagnostic) => diagnostic.severity === 'error')
      if (errors.length > 0) {
        const lines = read.source.split(/\r\n|\n|\r/u)
        for (const error of errors)
          console.say(diagnosticText(error, positionals[0] ?? file, lines, console.saying))
        throw new CliError(
          EXIT.problems,
          `The runbook has ${errors.length} error${errors.length === 1 ? '' : 's'} and cannot be started.`,
        )
      }
      const answers =
        answersText === undefined || answersFile === undefined
          ? undefined
          : readAnswers(answersText, answersFile, runbook)
      for (const name of exposedSecrets(values.input ?? [], runbook.inputs)) {
        console.say(
          `muster: the value of ${name} is secret, and other users of this computer can read command lines. Give --input ${name}, with the value in the environment.`,
        )
      }
      const prompter = interactive ? new Prompter(values.json === true) : undefined
      void terminal.ending.then(() => prompter?.close())
      if (prompter !== undefined) terminal.answerWith(prompter)
      try {
        const accepted = values.trust === true || mode === 'walkthrough' || read.trust === 'trusted'
        if (!accepted) {
          if (prompter === undefined || !(await askTrust(prompter, runbook, read.trust, terminal)))
            throw untrusted(positionals[0] ?? file, read.trust)
        }
        const merged = { ...answers?.inputs, ...given }
        const inputs = prompter ? await askInputs(prompter, runbook.inputs, merged) : merged
        if (answers !== undefined) refuseQuotedSecret(runbook, inputs, answers)
        const commander = (values.commander ?? terminal.info.user).trim()
        if (commander === '') throw usage('Who commands the run? Give --commander NAME.')
        if (mode === 'live' && values['no-preflight'] !== true) {
          const { tell, style } = terminal
          await preflight(
            connection,
            { path: read.path, sha256: read.sha256, environment, connections },
            { tell, style, prompter },
          )
        }
        const { run } = await connection.request('runs.start', {
          path: read.path,
          sha256: read.sha256,
          mode,
          inputs: { ...inputs },
          commander,
          acceptContent: true,
          connections: { ...connections },
          ...(environment !== undefined && { environment }),
          ...(severity !== undefined && { severity }),
          ...(declaredAt !== undefined && { declaredAt }),
          ...(answers !== undefined && { answers: answers.text }),
        })
        const session = terminal.session(run)
        session.actor = commander
        await session.open({ silent: false, resume: false })
        return await goOn(terminal, session, { answers, prompter }, console)
      } finally {
        prompter?.close()
      }
    },
  )
}

/** Without a person to ask there must be answers. */
export function requireTerminal(): void {
  if (process.stdin.isTTY) return
  throw usage(
    'There is no terminal to ask in. Give --answers FILE with the answers prepared beforehand (muster help run).',
  )
}

function untrusted(file: string, trust: 'new' | 'changed' | 'trusted'): CliError {
  const why =
    trust === 'changed' ? 'has changed since it was accepted' : 'has not been run here before'
  return new CliError(
    EXIT.untrusted,
    `${printable(file)} ${why}, so nothing was started. Read what it executes; then --trust accepts exactly this content.`,
  )
}

/** The text of the answers is recorded as it is, so no secret may stand in it, whatever it stands there for. */
function refuseQuotedSecret(
  runbook: Runbook,
  inputs: Readonly<Record<string, string>>,
  answers: Answers,
): void {
  for (const { name, secret } of runbook.inputs) {
    const value = secret ? (inputs[name] ?? '') : ''
    if (value.length >= SHORTEST_SECRET && answers.text.includes(value)) {
      throw usage(
        `The answers file contains the value of ${name}, which is secret, and its text is recorded with the run. Take it out.`,
      )
    }
  }
}
