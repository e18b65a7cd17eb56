import { existsSync } from 'node:fs'
import type { Execution, Executor } from '../../engine/ports.ts'
import { startPipe } from './pipe-lane.ts'
import { startPty } from './pty-lane.ts'
import { scriptFor } from './script.ts'
import { LiveShells } from './live-shell.ts'

function interactiveShell(): string {
  const preferred = process.env['SHELL']
  if (preferred !== undefined && existsSync(preferred)) return preferred
  return process.platform === 'win32' ? 'bash.exe' : '/bin/sh'
}

/** Runs shell blocks on this laptop. */
export function createShellExecutor(): Executor {
  const shells = new LiveShells()
  return {
    accepts({ block, targetKind }) {
      if (targetKind !== 'local') return `A shell on a ${targetKind} target needs a connection.`
      return block.executor === 'shell' ? true : `${block.language} does not run in a shell.`
    },
    start(request, sink): Execution {
      const { block } = request
      if (block.session !== undefined) return shells.start(block.session, request, sink)
      if (block.verb === 'terminal' || block.pty) {
        const script =
          block.verb === 'terminal' && request.text.trim() === ''
            ? undefined
            : scriptFor(block.language, request.text)
        return startPty(
          {
            command: script?.command ?? interactiveShell(),
            arguments: script?.arguments ?? [],
            values: request.values,
            columns: request.columns,
            rows: request.rows,
            timeoutMs: request.timeoutMs,
            ...(script && { dispose: () => script.dispose() }),
          },
          sink,
        )
      }
      return startPipe(request, sink)
    },
    openTerminal(request, sink) {
      return startPty(
        {
          command: interactiveShell(),
          arguments: ['-i'],
          values: {},
          columns: request.columns,
          rows: request.rows,
          timeoutMs: undefined,
        },
        sink,
      )
    },
    closeRun: (run) => shells.closeRun(run),
  }
}
