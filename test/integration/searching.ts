import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'

/** Looking for what must be nowhere. */

/** Every plain file below a folder; pipes and sockets hold nothing. */
export function filesBelow(path: string): readonly string[] {
  return readdirSync(path).flatMap((name) => {
    const below = join(path, name)
    const found = lstatSync(below, { throwIfNoEntry: false })
    if (found?.isDirectory() === true) return filesBelow(below)
    return found?.isFile() === true ? [below] : []
  })
}

/** How a secret could be written, at each place that it can have in base64. */
export function formsOf(secret: string): readonly string[] {
  const behind = (bytes: string): string =>
    Buffer.from(`${bytes}${secret}`)
      .toString('base64')
      .replace(/=+$/u, '')
      .slice(bytes.length === 0 ? 0 : 4, -1)
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString('hex'),
    behind(''),
    behind('x'),
    behind('xx'),
  ]
}

/** Fails when the content has one of the texts. */
export function lacks(content: Buffer | string, texts: readonly string[], where: string): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  for (const text of texts) {
    const at = bytes.indexOf(text)
    const around = at === -1 ? '' : bytes.subarray(Math.max(0, at - 80), at + 80).toString('latin1')
    expect(around, `${where} has “${text}”`).toBe('')
  }
}

/** Fails when any file below has one of the texts, or when there are no files. */
export function folderLacks(path: string, texts: readonly string[]): void {
  const files = filesBelow(path)
  expect(files.length).toBeGreaterThan(0)
  for (const file of files) lacks(readFileSync(file), texts, file)
}

/** Every piece of this length: what a half of a secret that was left would be found by. */
export function piecesOf(secret: string, length: number): readonly string[] {
  return Array.from({ length: Math.max(0, secret.length - length + 1) }, (_, at) =>
    secret.slice(at, at + length),
  )
}

/** The command lines of all processes of this machine. */
export function commandLines(): string {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .map((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')
      } catch {
        // It has ended meanwhile.
        return ''
      }
    })
    .join('\n')
}
