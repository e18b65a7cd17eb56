import type { RequestResult } from '../../../contract/requests.ts'
import type { Push } from '../../../contract/pushes.ts'
import { wantsColour, type Console, type Style } from '../console.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { openToWrite, type Opened } from '../record/open.ts'
import type { Answers } from './answers.ts'
import { connectionTeller, waitTeller } from './connection-lines.ts'
import { OutputView } from './output-view.ts'
import { runPrepared } from './prepared.ts'
import { Questions } from './questions.ts'
import { RunSession } from './run-session.ts'
import { headText } from './step-text.ts'
import { endOnSignals } from './signals.ts'
import type { Prompter } from './prompter.ts'

/** What `run` and `resume` have in common: a folder opened to write, one run in it, and an orderly end whatever happens. */

export interface TerminalRun {
  readonly opened: Opened
  readonly info: RequestResult<'session.info'>
  readonly view: OutputView
  /** Where words for the person go: standard error when standard output carries JSON. */
  readonly tell: (text: string) => void
  readonly style: Style
  /** Begins to follow a run. */
  session(run: string): RunSession
  /** From now on questions of connections are asked here. */
  answerWith(prompter: Prompter): void
  /** Resolves when the terminal is told to end: whoever waits for a person stops waiting. */
  readonly ending: Promise<unknown>
}

export interface TerminalOptions {
  readonly data: string | undefined
  readonly json: boolean
  /** A person is there who can answer what a connection asks. */
  readonly person: boolean
}

/** Opens the data folder, hands it over, and closes it in order: what still runs is stopped, the run is suspended. */
export async function withTerminalRun(
  options: TerminalOptions,
  console: Console,
  action: (terminal: TerminalRun) => Promise<ExitCode>,
): Promise<number> {
  let session: RunSession | undefined
  let questions: Questions | undefined
  const tellWait = waitTeller((text) => console.say(text))
  const push = (one: Push): void => {
    tellWait(one)
    questions?.push(one)
    session?.push(one)
  }
  const opened = await openToWrite(options.data, push, options.person)
  const stream = options.json ? process.stderr : process.stdout
  const view = new OutputView({
    connection: opened.connection,
    stream: options.json ? undefined : process.stdout,
    colour: !options.json && wantsColour(process.stdout, process.env),
  })
  const signals = endOnSignals(console)
  void signals.ended.then(() => session?.stop())
  try {
    const info = await opened.connection.request('session.info', {})
    const code = await Promise.race([
      signals.ended,
      action({
        opened,
        info,
        view,
        tell: (text) => void stream.write(`${text}\n`),
        style: options.json ? console.saying : console.style,
        ending: signals.ended,
        answerWith(prompter) {
          questions = new Questions(opened.connection, prompter)
        },
        session(run) {
          session = new RunSession(
            opened.connection,
            run,
            {
              event: (event) => {
                if (options.json) console.out(JSON.stringify(event))
              },
              connection: connectionTeller((text) => console.say(text)),
              trouble: (message) => {
                if (message !== undefined) console.say(`muster: ${message}`)
              },
            },
            view,
          )
          return session
        },
      }),
    ])
    return code
  } finally {
    await opened.close()
    signals.dispose()
  }
}

/** Goes through a followed run, from answers or by asking. */
export async function goOn(
  terminal: TerminalRun,
  session: RunSession,
  how: { readonly answers: Answers | undefined; readonly prompter: Prompter | undefined },
  console: Console,
): Promise<ExitCode> {
  const { tell, style, info, view } = terminal
  tell(headText(session.state, info.data, style))
  if (how.answers !== undefined)
    return await runPrepared({ session, answers: how.answers, tell, style, console })
  if (how.prompter === undefined) return EXIT.usage
  const { runInteractive } = await import('./interactive.ts')
  return await runInteractive({ session, prompter: how.prompter, tell, style, view })
}
