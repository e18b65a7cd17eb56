import type { HttpRequest } from './request-text.ts'

/**
 * Where an answer leads to. Only a GET or a HEAD without a body is sent again, elsewhere; anything else might take effect
 * twice. Another origin is shown nothing that was meant for the first one.
 */

const REDIRECTS = new Set([301, 302, 303, 307, 308])
/** Headers that say nothing about who asks. */
const HARMLESS = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'user-agent',
  'connection',
])

export type Next =
  /** The answer is the answer. */
  | { readonly kind: 'none' }
  /** It leads somewhere and is not followed; why, as a sentence. */
  | { readonly kind: 'stop'; readonly why: string }
  | { readonly kind: 'follow'; readonly request: HttpRequest; readonly foreign: boolean }

export interface Followed {
  readonly count: number
  /** How many the profile allows; 0: a redirect is an answer like any other. */
  readonly limit: number
}

/** The text of an address without credentials in it. */
export function shownUrl(url: URL): string {
  const copy = new URL(url)
  copy.username = ''
  copy.password = ''
  return copy.href
}

export function nextRequest(
  request: HttpRequest,
  answer: { readonly status: number; readonly location: string | undefined },
  followed: Followed,
): Next {
  const { status, location } = answer
  if (!REDIRECTS.has(status) || location === undefined || followed.limit === 0)
    return { kind: 'none' }
  const stop = (why: string): Next => ({ kind: 'stop', why })
  // A location is sent as Latin-1, and means UTF-8.
  const text = Buffer.from(location, 'latin1').toString('utf8')
  if (!URL.canParse(text, request.url.href))
    return stop('The answer redirects to something that is not an address, so it was not followed.')
  const url = new URL(text, request.url)
  url.username = ''
  url.password = ''
  url.hash = ''
  const to = url.href
  if ((request.method !== 'GET' && request.method !== 'HEAD') || request.body.length > 0)
    return stop(
      `The answer redirects to ${to}. It was not followed: a ${request.method}${request.body.length > 0 ? ' with a body' : ''} is never sent a second time.`,
    )
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return stop(
      `The answer redirects to ${to}, which is neither http nor https. It was not followed.`,
    )
  if (request.url.protocol === 'https:' && url.protocol === 'http:')
    return stop(`The answer redirects to ${to}, which is not encrypted. It was not followed.`)
  if (followed.count >= followed.limit)
    return stop(
      `The answer redirects to ${to}. It was not followed: the profile allows ${followed.limit} ${followed.limit === 1 ? 'redirect' : 'redirects'}.`,
    )
  const foreign = url.origin !== request.url.origin
  const headers = request.headers.filter(([name]) => {
    const lower = name.toLowerCase()
    return lower !== 'host' && (!foreign || HARMLESS.has(lower))
  })
  return {
    kind: 'follow',
    foreign,
    request: {
      method: request.method,
      url,
      headers: [['Host', url.host], ...headers],
      body: request.body,
    },
  }
}
