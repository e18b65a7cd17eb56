import type { Console } from '../console.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'

/**
 * The terminal is closed, the system stops, somebody presses Ctrl-C where no question is open: the run ends in order and
 * can be resumed. The second signal ends at once; what runs is unknown then.
 */
export function endOnSignals(console: Console): {
  readonly ended: Promise<ExitCode>
  dispose(): void
} {
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  let asked = false
  let resolve: (code: ExitCode) => void = () => undefined
  const ended = new Promise<ExitCode>((done) => {
    resolve = done
  })
  const end = (signal: NodeJS.Signals): void => {
    if (asked) process.exit(signal === 'SIGINT' ? 130 : 143)
    asked = true
    console.say('muster: stopping in order; what runs is stopped and the run stays open.')
    resolve(EXIT.unfinished)
  }
  for (const name of names) process.on(name, end)
  return {
    ended,
    dispose() {
      for (const name of names) process.removeListener(name, end)
    },
  }
}
