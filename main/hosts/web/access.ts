import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Who may talk to the web host: a browser holds a cookie that it traded for a one-time token. */

const TOKEN_BYTES = 32
export const TOKEN_LIFETIME_MS = 5 * 60_000
/** Wrong tokens within a minute before every token is refused for the rest of it. */
export const MOST_WRONG_TOKENS = 20
const WRONG_TOKENS_PER_MS = 60_000
/** Browsers that are signed in at the same time; the one that signed in first makes room. */
const MOST_BROWSERS = 16

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

export type Trade =
  | { readonly kind: 'signed-in'; readonly cookie: string }
  /** Wrong, used, or too old: which of them is nobody's business. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'too-many'; readonly retryAfterMs: number }

export class Access {
  readonly #port: () => number
  readonly #now: () => number
  #token: { readonly digest: Buffer; readonly until: number } | undefined
  #wrong: { readonly since: number; readonly count: number } | undefined
  /** Digests of cookies, oldest first: the values themselves are only in the browsers. */
  #cookies: Buffer[] = []

  /** `port` is known only once the server listens. `now`: epoch milliseconds, which go on while a laptop sleeps. */
  constructor(port: () => number, now: () => number = Date.now) {
    this.#port = port
    this.#now = now
  }

  /** A new one-time token; the one before it is dead. */
  newToken(): string {
    const value = randomBytes(TOKEN_BYTES).toString('base64url')
    this.#token = { digest: digest(value), until: this.#now() + TOKEN_LIFETIME_MS }
    return value
  }

  /** A cookie for a token, which is used up by this. */
  trade(token: string): Trade {
    const now = this.#now()
    if (this.#wrong !== undefined && now - this.#wrong.since >= WRONG_TOKENS_PER_MS)
      this.#wrong = undefined
    if (this.#wrong !== undefined && this.#wrong.count >= MOST_WRONG_TOKENS)
      return { kind: 'too-many', retryAfterMs: this.#wrong.since + WRONG_TOKENS_PER_MS - now }
    const current = this.#token
    if (current === undefined || !timingSafeEqual(digest(token), current.digest)) {
      this.#wrong = { since: this.#wrong?.since ?? now, count: (this.#wrong?.count ?? 0) + 1 }
      return { kind: 'refused' }
    }
    this.#token = undefined
    if (now > current.until) return { kind: 'refused' }
    const cookie = randomBytes(TOKEN_BYTES).toString('base64url')
    this.#cookies = [...this.#cookies, digest(cookie)].slice(-MOST_BROWSERS)
    return { kind: 'signed-in', cookie }
  }

  /** The port in the name keeps two Musters on one laptop apart: cookies know no ports. */
  get cookieName(): string {
    return `muster-${this.#port()}`
  }

  hasCookie(request: IncomingMessage): boolean {
    for (const part of (request.headers.cookie ?? '').split(';')) {
      const [name, ...value] = part.trim().split('=')
      if (name !== this.cookieName) continue
      const given = digest(value.join('='))
      if (this.#cookies.some((cookie) => timingSafeEqual(given, cookie))) return true
    }
    return false
  }

  /** Exactly our own address, once: anything else is a foreign name that was made to point here. */
  hasOurHost(request: IncomingMessage): boolean {
    const port = this.#port()
    const hosts = request.headersDistinct['host'] ?? []
    const [host] = hosts
    return hosts.length === 1 && (host === `127.0.0.1:${port}` || host === `localhost:${port}`)
  }

  hasOurOrigin(request: IncomingMessage): boolean {
    return request.headers.origin === `http://${request.headers.host}` && this.hasOurHost(request)
  }
}
