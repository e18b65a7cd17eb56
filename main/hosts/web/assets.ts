import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'

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

export interface Asset {
  readonly bytes: Buffer
  readonly type: string
  /** Its name changes with its content, so a browser may keep it. */
  readonly immutable: boolean
}

/** A file of the built window; undefined for everything else, also for paths that lead out of its folder. */
export async function readAsset(folder: string, pathname: string): Promise<Asset | undefined> {
  let decoded: string
  try {
    decoded = decodeURIComponent(pathname)
  } catch {
    return undefined
  }
  if (decoded.includes('\0')) return undefined
  const root = normalize(folder)
  const path = join(root, decoded === '/' ? 'index.html' : decoded)
  const type = TYPES[extname(path)]
  if (type === undefined || !path.startsWith(root + sep)) return undefined
  try {
    return { bytes: await readFile(path), type, immutable: decoded.startsWith('/assets/') }
  } catch {
    return undefined
  }
}
