import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import type { OutgoingHttpHeaders } from 'node:http'
import { join } from 'node:path'

/** Files that Muster wrote into its folder of exports, for the browser to keep: it never shows one on this address. */

/** Only plain names directly in the folder; none that begins with a dot, as what is half written does. */
const PATH = /^\/exports\/(?<name>[A-Za-z0-9_][A-Za-z0-9_.-]{0,199})$/u

export interface Download {
  /** Whoever gets it closes it. */
  readonly file: FileHandle
  readonly headers: OutgoingHttpHeaders
}

/** The export that a path of a request names; undefined for everything else, links to elsewhere included. */
export async function openDownload(
  folder: string,
  pathname: string,
): Promise<Download | undefined> {
  const name = PATH.exec(pathname)?.groups?.['name']
  if (name === undefined) return undefined
  let file: FileHandle
  try {
    // A link is not followed: it could lead anywhere.
    file = await open(join(folder, name), constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
  } catch {
    return undefined
  }
  try {
    const found = await file.stat()
    if (!found.isFile()) {
      await file.close()
      return undefined
    }
    return {
      file,
      headers: {
        'Content-Type': 'application/octet-stream',
        'Content-Disposition': `attachment; filename="${name}"`,
        'Content-Length': found.size,
        'Cache-Control': 'no-store',
      },
    }
  } catch {
    await file.close()
    return undefined
  }
}
