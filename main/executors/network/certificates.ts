import { getCACertificates, rootCertificates, type PeerCertificate, type TLSSocket } from 'node:tls'
import type { CertificateFacts } from '../../core/certificate/expectation.ts'
import type { HttpFacts } from '../../core/run/events.ts'

/** What a server's certificate says, and what is wrong with it, in words. */

const DAY_MS = 86_400_000

function nameText(name: object): string {
  return Object.entries(name)
    .map(([key, value]) => `${key}=${Array.isArray(value) ? value.join('+') : String(value)}`)
    .join(', ')
}

/** Undefined when the server showed none. */
function certificateOf(socket: TLSSocket): PeerCertificate | undefined {
  const certificate = socket.getPeerCertificate()
  // Node gives an empty object for "none".
  return 'valid_to' in certificate ? certificate : undefined
}

/** The facts recorded with an answer. `now` is epoch milliseconds. */
export function tlsFacts(socket: TLSSocket, now: number): HttpFacts['tls'] {
  const certificate = certificateOf(socket)
  if (certificate === undefined) return undefined
  const validTo = Date.parse(certificate.valid_to)
  return {
    protocol: socket.getProtocol() ?? 'unknown',
    subject: nameText(certificate.subject),
    issuer: nameText(certificate.issuer),
    validTo: new Date(validTo).toISOString(),
    daysLeft: Math.floor((validTo - now) / DAY_MS),
  }
}

function nameList(certificate: PeerCertificate): string[] {
  const names = (certificate.subjectaltname ?? '').split(', ').flatMap((entry) => {
    const [, name] = /^(?:DNS|IP Address):(.+)$/u.exec(entry) ?? []
    return name === undefined ? [] : [name]
  })
  if (names.length > 0) return names
  const { CN } = certificate.subject
  return CN === undefined ? [] : [CN].flat()
}

/** What is recorded of a server's certificate, accepted or not; undefined when it showed none. `now` in epoch ms. */
export function certificateFacts(
  socket: TLSSocket,
  host: string,
  problem: string | undefined,
  now: number,
): CertificateFacts | undefined {
  const certificate = certificateOf(socket)
  if (certificate === undefined) return undefined
  const validTo = Date.parse(certificate.valid_to)
  return {
    host,
    protocol: socket.getProtocol() ?? 'unknown',
    subject: nameText(certificate.subject),
    issuer: nameText(certificate.issuer),
    names: nameList(certificate),
    validFrom: new Date(Date.parse(certificate.valid_from)).toISOString(),
    validTo: new Date(validTo).toISOString(),
    daysLeft: Math.floor((validTo - now) / DAY_MS),
    fingerprint: certificate.fingerprint256,
    ...(problem !== undefined && { problem }),
  }
}

function day(text: string): string {
  return new Date(Date.parse(text)).toISOString().slice(0, 16).replace('T', ' ') + ' UTC'
}

function namesOf(certificate: PeerCertificate): string {
  const names = certificate.subjectaltname ?? ''
  if (names === '') return nameText(certificate.subject)
  return names.replaceAll(/(?:DNS|IP Address):/g, '')
}

/** Why a certificate was not accepted. `code` is Node's or OpenSSL's, `host` is the name that was asked for. */
export function certificateProblem(socket: TLSSocket, code: string, host: string): string {
  const certificate = certificateOf(socket)
  if (certificate === undefined) return `${host} showed no certificate.`
  const issuer = nameText(certificate.issuer)
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return `The certificate of ${host} expired on ${day(certificate.valid_to)}. It has to be renewed on the server.`
    case 'CERT_NOT_YET_VALID':
      return `The certificate of ${host} is not valid before ${day(certificate.valid_from)}. Is the clock of this laptop right?`
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `The certificate is for another name: ${host} was asked for, and it is made out to ${namesOf(certificate)}.`
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return `The certificate of ${host} is self-signed, by ${issuer}, and this laptop does not trust it.`
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return `The certificate of ${host} was issued by an authority that this laptop does not know: ${issuer}. Name the authority's file in the profile (tls: { ca: FILE }), or add it to the certificates that this laptop trusts.`
    default:
      return `The certificate of ${host}, issued by ${issuer}, was not accepted: ${code}.`
  }
}

let trusted: string[] | undefined

/** The authorities this laptop trusts: Node's own, and those of the system, where a company's own are. */
export function trustedAuthorities(): string[] {
  trusted ??= [...new Set([...authorities('default'), ...authorities('system')])]
  return trusted
}

function authorities(kind: 'default' | 'system'): readonly string[] {
  try {
    return getCACertificates(kind)
  } catch {
    // Not every platform and build can say; those that come with Node are always there.
    return rootCertificates
  }
}
