import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { ensurePrograms } from './debian.mjs'
import { become, nodeBinary } from './node.mjs'
import { prepare } from './setup.mjs'
import { root } from './words.mjs'

/**
 * Runs a script of the project after everything it needs is there:
 * `node with-setup.mjs [--needs PROGRAM=PACKAGE,…] FILE [arguments…]`.
 */

await prepare(fileURLToPath(import.meta.url))
let words = process.argv.slice(2)
if (words[0] === '--needs') {
  ensurePrograms(Object.fromEntries((words[1] ?? '').split(',').map((need) => need.split('='))))
  words = words.slice(2)
}
await become(nodeBinary(), words, { cwd: root })
