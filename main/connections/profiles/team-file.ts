import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ConnectionsError } from './errors.ts'

/** No file of connections that can be read has more: the reader takes 524,288 characters. */
const MOST_BYTES = 2 * 1024 * 1024

/** The text of a team's file, as a person named it. Throws a `ConnectionsError`. */
export function teamFile(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) throw new ConnectionsError(`There is no file ${path}.`)
  if (stat.isDirectory())
    throw new ConnectionsError(
      `${path} is a folder. Name the file in it, such as ${join(path, 'connections.yaml')}.`,
    )
  if (!stat.isFile()) throw new ConnectionsError(`${path} is no file.`)
  // What is longer than any file of connections is not read to its end.
  if (stat.size > MOST_BYTES)
    throw new ConnectionsError(`${path} is too large to be a file of connections.`)
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new ConnectionsError(
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}
