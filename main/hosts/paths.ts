import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** Where the program's own files stand, whether it runs from its sources or from what was built. */

function findRoot(): string {
  let at = import.meta.dirname
  for (let up = 0; up < 6; up++) {
    if (existsSync(join(at, 'package.json')) && existsSync(join(at, 'runbooks'))) return at
    at = join(at, '..')
  }
  throw new Error('Muster cannot find its own files (package.json and runbooks).')
}

export const programRoot = findRoot()
/** The built window. */
export const windowFolder = join(programRoot, 'out', 'renderer')
/** Runbooks that come with the program. */
export const shippedRunbooks = join(programRoot, 'runbooks')

export const version = z
  .looseObject({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(programRoot, 'package.json'), 'utf8'))).version
