import type { RunState } from '../../../core/run/state.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'

/** The exit status of a run that is over; `unfinished` for one that is not. */
export function finishedExit(state: RunState): ExitCode {
  switch (state.phase) {
    case 'aborted':
      return EXIT.aborted
    case 'finished': {
      const bad = Object.values(state.steps).some(
        ({ status }) => status === 'failed' || status === 'rolled-back',
      )
      return bad ? EXIT.problems : EXIT.ok
    }
    case 'none':
    case 'running':
    case 'paused':
      return EXIT.unfinished
  }
}
