import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { nodeBinary } from './node.mjs'
import { fail, root, say } from './words.mjs'

const SOURCES = [
  'main',
  'preload',
  'renderer',
  'resources',
  'electron.vite.config.ts',
  'package-lock.json',
].map((name) => join(root, name))
const out = join(root, 'out')
/** The time of the newest source that went into what was built, in milliseconds. */
const stamp = join(out, '.built')
const cache = join(root, 'node_modules', '.cache', 'muster')
const lock = join(cache, 'build.lock')
const WAIT_MS = 250

/** When anything in a folder last changed. A folder counts too: a deleted file changes nothing else. */
function newest(path) {
  const facts = statSync(path)
  if (!facts.isDirectory()) return facts.mtimeMs
  return readdirSync(path).reduce(
    (latest, name) => Math.max(latest, newest(join(path, name))),
    facts.mtimeMs,
  )
}

function newestSource() {
  return Math.max(...SOURCES.filter((path) => existsSync(path)).map(newest))
}

function isBuilt(latest) {
  return existsSync(stamp) && Number(readFileSync(stamp, 'utf8')) >= latest
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Two at a time would delete each other's files. Returns what releases the lock. */
function lockBuild() {
  mkdirSync(cache, { recursive: true })
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
      return () => rmSync(lock, { force: true })
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    let holder = 0
    try {
      holder = Number(readFileSync(lock, 'utf8'))
    } catch {
      // It was released in this moment.
    }
    // An empty file belongs to somebody who is just writing it.
    if (holder > 0 && !isAlive(holder)) rmSync(lock, { force: true })
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS)
  }
}

function build(latest) {
  say('Building Muster…')
  const vite = spawnSync(
    nodeBinary(),
    [
      join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js'),
      'build',
      '--logLevel',
      'warn',
    ],
    { cwd: root, encoding: 'utf8' },
  )
  if (vite.status !== 0) {
    say(`${vite.stdout ?? ''}${vite.stderr ?? ''}${vite.error?.message ?? ''}`)
    return false
  }
  writeFileSync(stamp, String(latest))
  return true
}

/** Builds the program when a source is newer than what was built. */
export function ensureBuild() {
  // An installed package comes built and without sources.
  if (!existsSync(join(root, 'electron.vite.config.ts')) || isBuilt(newestSource())) return
  const release = lockBuild()
  let built = true
  try {
    const latest = newestSource()
    if (!isBuilt(latest)) built = build(latest)
  } finally {
    release()
  }
  if (!built) fail('The build did not succeed; the lines above say where.')
}
