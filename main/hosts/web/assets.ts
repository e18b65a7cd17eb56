import { readFile, realpath } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
}
/** Vite puts a hash of the content into the names there. */
const HASHED = /^\/assets\/.*-[\w-]{8,}\.\w+$/u

export interface Asset {
  readonly bytes: Buffer
  readonly type: string
  /** Its name changes with its content, so a browser may keep it. */
  readonly immutable: boolean
}

/**
 * A file of the built window; undefined for everything else, also for paths and links that lead out of its folder.
 * `pathname` is as it stands in the request, still encoded.
 */
export async function readAsset(folder: string, pathname: string): Promise<Asset | undefined> {
  let decoded: string
  try {
    decoded = decodeURIComponent(pathname)
  } catch {
    return undefined
  }
  if (/[\0\\]|(?:^|\/)\.{1,2}(?:\/|$)/u.test(decoded)) return undefined
  const type = TYPES[decoded === '/' ? '.html' : extname(decoded)]
  if (type === undefined) return undefined
  try {
    const root = await realpath(folder)
    const path = await realpath(join(root, decoded === '/' ? 'index.html' : decoded))
    if (!path.startsWith(root + sep)) return undefined
    return { bytes: await readFile(path), type, immutable: HASHED.test(decoded) }
  } catch {
    return undefined
  }
}
