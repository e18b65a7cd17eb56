import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

/** A real timestamp authority: openssl's, with a certificate of its own, over HTTP on this computer. */
export interface LocalAuthority {
  readonly url: string
  /** The certificate to verify with. */
  readonly certificate: string
  answer(query: Uint8Array): Buffer
  close(): Promise<void>
}

const CONFIGURATION = (folder: string): string => `
[ tsa ]
default_tsa = authority
[ authority ]
serial = ${folder}/serial
signer_cert = ${folder}/tsa.crt
signer_key = ${folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_chain = no
`

export async function localAuthority(folder: string): Promise<LocalAuthority> {
  const quiet = { stdio: 'pipe', cwd: folder } as const
  writeFileSync(join(folder, 'serial'), '01\n')
  writeFileSync(join(folder, 'tsa.cnf'), CONFIGURATION(folder))
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'tsa.key',
      '-out',
      'tsa.crt',
      '-days',
      '2',
      '-subj',
      '/CN=Local authority',
      '-addext',
      'extendedKeyUsage=critical,timeStamping',
    ],
    quiet,
  )
  const answer = (query: Uint8Array): Buffer => {
    writeFileSync(join(folder, 'query.tsq'), query)
    execFileSync(
      'openssl',
      ['ts', '-reply', '-config', 'tsa.cnf', '-queryfile', 'query.tsq', '-out', 'answer.tsr'],
      quiet,
    )
    return readFileSync(join(folder, 'answer.tsr'))
  }
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      if (request.headers['content-type'] !== 'application/timestamp-query')
        response.writeHead(415).end()
      else
        response
          .writeHead(200, { 'content-type': 'application/timestamp-reply' })
          .end(answer(Buffer.concat(parts)))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address: AddressInfo | string | null = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  return {
    url: `http://127.0.0.1:${port}/`,
    certificate: join(folder, 'tsa.crt'),
    answer,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
