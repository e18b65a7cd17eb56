import type { Executor } from '../../engine/ports.ts'
import { Sessions } from '../lanes/sessions.ts'
import { startExec } from './exec-lane.ts'
import { openLocalShell } from './local-seat.ts'
import { OpenThings } from './open-things.ts'
import { prepare, prepareInteractive } from './prepare.ts'
import { startPty } from './pty-lane.ts'

/** Runs bash and sh blocks on this laptop: targets of kind `local`. */
export function createShellExecutor(): Executor {
  const open = new OpenThings()
  const sessions = new Sessions(openLocalShell)
  return {
    accepts({ block, targetKind }) {
      if (block.executor !== 'shell') return `A ${block.language} block is not for a shell.`
      if (targetKind !== 'local')
        return `This shell is the laptop's own, not a ${targetKind} target's.`
      return true
    },
    start(request, sink) {
      const { block } = request
      if (block.session !== undefined) return sessions.start(block.session, request, sink)
      if (!block.pty && block.verb !== 'terminal') return startExec(request, sink, open)
      const { run, columns, rows, timeoutMs } = request
      // A terminal without a command is a shell to type into.
      const interactive = block.verb === 'terminal' && request.text.trim() === ''
      const prepared = interactive
        ? prepareInteractive(request.values)
        : prepare(request, 'xterm-256color')
      const terminate = interactive ? 'SIGHUP' : 'SIGTERM'
      return startPty({ run, columns, rows, timeoutMs, terminate, open, prepare: prepared }, sink)
    },
    openTerminal: ({ run, columns, rows }, sink) =>
      startPty(
        {
          run,
          columns,
          rows,
          timeoutMs: undefined,
          terminate: 'SIGHUP',
          open,
          prepare: prepareInteractive({}),
        },
        sink,
      ),
    async closeRun(run) {
      await Promise.all([open.closeRun(run), sessions.closeRun(run)])
    },
  }
}
