import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { nodeBinary, prepare, root } from './setup.mjs'

/** Runs a script of the project after everything it needs is there: `node with-setup.mjs FILE [arguments…]`. */

prepare(fileURLToPath(import.meta.url))
const result = spawnSync(nodeBinary(), process.argv.slice(2), { cwd: root, stdio: 'inherit' })
process.exit(result.status ?? 1)
