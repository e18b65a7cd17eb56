import { spawn, type ChildProcessByStdio } from 'node:child_process'
import type { Readable } from 'node:stream'
import type {
  Execution,
  ExecutionRequest,
  ExecutionResult,
  OutputSink,
} from '../../engine/ports.ts'
import { environmentFor, workingFolder } from './environment.ts'
import { Ladder, type Rung } from './ladder.ts'
import { scriptFor } from './script.ts'

/**
 * The default lane: one process group per block, stdout and stderr apart, exact bytes, exact status. The block does not
 * share a shell with any other.
 */

/** A child that keeps the pipes open after the leader has ended is waited for this long. */
const ORPHAN_GRACE_MS = 2_000

/** Hands every chunk on and waits for the sink before the next: that is the back-pressure. */
async function pump(stream: Readable, sink: (bytes: Uint8Array) => Promise<void>): Promise<void> {
  try {
    for await (const chunk of stream) {
      if (chunk instanceof Uint8Array) await sink(chunk)
    }
  } catch {
    // The pipe was destroyed on purpose, when an orphan kept it open.
  }
}

export function startPipe(request: ExecutionRequest, sink: OutputSink): Execution {
  const script = scriptFor(request.block.language, request.text)
  let child: ChildProcessByStdio<null, Readable, Readable>
  try {
    child = spawn(script.command, script.arguments, {
      cwd: workingFolder(),
      env: environmentFor(request.values, false),
      // A group of its own, so that stopping reaches everything it started.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    })
  } catch (error) {
    // A NUL in the text or an environment that is too large: refused before anything ran.
    script.dispose()
    const detail = error instanceof Error ? error.message : String(error)
    return {
      result: Promise.resolve({ outcome: { kind: 'not-started', detail } }),
      stop: () => undefined,
    }
  }
  let ladder: Ladder | undefined
  const result = new Promise<ExecutionResult>((resolve) => {
    const pumps = Promise.all([
      pump(child.stdout, (bytes) => sink.stdout(bytes)),
      pump(child.stderr, (bytes) => sink.stderr(bytes)),
    ])
    const { pid } = child
    if (pid !== undefined) {
      ladder = new Ladder({
        pid,
        timeoutMs: request.timeoutMs,
        abandon: () => {
          child.stdout.destroy()
          child.stderr.destroy()
          resolve({
            outcome: {
              kind: 'unknown',
              detail: 'It was abandoned while it ran. It may still be running.',
            },
          })
        },
      })
    }
    child.once('error', (error) => {
      if (pid !== undefined) return
      resolve({
        outcome: {
          kind: 'not-started',
          detail: `${script.command} could not be started: ${error.message}`,
        },
      })
    })
    child.once('exit', (code, signal) => {
      const outcome = ladder?.outcome(code, signal) ?? { kind: 'exited', code: code ?? 0 }
      // An orphan that keeps the pipes open must not hold the run up for ever.
      const orphan = setTimeout(() => {
        child.stdout.destroy()
        child.stderr.destroy()
      }, ORPHAN_GRACE_MS)
      const rearm = (): void => void orphan.refresh()
      child.stdout.on('data', rearm)
      child.stderr.on('data', rearm)
      void pumps.then(() => {
        clearTimeout(orphan)
        resolve({ outcome })
      })
    })
  }).finally(() => {
    ladder?.end()
    script.dispose()
  })
  return { result, stop: (rung: Rung) => ladder?.stop(rung) }
}
