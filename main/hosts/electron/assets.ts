import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import { protocol } from 'electron'
import { CONTENT_SECURITY_POLICY, ORIGIN, SCHEME } from './security.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
}

/** Must run before the program is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

/** Serves the built window, and nothing outside its folder, with the policy on every answer. */
export function serveAssets(folder: string): void {
  protocol.handle(SCHEME, async (request) => {
    const headers = {
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    }
    const refuse = (status: number): Response => new Response(null, { status, headers })
    if (!request.url.startsWith(`${ORIGIN}/`) || request.method !== 'GET') return refuse(403)
    let pathname: string
    try {
      pathname = decodeURIComponent(new URL(request.url).pathname)
    } catch {
      return refuse(400)
    }
    const root = normalize(folder)
    const path = join(root, pathname === '/' ? 'index.html' : pathname)
    const type = TYPES[extname(path)]
    if (!path.startsWith(root + sep) || type === undefined) return refuse(404)
    try {
      const bytes = await readFile(path)
      return new Response(new Uint8Array(bytes), { headers: { ...headers, 'content-type': type } })
    } catch {
      return refuse(404)
    }
  })
}
