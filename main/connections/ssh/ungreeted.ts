/** What sshd says to those it turns away, before it says what it is. */
const FULL = /MaxStartups|Not allowed at this time/u

const GREETING = 'SSH-'
const SAID_LIMIT = 200

/** The first line that a server said instead of greeting; undefined where it greeted, or said nothing. */
export function saidInstead(first: Uint8Array | undefined): string | undefined {
  if (first === undefined) return undefined
  const [line = ''] = new TextDecoder('latin1')
    .decode(first.subarray(0, SAID_LIMIT))
    .split(/\r?\n/u)
  const printable = line.replaceAll(/[^\x20-\x7e]/gu, '?').trim()
  return printable === '' || printable.startsWith(GREETING) ? undefined : printable
}

/** Why a server may have closed a connection before it greeted, and what to do; `said` is what it said instead. */
export function ungreeted(place: string, said: string | undefined): string {
  if (said !== undefined && FULL.test(said))
    return `${place} is full: it takes no more connections that have not logged in yet (${said}). Nothing was sent. Try again in a while, or ask for a higher MaxStartups.`
  const words = said === undefined ? '' : `, saying “${said}”`
  return `${place} closed the connection before it had greeted${words}. It may be full (MaxStartups), keep this laptop out, or be no SSH server. Nothing was sent.`
}
