import { spawn } from 'node:child_process'
import { shortened } from '../../core/shortened.ts'

/** How long a program may take: some ask for a touch of a key. */
const TIMEOUT_MS = 60_000
/** No secret is longer. */
const MOST_BYTES = 64 * 1024

/**
 * Runs a program, without a shell, and gives the first line of what it prints. What it says on stderr is for the person
 * when it fails; nothing of either is kept.
 */
export async function secretOfCommand(
  command: readonly string[],
): Promise<{ readonly value: string } | { readonly problem: string }> {
  const [program, ...parameters] = command
  if (program === undefined) return { problem: 'The command of this secret is empty.' }
  const name = command.slice(0, 2).join(' ')
  return await new Promise((resolve) => {
    const child = spawn(program, parameters, {
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    })
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      resolve({ problem: `${name} gave no secret within ${TIMEOUT_MS / 1000} s.` })
    }, TIMEOUT_MS)
    const out: Buffer[] = []
    const err: Buffer[] = []
    const gather = (into: Buffer[]) => (bytes: Buffer) => {
      if (into.reduce((sum, part) => sum + part.length, 0) < MOST_BYTES) into.push(bytes)
    }
    child.stdout.on('data', gather(out))
    child.stderr.on('data', gather(err))
    child.on('error', (error) => {
      clearTimeout(timer)
      const missing = 'code' in error && error.code === 'ENOENT'
      resolve({
        problem: missing
          ? `The program ${program}, which gives this secret, was not found on this laptop.`
          : `${program} could not be started: ${error.message}`,
      })
    })
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      const value = Buffer.concat(out).toString('utf8').split(/\r?\n/u)[0] ?? ''
      if (code !== 0) {
        const said = Buffer.concat(err).toString('utf8').trim()
        const how = code === null ? `was ended by ${signal ?? 'a signal'}` : `failed (exit ${code})`
        resolve({ problem: `${name} ${how}${said === '' ? '.' : `: ${shortened(said, 500)}`}` })
      } else if (value === '') resolve({ problem: `${name} printed nothing.` })
      else resolve({ value })
    })
  })
}
