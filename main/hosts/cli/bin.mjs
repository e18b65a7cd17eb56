#!/usr/bin/env node
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { endWithNpm } from '../launch/parent.mjs'
import { prepare } from '../launch/setup.mjs'
import { root } from '../launch/words.mjs'

/** The `muster` command: makes sure that everything is there, then hands over to the built program. */

endWithNpm('muster')
await prepare(fileURLToPath(import.meta.url))
await import(pathToFileURL(join(root, 'out', 'main', 'cli.js')).href)
