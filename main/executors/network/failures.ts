/** Errors of names, sockets and TLS in words. */

function words(code: string, place: string): string | undefined {
  switch (code) {
    case 'ECONNREFUSED':
      return `Nothing listens at ${place}: the connection was refused.`
    case 'ENOTFOUND':
      return `The name in ${place} cannot be resolved: no such host.`
    case 'EAI_AGAIN':
      return `The name in ${place} cannot be resolved just now: no answer from DNS. Is this laptop online?`
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `There is no route to ${place}. Is this laptop online, and on the right network or VPN?`
    case 'ETIMEDOUT':
      return `${place} does not answer.`
    case 'ECONNRESET':
    case 'EPIPE':
      return `${place} cut the connection.`
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return `${place} does not speak TLS. Is it an http address?`
    default:
      return undefined
  }
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : ''
}

/** What happened, in words, with the original message where there are none. `place` is host and port. */
export function failureWords(error: unknown, place: string): string {
  const known = words(codeOf(error), place)
  if (known !== undefined) return known
  const message = error instanceof Error ? error.message : String(error)
  // Parser errors are the server's doing: what it sent is not HTTP.
  return codeOf(error).startsWith('HPE_')
    ? `What ${place} sent is not HTTP: ${message}.`
    : `The request to ${place} failed: ${message}`
}
