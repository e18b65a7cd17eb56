/** The text of an http block: request line, headers, blank line, body. */

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'])
const TEMPLATE = /\{\{\s*(?<name>[A-Za-z_]\w*)\s*\}\}/gu
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/u

export interface RequestText {
  readonly method: string
  readonly url: URL
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
}

/** A block that cannot become a request; nothing was sent. */
export class RequestTextError extends Error {}

type Encode = (value: string, name: string) => string

function fill(text: string, values: Readonly<Record<string, string>>, encode: Encode): string {
  return text.replaceAll(TEMPLATE, (_whole, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined
    if (value === undefined)
      throw new RequestTextError(
        `{{${name}}} has no value here. Is the block that captures it done?`,
      )
    return encode(value, name)
  })
}

function headerValue(value: string, name: string): string {
  if (/[\r\n\0]/u.test(value))
    throw new RequestTextError(
      `The value of {{${name}}} has a line break, which a header must not have.`,
    )
  return value
}

/** In a body a value must not end the string or the field it stands in. */
function bodyEncoder(type: string): Encode {
  if (/\bjson\b/iu.test(type)) return (value) => JSON.stringify(value).slice(1, -1)
  if (/x-www-form-urlencoded/iu.test(type)) return (value) => encodeURIComponent(value)
  return (value) => value
}

/**
 * Reads a block and fills in values as encoded parts: percent-encoded in the address, refused with line breaks in a
 * header, escaped for JSON or form bodies by their content type. `base` is the target's address.
 */
export function readRequest(
  text: string,
  base: string,
  values: Readonly<Record<string, string>>,
): RequestText {
  const lines = text.replace(/^\s*\n/u, '').split(/\r\n|\n/u)
  const [first = '', ...rest] = lines
  const [method = '', address = '', ...more] = first.trim().split(/[ \t]+/u)
  if (!METHODS.has(method)) {
    throw new RequestTextError(
      `The first line must be a method and an address, such as “GET /health”, not “${first}”.`,
    )
  }
  if (address === '' || (more.length > 0 && !/^HTTP\/\d/u.test(more[0] ?? ''))) {
    throw new RequestTextError(`The address in “${first}” cannot be read. Percent-encode spaces.`)
  }
  const filled = fill(address, values, (value) => encodeURIComponent(value))
  if (!URL.canParse(filled, base))
    throw new RequestTextError(`“${filled}” is not an address below “${base}”.`)
  const url = new URL(filled, base)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new RequestTextError(
      `Only http and https addresses can be requested, not ${url.protocol}`,
    )
  }
  const blank = rest.findIndex((line) => line.trim() === '')
  const headerLines = blank === -1 ? rest : rest.slice(0, blank)
  const headers = headerLines.map((line): readonly [string, string] => {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).trim()
    if (colon < 1 || !HEADER_NAME.test(name))
      throw new RequestTextError(`“${line}” is not a header. Write Name: value.`)
    return [name, fill(line.slice(colon + 1).trim(), values, headerValue)]
  })
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
  const body = blank === -1 ? '' : fill(rest.slice(blank + 1).join('\n'), values, bodyEncoder(type))
  return { method, url, headers, body }
}
