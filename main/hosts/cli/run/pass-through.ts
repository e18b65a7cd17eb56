import { STOP_RUNGS } from '../../../core/run/events.ts'
import type { PlanBlock } from '../../../core/run/plan.ts'
import type { InteractiveOptions } from './interactive-options.ts'

/** Ctrl-], as in telnet: a key that no program needs. */
const ESCAPE_KEY = 0x1d

/**
 * Hands this terminal to a block that has one of its own, while `action` runs. Ctrl-C is a key like any other there;
 * Ctrl-] climbs the ladder.
 */
export async function passThrough<T>(
  { session, prompter, tell, view }: InteractiveOptions,
  block: PlanBlock,
  action: () => Promise<T>,
): Promise<T> {
  const { connection } = session
  const screen = process.stdout
  let rung = 0
  tell('  This terminal is the program’s now. Ctrl-] stops it.')
  view.draw(true)
  const withStream = (act: (stream: string) => Promise<unknown>): void => {
    // Before it has opened and after it has ended there is nobody to give keys to.
    if (view.newest !== undefined) void act(view.newest).catch(() => undefined)
  }
  const resize = (): void =>
    withStream((stream) =>
      connection.request('terminal.resize', {
        stream,
        columns: Math.max(2, screen.columns),
        rows: Math.max(2, screen.rows),
      }),
    )
  const release = prompter.passKeys((bytes) => {
    if (bytes.includes(ESCAPE_KEY)) {
      const next = STOP_RUNGS[Math.min(rung, STOP_RUNGS.length - 1)]
      rung++
      if (next !== undefined) {
        screen.write(`\r\n  ${next} sent. Ctrl-] again: the next rung.\r\n`)
        void session.command({ type: 'block.stop', block: block.id, rung: next })
      }
      return
    }
    withStream((stream) =>
      connection.request('terminal.input', {
        stream,
        base64: Buffer.from(bytes).toString('base64'),
      }),
    )
  })
  view.onOpened(resize)
  screen.on('resize', resize)
  try {
    return await action()
  } finally {
    screen.removeListener('resize', resize)
    view.onOpened(undefined)
    view.draw(false)
    release()
    tell('')
  }
}
