import {
  compactPlaceholders,
  fillAddress,
  fillBody,
  fillHeader,
  RequestTextError,
  type Values,
} from './fill.ts'

/**
 * The text of an http block: a request line, headers, an empty line, a body. Lines end in LF or CRLF; the body is sent
 * exactly as it stands, with values filled in.
 */

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
/** They describe the message as it goes over the wire, which is not the author's to decide. */
const OWN_HEADERS = new Set([
  'connection',
  'transfer-encoding',
  'keep-alive',
  'upgrade',
  'te',
  'trailer',
])

export interface HttpRequest {
  readonly method: string
  readonly url: URL
  /** In the order they are sent. */
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Uint8Array
}

interface Parts {
  readonly line: string
  readonly headers: readonly string[]
  readonly body: string
}

function split(text: string): Parts {
  const start = text.search(/\S/)
  const lines: string[] = []
  let at = Math.max(0, start)
  while (at < text.length) {
    const newline = text.indexOf('\n', at)
    const end = newline === -1 ? text.length : newline
    const line = text.slice(at, end).replace(/\r$/, '')
    at = end + 1
    if (line.trim() === '') break
    lines.push(line)
  }
  const [line = '', ...headers] = lines
  return { line, headers, body: text.slice(at) }
}

/** A path goes below the target's base URL, its own path included; a whole URL stands for itself. */
function resolve(address: string, base: string): URL {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(address)) return parseUrl(address)
  const root = parseUrl(base, 'The address of the target')
  if (address.startsWith('//')) throw new RequestTextError(`“${address}” is not a path.`)
  const [, path = '', query = ''] = /^([^?#]*)(.*)$/.exec(address) ?? []
  const below = path.startsWith('/') ? path.slice(1) : path
  const joined = `${root.origin}${root.pathname.replace(/\/$/, '')}/${below}${query}`
  const url = parseUrl(joined)
  url.username = root.username
  url.password = root.password
  return url
}

function parseUrl(text: string, what = 'The address'): URL {
  if (!URL.canParse(text))
    throw new RequestTextError(`${what} “${text}” is not a URL such as https://example.com/health.`)
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new RequestTextError(`${what} “${text}” is neither http nor https.`)
  url.hash = ''
  return url
}

function readLine(line: string): { readonly method: string; readonly address: string } {
  const words = compactPlaceholders(line)
    .trim()
    .split(/[ \t]+/)
  const [method = '', address = '', version, ...rest] = words
  if (!METHODS.includes(method))
    throw new RequestTextError(
      `The first line must be a method and an address, such as “GET /health”, not “${line.trim()}”. Methods: ${METHODS.join(', ')}.`,
    )
  if (address === '' || rest.length > 0 || (version !== undefined && !/^HTTP\/\d/.test(version)))
    throw new RequestTextError(
      `The first line “${line.trim()}” must be a method and one address. Write spaces in it as %20.`,
    )
  return { method, address }
}

function readHeader(line: string, values: Values): readonly [string, string] {
  const colon = line.indexOf(':')
  const name = line.slice(0, Math.max(0, colon)).trim()
  if (!HEADER_NAME.test(name))
    throw new RequestTextError(
      `“${line}” is not a header of the form Name: value. The body begins after an empty line.`,
    )
  if (OWN_HEADERS.has(name.toLowerCase()))
    throw new RequestTextError(`The header ${name} is set by Muster. Remove it from the block.`)
  const value = fillHeader(line.slice(colon + 1).trim(), values)
  // Node sends header text as Latin-1; this makes the bytes those of UTF-8.
  return [name, Buffer.from(value, 'utf8').toString('latin1')]
}

/**
 * Reads a block. `base` is the target's address. Throws `RequestTextError` for everything that keeps it from being
 * a request.
 */
export function readRequest(text: string, base: string, values: Values): HttpRequest {
  const parts = split(text)
  const { method, address } = readLine(parts.line)
  const url = resolve(fillAddress(address, values), base)
  const given = parts.headers.map((line) => readHeader(line, values))
  const valueOf = (name: string): string | undefined =>
    given.find(([each]) => each.toLowerCase() === name)?.[1]
  const body = Buffer.from(fillBody(parts.body, valueOf('content-type'), values), 'utf8')
  const length = valueOf('content-length')
  if (length !== undefined && length !== String(body.length))
    throw new RequestTextError(
      `Content-Length says ${length}, but the body has ${body.length} bytes. Remove the header; Muster sets it.`,
    )
  const defaults: [string, string][] = [['Host', url.host]]
  if (url.username !== '')
    defaults.push(['Authorization', `Basic ${Buffer.from(credentials(url)).toString('base64')}`])
  defaults.push(['User-Agent', 'muster'], ['Accept', '*/*'])
  if (body.length > 0 || ['POST', 'PUT', 'PATCH'].includes(method))
    defaults.push(['Content-Length', String(body.length)])
  const missing = defaults.filter(([name]) => valueOf(name.toLowerCase()) === undefined)
  return { method, url, headers: [...missing, ...given, ['Connection', 'close']], body }
}

function credentials(url: URL): string {
  return `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
}
