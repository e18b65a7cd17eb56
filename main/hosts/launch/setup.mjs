import { ensureBuild } from './build.mjs'
import { ensureModules } from './dependencies.mjs'
import { ensureNode } from './node.mjs'

/**
 * What a fresh clone needs before anything runs. This folder is plain JavaScript for any Node from 20.19 on, because it
 * runs before the project's own Node and TypeScript are there. A second time everything is a look at a few files.
 */

/** Everything, in order. `script` is the file to go on with: it is run again when this Node is too old. */
export async function prepare(script) {
  ensureModules()
  await ensureNode(script)
  ensureBuild()
}
