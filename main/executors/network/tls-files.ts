import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { DialError } from './sockets.ts'

/** The files a profile names for TLS, read anew for each connection: certificates are renewed while Muster runs. */

export interface TlsProfile {
  readonly ca?: string | undefined
  readonly certificate?: string | undefined
  readonly key?: string | undefined
  readonly serverName?: string | undefined
}

export interface TlsFiles {
  /** PEM of each. */
  readonly authority: string | undefined
  readonly certificate: string | undefined
  readonly key: string | undefined
  readonly serverName: string | undefined
}

function read(path: string | undefined, what: string): string | undefined {
  if (path === undefined) return undefined
  const whole = path.startsWith('~/') ? join(homedir(), path.slice(2)) : path
  try {
    return readFileSync(whole, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const why =
      code === 'ENOENT'
        ? 'is not there'
        : code === 'EACCES'
          ? 'may not be read by you'
          : `cannot be read (${code})`
    throw new DialError(`The file of ${what}, ${path}, ${why}. The profile names it.`)
  }
}

/** Throws a `DialError` that names the file that cannot be read. */
export function readTlsFiles(profile: TlsProfile): TlsFiles {
  return {
    authority: read(profile.ca, 'the certificate authority'),
    certificate: read(profile.certificate, 'the client certificate'),
    key: read(profile.key, "the client certificate's key"),
    serverName: profile.serverName,
  }
}
