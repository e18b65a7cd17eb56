/** How the values of a run get into a request: as parts, each encoded for the place it stands in, never as text. */

const PLACEHOLDER = /\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}/g

/** The same text with placeholders that have no spaces in them. */
export function compactPlaceholders(text: string): string {
  return text.replaceAll(PLACEHOLDER, '{{$1}}')
}

/** A block that cannot become a request. Nothing was sent; the message is for a person. */
export class RequestTextError extends Error {
  override readonly name = 'RequestTextError'
}

export type Values = Readonly<Record<string, string>>
type Encode = (value: string, name: string, before: string) => string

function fill(text: string, values: Values, encode: Encode): string {
  return text.replaceAll(PLACEHOLDER, (_whole, name: string, offset: number) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined
    if (value === undefined)
      throw new RequestTextError(
        `{{${name}}} has no value yet. Run the block that captures it first, or declare it as an input.`,
      )
    return encode(value, name, text.slice(0, offset))
  })
}

function percentEncode(value: string, name: string): string {
  try {
    return encodeURIComponent(value)
  } catch {
    throw new RequestTextError(`The value of {{${name}}} is not valid text.`)
  }
}

/** `.` and `..` change what a path means, even percent-encoded. */
function climbs(segment: string): boolean {
  return /^(?:\.|%2e){1,2}$/i.test(segment)
}

/** The address with every value percent-encoded, so that none can add a segment, a parameter or a host. */
export function fillAddress(template: string, values: Values): string {
  const filled = fill(template, values, percentEncode)
  const before = template.split(/[/?#]/)
  for (const [index, segment] of filled.split(/[/?#]/).entries()) {
    if (climbs(segment) && segment !== before[index])
      throw new RequestTextError(
        `A value would make “${segment}” a part of the path ${filled}, and change which path it is.`,
      )
  }
  return filled
}

/** A header with values as they are. A line break in one would begin another header. */
export function fillHeader(template: string, values: Values): string {
  return fill(template, values, (value, name) => {
    if (/[\r\n\0]/.test(value))
      throw new RequestTextError(
        `The value of {{${name}}} has a line break in it, which a header cannot carry.`,
      )
    return value
  })
}

/** Whether the end of a piece of JSON lies within a string. */
function insideString(json: string): boolean {
  let inside = false
  for (let index = 0; index < json.length; index++) {
    if (inside && json[index] === '\\') index++
    else if (json[index] === '"') inside = !inside
  }
  return inside
}

const JSON_SCALAR = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)$/

function jsonEncode(value: string, name: string, before: string): string {
  if (insideString(before)) return JSON.stringify(value).slice(1, -1)
  if (JSON_SCALAR.test(value)) return value
  throw new RequestTextError(
    `The value of {{${name}}} is not a number, true, false or null. Put quotes around {{${name}}} to send it as text.`,
  )
}

const XML_ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

function xmlEncode(value: string): string {
  return value.replaceAll(/[&<>"']/g, (character) => XML_ESCAPES[character] ?? character)
}

/**
 * The body, with values encoded for its media type: JSON and XML escaped, form fields percent-encoded, any other type
 * verbatim. Without a type there is no telling what would be safe, so a body with values must have one.
 */
export function fillBody(template: string, mediaType: string | undefined, values: Values): string {
  if (mediaType === undefined) {
    if (template.search(PLACEHOLDER) === -1) return template
    throw new RequestTextError(
      'The body has values in it but no Content-Type, which decides how they are encoded. Add a Content-Type header.',
    )
  }
  const type = mediaType.split(';')[0]?.trim().toLowerCase() ?? ''
  if (type === 'application/json' || type.endsWith('+json'))
    return fill(template, values, jsonEncode)
  if (type === 'application/x-www-form-urlencoded') return fill(template, values, percentEncode)
  if (type === 'application/xml' || type === 'text/xml' || type.endsWith('+xml'))
    return fill(template, values, xmlEncode)
  return fill(template, values, (value) => value)
}
