import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Certificates made for a test, by openssl. */

export interface KeyPair {
  readonly key: string
  readonly cert: string
}

export interface Authority extends KeyPair {
  /** `names` in OpenSSL's notation: `DNS:localhost,IP:127.0.0.1`. `days` of -1: it expired yesterday. */
  issue(names: string, days: number, commonName?: string): KeyPair
  remove(): void
}

export function makeAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'muster-test-ca-'))
  const path = (name: string): string => join(folder, name)
  const openssl = (...parameters: string[]): void => {
    execFileSync('openssl', parameters, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  }
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  openssl(
    'req',
    '-x509',
    ...ec,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '30',
    '-subj',
    '/O=Muster tests/CN=Test authority',
  )
  let count = 0
  return {
    key: readFileSync(path('ca.key'), 'utf8'),
    cert: readFileSync(path('ca.pem'), 'utf8'),
    issue(names, days, commonName = 'leaf') {
      const name = `leaf-${++count}`
      openssl(
        'req',
        ...ec,
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.csr`,
        '-subj',
        `/CN=${commonName}`,
      )
      writeFileSync(path(`${name}.ext`), `subjectAltName=${names}\n`)
      openssl(
        'x509',
        '-req',
        '-in',
        `${name}.csr`,
        '-CA',
        'ca.pem',
        '-CAkey',
        'ca.key',
        '-set_serial',
        String(count),
        '-extfile',
        `${name}.ext`,
        '-days',
        String(days),
        '-out',
        `${name}.pem`,
      )
      return {
        key: readFileSync(path(`${name}.key`), 'utf8'),
        cert: readFileSync(path(`${name}.pem`), 'utf8'),
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
