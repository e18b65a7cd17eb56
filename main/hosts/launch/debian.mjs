import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fail, say } from './words.mjs'

/**
 * Programs from outside of npm. `packages` names the Debian package of each program.
 * Installs what is missing when this is root on Debian; elsewhere ends with one line that names it.
 */
export function ensurePrograms(packages) {
  if (process.platform !== 'linux') return
  const folders = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`.split(':')
  const missing = Object.keys(packages).filter(
    (program) => !folders.some((folder) => existsSync(join(folder, program))),
  )
  if (missing.length === 0) return
  const names = [...new Set(missing.map((program) => packages[program]))]
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    fail(
      `${missing.join(', ')} is needed and missing. Install it, for example: sudo apt-get install ${names.join(' ')}`,
    )
  }
  say(`Installing ${names.join(', ')} (once)…`)
  for (const words of [['update'], ['install', '-y', '--no-install-recommends', ...names]]) {
    const apt = spawnSync('apt-get', words, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
    if (apt.status !== 0) {
      say(`${apt.stdout ?? ''}${apt.stderr ?? ''}`)
      fail(`apt-get ${words[0]} did not succeed.`)
    }
  }
}
