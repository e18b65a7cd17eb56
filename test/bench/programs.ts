import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Whether a program can be found on the path. */
function present(program: string): boolean {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .some((folder) => existsSync(join(folder, program)))
}

/** Makes sure of a program of Debian's, by apt when this is root there. The text says why it is not here. */
export function ensureProgram(program: string, debianPackage: string): true | string {
  if (present(program)) return true
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    const apt = (words: readonly string[]): boolean =>
      spawnSync('apt-get', words, {
        stdio: 'ignore',
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      }).status === 0
    if (apt(['update']) && apt(['install', '-y', '--no-install-recommends', debianPackage]))
      return present(program) || `${program} is not in the package ${debianPackage} here.`
    return `${program} is missing and apt-get could not install ${debianPackage}.`
  }
  return `${program} is missing. Install it, for example: sudo apt-get install ${debianPackage}`
}

/** Runs a program to its end with its output thrown away. Rejects unless it exits with 0. */
export function finish(program: string, words: readonly string[], folder?: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      stdio: 'ignore',
      ...(folder !== undefined && { cwd: folder }),
    })
    child.once('error', reject)
    child.once('close', (code, signal) => {
      if (code === 0) resolve()
      else
        reject(new Error(`${[program, ...words].join(' ')} ended with ${String(code ?? signal)}.`))
    })
  })
}
