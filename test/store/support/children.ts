import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

export interface Child {
  readonly process: ChildProcessWithoutNullStreams
  /** Every line it has printed so far. */
  readonly lines: readonly string[]
  /** The next line that is not yet taken; rejects when it ends without one. */
  next(): Promise<string>
  /** Resolves with its exit code or signal, after its last line. */
  readonly ended: Promise<number | NodeJS.Signals>
}

/** Starts one of the programs in `children/`; it is killed when the test is over, at the latest. */
export function startChild(
  program: string,
  parameters: readonly string[],
  options: { readonly uid?: number; readonly fileLimitKilobytes?: number } = {},
): Child {
  const path = fileURLToPath(new URL(`../children/${program}.ts`, import.meta.url))
  const identity = options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }
  // `ulimit -f` counts in blocks of 512 or 1024 bytes, depending on the shell; bash has 1024.
  const child =
    options.fileLimitKilobytes === undefined
      ? spawn(process.execPath, [path, ...parameters], identity)
      : spawn('bash', [
          '-c',
          `ulimit -f ${options.fileLimitKilobytes} && exec "$0" "$@"`,
          process.execPath,
          path,
          ...parameters,
        ])
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const lines: string[] = []
  let taken = 0
  const waiting: { resolve: (line: string) => void; reject: (error: Error) => void }[] = []
  const reader = createInterface({ input: child.stdout })
  reader.on('line', (line) => {
    lines.push(line)
    const first = waiting.shift()
    if (first) {
      taken++
      first.resolve(line)
    }
  })
  let closed = false
  const ended = Promise.all([once(child, 'exit'), once(reader, 'close')]).then(() => {
    closed = true
    for (const { reject } of waiting) reject(new Error(`The child ended early. ${errors}`))
    return child.exitCode ?? child.signalCode ?? 0
  })
  return {
    process: child,
    lines,
    ended,
    next() {
      const line = lines[taken]
      if (line !== undefined) {
        taken++
        return Promise.resolve(line)
      }
      if (closed) return Promise.reject(new Error(`The child has ended. ${errors}`))
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }))
    },
  }
}
