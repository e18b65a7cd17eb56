import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { prepare, root, say } from './setup.mjs'

/** `npm start`: sets up, then opens Muster in Electron where that can be had, else the same window in the browser. */

const FETCH_TIMEOUT_MS = 20_000
const TRY_AGAIN_MS = 86_400_000
const electron = join(root, 'node_modules', 'electron')
const refused = join(root, 'node_modules', '.cache', 'muster', 'electron-refused')

function electronBinary() {
  const path = join(electron, 'path.txt')
  if (!existsSync(path)) return undefined
  const binary = join(electron, 'dist', readFileSync(path, 'utf8').trim())
  return existsSync(binary) ? binary : undefined
}

/** Fetches Electron's binary once; a failure is remembered for a day, so that it costs time only once. */
function fetchElectron() {
  if (!existsSync(join(electron, 'install.js'))) return undefined
  if (existsSync(refused) && Date.now() - statSync(refused).mtimeMs < TRY_AGAIN_MS) return undefined
  say('Fetching Electron (once)…')
  spawnSync(process.execPath, [join(electron, 'install.js')], {
    cwd: root,
    timeout: FETCH_TIMEOUT_MS,
    stdio: 'ignore',
  })
  const binary = electronBinary()
  if (binary === undefined) {
    mkdirSync(dirname(refused), { recursive: true })
    writeFileSync(refused, '')
  }
  return binary
}

/** Electron's binary, or the reason why the browser is opened instead. */
function choose() {
  if (process.env.MUSTER_HOST === 'web') return { why: 'MUSTER_HOST=web asks for it' }
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    return { why: 'there is no display for an Electron window' }
  }
  if (process.getuid?.() === 0) return { why: "Electron's sandbox does not work as root" }
  const binary = electronBinary() ?? fetchElectron()
  return binary === undefined
    ? { why: "Electron's binary is not here and could not be fetched" }
    : { binary }
}

prepare(fileURLToPath(import.meta.url))
const choice = choose()
if (choice.binary) {
  const child = spawn(choice.binary, [root, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  child.once('exit', (code) => process.exit(code ?? 1))
} else {
  say(`Opening in the browser, because ${choice.why}.`)
  await import(pathToFileURL(join(root, 'out', 'main', 'web.js')).href)
}
