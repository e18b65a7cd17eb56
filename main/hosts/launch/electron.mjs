import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { root, say } from './words.mjs'

const FETCH_TIMEOUT_MS = 20_000
const LONG_FETCH_TIMEOUT_MS = 600_000
const TRY_AGAIN_MS = 86_400_000
const electron = join(root, 'node_modules', 'electron')
/** A file that is there when the binary could not be fetched, so that trying costs time once a day. */
const refused = join(root, 'node_modules', '.cache', 'muster', 'electron-refused')

/** Electron's binary, when it is here. */
export function electronBinary() {
  const named = join(electron, 'path.txt')
  if (!existsSync(named)) return undefined
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(electron, 'dist')
  const binary = join(folder, readFileSync(named, 'utf8').trim())
  return existsSync(binary) ? binary : undefined
}

/** Fetches it. Someone who insists waits for as long as a slow network takes, and is not put off by an earlier failure. */
function fetchElectron(insist) {
  const install = join(electron, 'install.js')
  if (!existsSync(install)) return undefined
  const triedAt = existsSync(refused) ? statSync(refused).mtimeMs : 0
  if (!insist && Date.now() - triedAt < TRY_AGAIN_MS) return undefined
  say('Fetching Electron (once)…')
  spawnSync(process.execPath, [install], {
    cwd: root,
    timeout: insist ? LONG_FETCH_TIMEOUT_MS : FETCH_TIMEOUT_MS,
    stdio: 'ignore',
  })
  const binary = electronBinary()
  if (binary === undefined) {
    mkdirSync(dirname(refused), { recursive: true })
    writeFileSync(refused, '')
  } else rmSync(refused, { force: true })
  return binary
}

/** Why Electron cannot show a window here whatever its binary, or undefined. */
function obstacle(environment) {
  if (process.platform === 'linux' && !environment.DISPLAY && !environment.WAYLAND_DISPLAY)
    return 'there is no display for an Electron window'
  // Chromium starts as root only without its sandbox, and hostile text is shown in this window.
  if (process.platform !== 'win32' && process.getuid?.() === 0)
    return 'Electron keeps its sandbox, which does not work as root'
  return undefined
}

/**
 * Where to open the window: `{ binary }` of Electron, or `{ why }` it is the browser instead, or `{ cannot }` when
 * MUSTER_HOST=electron asks for what cannot be had.
 */
export function chooseHost(environment) {
  const asked = environment.MUSTER_HOST
  if (asked === 'web') return { why: 'MUSTER_HOST=web asks for it' }
  if (asked !== undefined && asked !== '' && asked !== 'electron')
    return { cannot: `MUSTER_HOST is “${asked}”; it may be electron or web.` }
  const insist = asked === 'electron'
  const problem = obstacle(environment)
  const binary = problem === undefined ? (electronBinary() ?? fetchElectron(insist)) : undefined
  if (binary !== undefined) return { binary }
  const why =
    problem ??
    'its binary is not here and could not be fetched (tried at most once a day; MUSTER_HOST=electron tries now)'
  return insist ? { cannot: `Electron was asked for and cannot be had: ${why}.` } : { why }
}
