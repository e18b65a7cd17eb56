import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Who may talk to the web host: one browser at a time holds a cookie that it traded for a one-time token. */

const TOKEN_BYTES = 32
export const TOKEN_LIFETIME_MS = 5 * 60_000
/** Wrong tokens allowed before every token is refused until a new one is printed. */
const MOST_WRONG_TOKENS = 20

function same(left: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(left), digest(right))
}

export class Access {
  readonly #port: () => number
  readonly #now: () => number
  #token: { readonly value: string; readonly until: number } | undefined
  #wrong = 0
  readonly #cookies = new Set<string>()

  constructor(port: () => number, now: () => number = Date.now) {
    this.#port = port
    this.#now = now
  }

  /** A new one-time token; the one before it is dead. */
  newToken(): string {
    const value = randomBytes(TOKEN_BYTES).toString('base64url')
    this.#token = { value, until: this.#now() + TOKEN_LIFETIME_MS }
    this.#wrong = 0
    return value
  }

  /** The cookie for a token, which is used up by this; undefined when it is wrong, used or too old. */
  trade(token: string): string | undefined {
    const current = this.#token
    if (current === undefined || this.#wrong >= MOST_WRONG_TOKENS) return undefined
    if (!same(token, current.value)) {
      this.#wrong++
      return undefined
    }
    this.#token = undefined
    if (this.#now() > current.until) return undefined
    const cookie = randomBytes(TOKEN_BYTES).toString('base64url')
    this.#cookies.add(cookie)
    return cookie
  }

  /** The port in the name keeps two Musters on one laptop apart: cookies know no ports. */
  get cookieName(): string {
    return `muster-${this.#port()}`
  }

  hasCookie(request: IncomingMessage): boolean {
    for (const part of (request.headers.cookie ?? '').split(';')) {
      const [name, ...value] = part.trim().split('=')
      if (name === this.cookieName)
        return [...this.#cookies].some((cookie) => same(value.join('='), cookie))
    }
    return false
  }

  /** Exactly our own address: anything else is a foreign name that was made to point here. */
  hasOurHost(request: IncomingMessage): boolean {
    const port = this.#port()
    return (
      request.headers.host === `127.0.0.1:${port}` || request.headers.host === `localhost:${port}`
    )
  }

  hasOurOrigin(request: IncomingMessage): boolean {
    return request.headers.origin === `http://${request.headers.host}` && this.hasOurHost(request)
  }
}
