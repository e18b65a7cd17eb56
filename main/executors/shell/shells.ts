import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Which program runs a block's language on this laptop. */

/** Where to look beyond the search path. WSL's bash is another machine, so System32 is left out on Windows. */
const FALLBACK: Readonly<Record<string, readonly string[]>> = {
  win32: ['C:\\Program Files\\Git\\bin', 'C:\\Program Files\\Git\\usr\\bin'],
}
const POSIX_FALLBACK = ['/bin', '/usr/bin', '/usr/local/bin']

function executable(path: string): boolean {
  try {
    if (!statSync(path).isFile()) return false
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The full path of a program, or undefined. Relative folders of the search path are not searched. */
export function findProgram(name: string, searchPath: string): string | undefined {
  const windows = process.platform === 'win32'
  const folders = [
    ...searchPath.split(delimiter),
    ...(FALLBACK[process.platform] ?? POSIX_FALLBACK),
  ].filter((folder) => (windows ? !/\\system32\\?$/i.test(folder) : folder.startsWith('/')))
  return folders
    .map((folder) => join(folder, windows ? `${name}.exe` : name))
    .find((path) => executable(path))
}

export const SHELL_LANGUAGES = ['bash', 'sh'] as const
export type ShellLanguage = (typeof SHELL_LANGUAGES)[number]

/** Every other shell block (`shell`, `console`…) is run by bash. */
export function shellLanguage(language: string): ShellLanguage {
  return language === 'sh' ? 'sh' : 'bash'
}

/** Options that make a shell read no file of the person's and stop at the first command that fails. */
export const STRICT_OPTIONS: Readonly<Record<ShellLanguage, readonly string[]>> = {
  bash: ['--noprofile', '--norc', '-e', '-o', 'pipefail'],
  sh: ['-e'],
}

/** Words for a person whose laptop lacks the shell. */
export function missingShell(language: ShellLanguage): string {
  return process.platform === 'win32'
    ? `${language} was not found on this laptop. Install Git for Windows, which brings it, and run the block again.`
    : `${language} was not found on this laptop. Install it, and run the block again.`
}
