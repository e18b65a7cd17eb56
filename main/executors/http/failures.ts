import type { Outcome } from '../../core/run/events.ts'

/** Errors of sockets and TLS, in words, and whether anything can have reached the server. */

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens there: the connection was refused.',
  ENOTFOUND: 'The name cannot be resolved.',
  EAI_AGAIN: 'The name cannot be resolved just now: no answer from DNS.',
  EHOSTUNREACH: 'There is no route to that host.',
  ENETUNREACH: 'There is no route to that network.',
  ETIMEDOUT: 'The host does not answer.',
  ECONNRESET: 'The other side cut the connection.',
  EPIPE: 'The other side closed the connection while the request was sent.',
  CERT_HAS_EXPIRED: 'The certificate has expired.',
  CERT_NOT_YET_VALID: 'The certificate is not valid yet. Is the clock of this laptop right?',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'The certificate is self-signed, and this laptop does not trust it.',
  SELF_SIGNED_CERT_IN_CHAIN:
    'The certificate chain ends in a self-signed certificate that this laptop does not trust.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'The certificate was issued by an authority that this laptop does not know.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'The certificate was issued by an authority that this laptop does not know.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate is for another name.',
  ERR_SSL_WRONG_VERSION_NUMBER: 'That port does not speak TLS.',
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined
}

/** What happened, in words a person can act on. */
export function failureWords(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const code = codeOf(error)
  const words = code === undefined ? undefined : WORDS[code]
  return words === undefined ? message : `${words} (${message})`
}

/** Before a byte of the request was sent nothing can have happened; after that nobody knows what did. */
export function failureOutcome(error: unknown, sent: boolean): Outcome {
  const detail = failureWords(error)
  return sent ? { kind: 'disconnected', detail } : { kind: 'not-started', detail }
}
