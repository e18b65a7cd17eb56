import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { chooseHost } from './electron.mjs'
import { become } from './node.mjs'
import { endWithNpm } from './parent.mjs'
import { prepare } from './setup.mjs'
import { fail, root, say } from './words.mjs'

/**
 * `npm start`: sets up, then opens Muster in Electron where that can be had, else the same window in the browser.
 * MUSTER_HOST=electron or web decides it.
 */

endWithNpm('start')
await prepare(fileURLToPath(import.meta.url))
const host = chooseHost(process.env)
if (host.cannot !== undefined) fail(host.cannot)
if (host.binary !== undefined) await become(host.binary, [root, ...process.argv.slice(2)])
say(`Muster opens in the browser, because ${host.why}.`)
await import(pathToFileURL(join(root, 'out', 'main', 'web.js')).href)
