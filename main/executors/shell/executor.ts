import type { Executor } from '../../engine/ports.ts'
import { startExec } from './exec-lane.ts'
import { OpenThings } from './open-things.ts'

/** Runs bash and sh blocks on this laptop: targets of kind `local`. */
export function createShellExecutor(): Executor {
  const open = new OpenThings()
  return {
    accepts({ block, targetKind }) {
      if (block.executor !== 'shell') return `A ${block.language} block is not for a shell.`
      if (targetKind !== 'local')
        return `This shell is the laptop's own, not a ${targetKind} target's.`
      return true
    },
    start: (request, sink) => startExec(request, sink, open),
    closeRun: (run) => open.closeRun(run),
  }
}
