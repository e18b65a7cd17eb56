import { spawn } from 'node:child_process'
import { shortened } from '../../core/shortened.ts'

/** How long a program may take: some ask for a touch of a key. */
const TIMEOUT_MS = 60_000
/** No secret is longer. */
const MOST_BYTES = 64 * 1024

/** What no secret has in it: bytes that are no UTF-8, and control characters but a tab. */
const NO_TEXT = /(?!\t)[\uFFFD\p{Cc}]/u

type Given = { readonly value: string } | { readonly problem: string }

/**
 * Runs a program, without a shell, and gives the first line of what it prints. What it says on stderr is for the person
 * when it fails; nothing of either is kept. When `signal` ends, so does the program.
 */
export async function secretOfCommand(
  command: readonly string[],
  signal?: AbortSignal,
): Promise<Given> {
  const [program, ...parameters] = command
  if (program === undefined) return { problem: 'The command of this secret is empty.' }
  const name = command.slice(0, 2).join(' ')
  if (signal?.aborted === true) return { problem: `${name} was not started.` }
  return await new Promise((resolve) => {
    const child = spawn(program, parameters, {
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    })
    const settle = (given: Given): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', unwanted)
      resolve(given)
    }
    const end = (problem: string): void => {
      child.kill('SIGKILL')
      // What the program started may have its pipes still, and is not waited for.
      child.stdout.destroy()
      child.stderr.destroy()
      settle({ problem })
    }
    const unwanted = (): void => end(`${name} was ended, for nobody waited for it any more.`)
    const timer = setTimeout(
      () => end(`${name} gave no secret within ${TIMEOUT_MS / 1000} s, and was ended.`),
      TIMEOUT_MS,
    )
    signal?.addEventListener('abort', unwanted, { once: true })
    const out: Buffer[] = []
    const err: Buffer[] = []
    const gather = (into: Buffer[], tooMuch: () => void) => (bytes: Buffer) => {
      into.push(bytes)
      if (into.reduce((sum, part) => sum + part.length, 0) > MOST_BYTES) tooMuch()
    }
    child.stdout.on(
      'data',
      gather(out, () =>
        end(`${name} printed more than ${MOST_BYTES / 1024} KiB, which is no secret.`),
      ),
    )
    child.stderr.on(
      'data',
      gather(err, () => err.splice(1)),
    )
    child.on('error', (error) => {
      const missing = 'code' in error && error.code === 'ENOENT'
      settle({
        problem: missing
          ? `The program ${program}, which gives this secret, was not found on this laptop.`
          : `${program} could not be started: ${error.message}`,
      })
    })
    child.on('close', (code, by) => {
      const value = Buffer.concat(out).toString('utf8').split(/\r?\n/u)[0] ?? ''
      if (code !== 0) {
        const said = Buffer.concat(err).toString('utf8').trim()
        const how = code === null ? `was ended by ${by ?? 'a signal'}` : `failed (exit ${code})`
        settle({ problem: `${name} ${how}${said === '' ? '.' : `: ${shortened(said, 500)}`}` })
      } else if (value === '') settle({ problem: `${name} printed nothing.` })
      else if (NO_TEXT.test(value))
        settle({
          problem: `What ${name} printed is no line of text, so it was not taken for a secret.`,
        })
      else settle({ value })
    })
  })
}
