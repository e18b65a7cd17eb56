import type { Style } from '../console.ts'
import type { OutputView } from './output-view.ts'
import type { Prompter } from './prompter.ts'
import type { RunSession } from './run-session.ts'

/** What going through a run with a person needs. */
export interface InteractiveOptions {
  readonly session: RunSession
  readonly prompter: Prompter
  readonly tell: (text: string) => void
  readonly style: Style
  readonly view: OutputView
}
