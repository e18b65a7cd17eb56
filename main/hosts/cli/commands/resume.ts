import { readFile } from 'node:fs/promises'
import { SHORTEST_SECRET } from '../../../core/evidence/redact.ts'
import { CliError, usage } from '../cli-error.ts'
import type { Console } from '../console.ts'
import { EXIT } from '../exit-codes.ts'
import { printable } from '../printable.ts'
import { findRun } from '../record/find-run.ts'
import { readAnswers } from '../run/answers.ts'
import { Prompter } from '../run/prompter.ts'
import { inputsOf } from '../run/start-options.ts'
import { goOn, withTerminalRun } from '../run/terminal-run.ts'
import { reading } from '../validate/runbook-files.ts'
import { DATA_OPTION, onlyWord, readWords } from '../words.ts'
import { requireTerminal } from './run.ts'

/** `muster resume RUN …` */
export async function run(words: readonly string[], console: Console): Promise<number> {
  const { values, positionals } = readWords(words, {
    ...DATA_OPTION,
    answers: { type: 'string' },
    input: { type: 'string', multiple: true },
    as: { type: 'string' },
    json: { type: 'boolean' },
  })
  const word = onlyWord(positionals, 'run')
  const given = inputsOf(values.input ?? [], process.env)
  const answersFile = values.answers
  if (answersFile === undefined) requireTerminal()
  const text =
    answersFile === undefined
      ? undefined
      : await reading(answersFile, () => readFile(answersFile, 'utf8'))
  return await withTerminalRun(
    {
      data: values.data,
      json: values.json === true,
      person: answersFile === undefined,
    },
    console,
    async (terminal) => {
      const { connection } = terminal.opened
      const { run, phase } = await findRun(connection, word)
      if (phase === 'finished' || phase === 'aborted')
        throw new CliError(EXIT.usage, `The run ${run} is ${phase}. muster show ${run} shows it.`)
      const session = terminal.session(run)
      session.actor = (values.as ?? terminal.info.user).trim()
      if (session.actor === '') throw usage('Who goes on with the run? Give --as NAME.')
      const missing = await session.open({ silent: true, resume: true })
      const answers =
        text === undefined || answersFile === undefined
          ? undefined
          : readAnswers(text, answersFile, session.runbook)
      const prompter = answersFile === undefined ? new Prompter(values.json === true) : undefined
      if (prompter !== undefined) terminal.answerWith(prompter)
      void terminal.ending.then(() => prompter?.close())
      try {
        const secrets: Record<string, string> = {}
        for (const name of missing) {
          const value = given[name] ?? (await prompter?.ask(`${printable(name)} (secret): `, true))
          if (value !== undefined && value !== '') secrets[name] = value
          if (value !== undefined && value.length >= SHORTEST_SECRET && text?.includes(value))
            throw usage(`The answers file contains the value of ${name}, which is secret.`)
        }
        const unknown = Object.keys(given).filter((name) => !missing.includes(name))
        if (unknown.length > 0) {
          throw usage(
            `Only secret inputs are given again when a run is resumed, not ${unknown.join(', ')}.`,
          )
        }
        if (Object.keys(secrets).length > 0)
          await connection.request('runs.secrets', { run, values: secrets })
        if (answers !== undefined) {
          await session.command({
            type: 'note.add',
            kind: 'evidence',
            text: `Answers prepared beforehand, taken from here on:\n${answers.text}`,
          })
        }
        return await goOn(terminal, session, { answers, prompter }, console)
      } finally {
        prompter?.close()
      }
    },
  )
}
