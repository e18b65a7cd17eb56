import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { fail, root } from './words.mjs'

/** The first Node that runs TypeScript as it is, and has the Node-API (10) that better-sqlite3 is built for. */
const LEAST = [22, 18]

/** Where npm puts the programs of the dependencies, the project's own Node among them. */
export const programs = join(root, 'node_modules', '.bin')

function recentEnough() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  return (
    (major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1])) &&
    Number(process.versions.napi) >= 10
  )
}

/** The Node that came with the dependencies, else this one when it is recent enough; else ends with what to do. */
export function nodeBinary() {
  const own = join(programs, 'node')
  if (process.platform !== 'win32' && existsSync(own)) return own
  if (recentEnough()) return process.execPath
  return fail(
    `Node ${LEAST.join('.')} or newer is needed and this is ${process.versions.node}. Install a newer one from nodejs.org.`,
  )
}

/**
 * Runs a program in place of this one: same terminal, signals handed on, same end. Resolves never.
 * @returns {Promise<never>}
 */
export function become(program, words, options = {}) {
  const child = spawn(program, words, { stdio: 'inherit', ...options })
  // A terminal sends its interrupt to the child as well; a service manager and a test send theirs to us alone.
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT')
  })
  return new Promise(() => {
    child.once('error', (error) => fail(`${program} could not be started: ${error.message}`))
    child.once('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
  })
}

/** Goes on under a Node that is recent enough: returns in that one, and never in another. */
export async function ensureNode(script) {
  if (recentEnough()) return
  await become(nodeBinary(), [...process.execArgv, script, ...process.argv.slice(2)], {
    env: { ...process.env, PATH: `${programs}${delimiter}${process.env.PATH ?? ''}` },
  })
}
