import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/**
 * What a fresh clone needs before anything runs. Plain JavaScript for any Node from 20.19 on, because it runs before the
 * project's own Node and TypeScript are there. A second time everything here is a look at a few files.
 */

export const root = fileURLToPath(new URL('../../..', import.meta.url))
const modules = join(root, 'node_modules')
const stamp = join(modules, '.muster-setup')
const LEAST_NODE = [22, 12]

/** Says what happens, where a person sees it and a script that reads standard output does not. */
export function say(line) {
  process.stderr.write(`${line}\n`)
}

/** Ends with a message that says what to do. */
export function fail(line) {
  say(`muster: ${line}`)
  process.exit(1)
}

function digest(...files) {
  const hash = createHash('sha256')
  for (const file of files) hash.update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

/** Installs the locked dependencies when they are missing or the lock file has changed. */
export function ensureModules() {
  // A packaged program carries what it needs.
  if (!existsSync(join(root, 'package-lock.json'))) return
  const wanted = digest('package-lock.json')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  say('Installing dependencies (once; about a minute)…')
  const npm = spawnSync('npm', ['ci', '--loglevel=error', '--no-audit', '--no-fund'], {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    env: { ...process.env, npm_config_progress: 'false' },
  })
  if (npm.status !== 0) {
    say(`${npm.stdout ?? ''}${npm.stderr ?? ''}`)
    fail('npm ci did not succeed. Is the npm registry reachable, and is there space on the disk?')
  }
  writeFileSync(stamp, wanted)
}

function recentEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1])
}

/** The Node that came with the dependencies, else this one when it is recent enough. */
export function nodeBinary() {
  const own = join(modules, '.bin', process.platform === 'win32' ? 'node.cmd' : 'node')
  if (existsSync(own) && process.platform !== 'win32') return own
  if (recentEnough(process.versions.node)) return process.execPath
  return fail(
    `Node ${LEAST_NODE.join('.')} or newer is needed and ${process.versions.node} is here. Install a newer one from nodejs.org.`,
  )
}

/** Goes on under the right Node: returns in that one, and never in another. */
export function ensureNode(script) {
  if (recentEnough(process.versions.node)) return
  const result = spawnSync(nodeBinary(), [...process.execArgv, script, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: {
      ...process.env,
      PATH: `${join(modules, '.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}`,
    },
  })
  process.exit(result.status ?? 1)
}

function newest(path) {
  const facts = statSync(path)
  if (!facts.isDirectory()) return facts.mtimeMs
  let latest = facts.mtimeMs
  for (const name of readdirSync(path)) latest = Math.max(latest, newest(join(path, name)))
  return latest
}

const SOURCES = [
  'main',
  'preload',
  'renderer',
  'electron.vite.config.ts',
  'package-lock.json',
  'resources',
]

/** Builds the program when a source is newer than what was built. */
export function ensureBuild() {
  if (!existsSync(join(root, 'electron.vite.config.ts'))) return
  const built = join(root, 'out', '.built')
  const latest = Math.max(
    ...SOURCES.map((name) => join(root, name))
      .filter(existsSync)
      .map(newest),
  )
  if (existsSync(built) && Number(readFileSync(built, 'utf8')) >= latest) return
  say('Building Muster…')
  const vite = spawnSync(
    nodeBinary(),
    [join(modules, 'electron-vite', 'bin', 'electron-vite.js'), 'build', '--logLevel', 'warn'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  )
  if (vite.status !== 0) {
    say(`${vite.stdout ?? ''}${vite.stderr ?? ''}`)
    fail('The build did not succeed; the lines above say where.')
  }
  mkdirSync(join(root, 'out'), { recursive: true })
  writeFileSync(built, String(latest))
}

/** Everything, in order. `script` is the file to go on with. */
export function prepare(script) {
  ensureModules()
  ensureNode(script)
  ensureBuild()
}
