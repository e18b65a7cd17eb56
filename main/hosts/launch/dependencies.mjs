import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fail, root, say } from './words.mjs'

const lockFile = join(root, 'package-lock.json')
const modules = join(root, 'node_modules')
/** Holds the digest of the lock file that node_modules was made from. `npm ci` deletes it with everything else. */
const stamp = join(modules, '.muster-setup')

/** Whether npm's own record says that exactly what the lock file names is installed (by hand, or by CI). */
function installedByHand() {
  const record = join(modules, '.package-lock.json')
  if (!existsSync(record)) return false
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages
  const { '': _project, ...locked } = JSON.parse(readFileSync(lockFile, 'utf8')).packages
  return Object.entries(locked).every(([path, { version, optional }]) =>
    path in installed ? installed[path].version === version : optional === true,
  )
}

/** Installs the locked dependencies when they are missing or the lock file has changed. */
export function ensureModules() {
  // An installed package comes with its dependencies and without a lock file.
  if (!existsSync(lockFile)) return
  const wanted = createHash('sha256').update(readFileSync(lockFile)).digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  if (!installedByHand()) {
    say('Installing dependencies (once; about a minute)…')
    // Messages about engines are about this Node; the project's own comes with the dependencies.
    const npm = spawnSync('npm', ['ci', '--loglevel=error', '--no-audit', '--no-fund'], {
      cwd: root,
      encoding: 'utf8',
      shell: process.platform === 'win32',
      env: { ...process.env, npm_config_progress: 'false' },
    })
    if (npm.status !== 0) {
      say(`${npm.stdout ?? ''}${npm.stderr ?? ''}${npm.error?.message ?? ''}`)
      fail('npm ci did not succeed. Is the npm registry reachable, and is there space on the disk?')
    }
  }
  writeFileSync(stamp, wanted)
}
