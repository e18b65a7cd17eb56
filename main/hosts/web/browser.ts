import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Shows a link to the person, where there is a screen to show it on. */

type Command = readonly [string, ...string[]]

/** The program that opens a file on this platform; undefined where nobody would see it. */
export function opener(
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): Command | undefined {
  if (platform === 'darwin') return ['open']
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler']
  return environment['DISPLAY'] || environment['WAYLAND_DISPLAY'] ? ['xdg-open'] : undefined
}

/**
 * Opens a link in the browser. Any user of the computer can read command lines, so the link goes through a file that
 * only this user can read. Returns the way to remove that file, which must be called.
 */
export function openBrowser(link: string, command: Command | undefined): () => void {
  if (command === undefined) return () => undefined
  const folder = mkdtempSync(join(tmpdir(), 'muster-link-'))
  const file = join(folder, 'open.html')
  writeFileSync(
    file,
    `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0; url=${link}"><title>Muster</title><p>Opening <a href="${link}">Muster</a>…</p>`,
    { mode: 0o600 },
  )
  const [program, ...words] = command
  const child = spawn(program, [...words, file], { stdio: 'ignore', detached: true })
  // No browser to be found is no reason to stop: the link is printed.
  child.on('error', () => undefined)
  child.unref()
  return () => rmSync(folder, { recursive: true, force: true })
}
