import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Longest script that is passed as an argument; Linux allows 128 KiB for one. */
const LONGEST_ARGUMENT = 100 * 1024

export interface Script {
  readonly command: string
  readonly arguments: readonly string[]
  /** Removes what had to be written. */
  dispose(): void
}

/**
 * How a block's text reaches its shell: exactly, without any quoting of ours. Multi-line blocks stop at the first
 * command that fails (`-e`, and `pipefail` where the shell has it), so that a late success cannot hide an early failure.
 */
export function scriptFor(language: string, text: string): Script {
  const bash = language === 'bash'
  const command = bash ? 'bash' : 'sh'
  const options = bash ? ['--noprofile', '--norc', '-e', '-o', 'pipefail'] : ['-e']
  if (Buffer.byteLength(text) <= LONGEST_ARGUMENT) {
    return { command, arguments: [...options, '-c', text], dispose: () => undefined }
  }
  const folder = mkdtempSync(join(tmpdir(), 'muster-block-'))
  const path = join(folder, 'block')
  writeFileSync(path, text, { mode: 0o600 })
  return {
    command,
    arguments: [...options, path],
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  }
}
