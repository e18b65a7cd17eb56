import { spawn, type IPty } from '@lydell/node-pty'
import type { Execution, ExecutionResult, OutputSink } from '../../engine/ports.ts'
import { environmentFor, workingFolder } from './environment.ts'
import { Ladder } from './ladder.ts'

/** A block or a shell with a terminal: stdout and stderr are one stream, keys can be sent. */

/** Output may follow the exit; the terminal is quiet when nothing came for this long. */
const QUIET_MS = 60
const LONGEST_QUIET_WAIT_MS = 2_000
/** Bytes that may wait for the evidence writer before the program is paused. */
const HIGH_WATER = 1024 * 1024

const SIGNALS: Readonly<Record<number, NodeJS.Signals>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  6: 'SIGABRT',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  15: 'SIGTERM',
}

export interface PtyOptions {
  readonly command: string
  readonly arguments: readonly string[]
  readonly values: Readonly<Record<string, string>>
  readonly columns: number
  readonly rows: number
  readonly timeoutMs: number | undefined
  readonly dispose?: () => void
}

function bytesOf(data: unknown): Uint8Array {
  return data instanceof Uint8Array ? data : Buffer.from(String(data), 'utf8')
}

export function startPty(options: PtyOptions, sink: OutputSink): Execution {
  let pty: IPty
  try {
    pty = spawn(options.command, [...options.arguments], {
      cwd: workingFolder(),
      env: environmentFor(options.values, true),
      cols: options.columns,
      rows: options.rows,
      name: 'xterm-256color',
      // Bytes, not text: a character may be split over chunks, and not everything is UTF-8.
      encoding: null,
    })
  } catch (error) {
    options.dispose?.()
    const detail = error instanceof Error ? error.message : String(error)
    return {
      result: Promise.resolve({ outcome: { kind: 'not-started', detail } }),
      stop: () => undefined,
    }
  }
  let waiting = 0
  let paused = false
  let writes = Promise.resolve()
  let lastData = performance.now()
  let ended = false
  let ladder: Ladder | undefined

  pty.onData((data) => {
    const bytes = bytesOf(data)
    lastData = performance.now()
    waiting += bytes.length
    if (waiting > HIGH_WATER && !paused) {
      paused = true
      pty.pause()
    }
    writes = writes.then(async () => {
      await sink.stdout(bytes)
      waiting -= bytes.length
      if (paused && waiting < HIGH_WATER / 2 && !ended) {
        paused = false
        pty.resume()
      }
    })
  })

  const result = new Promise<ExecutionResult>((resolve) => {
    ladder = new Ladder({
      pid: pty.pid,
      timeoutMs: options.timeoutMs,
      abandon: () =>
        resolve({
          outcome: {
            kind: 'unknown',
            detail: 'It was abandoned while it ran. It may still be running.',
          },
        }),
    })
    pty.onExit(({ exitCode, signal }) => {
      ended = true
      const name = signal === undefined || signal === 0 ? null : (SIGNALS[signal] ?? 'SIGKILL')
      const outcome = ladder?.outcome(exitCode, name) ?? { kind: 'exited', code: exitCode }
      const exitedAt = performance.now()
      const settle = (): void => {
        const now = performance.now()
        if (now - lastData < QUIET_MS && now - exitedAt < LONGEST_QUIET_WAIT_MS) {
          setTimeout(settle, QUIET_MS)
          return
        }
        void writes.then(() => resolve({ outcome }))
      }
      setTimeout(settle, QUIET_MS)
    })
  }).finally(() => {
    ended = true
    ladder?.end()
    options.dispose?.()
  })

  return {
    result,
    stop(rung) {
      // The terminal's own interrupt reaches the foreground program of an interactive shell; a signal to the shell's
      // group would not. For a script both are the same group.
      if (rung === 'interrupt' && !ended) pty.write('\x03')
      else ladder?.stop(rung)
    },
    terminal: {
      write: (bytes) => {
        if (!ended) pty.write(Buffer.from(bytes).toString('utf8'))
      },
      resize: (columns, rows) => {
        if (!ended) pty.resize(columns, rows)
      },
    },
  }
}
