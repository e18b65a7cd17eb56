import { utf8 } from './utf8.ts'

/** How languages and protocols quote a text within their own. */

const OF_RFC_3986 = /[A-Za-z0-9._~-]/u
const OF_ENCODE_URI_COMPONENT = /[A-Za-z0-9._~!'()*-]/u
const OF_ENCODE_URI = /[A-Za-z0-9._~!'()*;,/?:@&=+$#-]/u
const OF_A_FORM = /[A-Za-z0-9._*-]/u
/** What browsers and curl leave as it is in a path, a query and the name of a user. */
const OF_A_PATH = /[^\u0000-\u0020"#<>?`{}\u007F-\u{10FFFF}]/u
const OF_A_QUERY = /[^\u0000-\u0020"#'<>\u007F-\u{10FFFF}]/u

/** A text as URLs, JSON, shells, SQL, CSV, HTML and programming languages quote it, without the quotes around it. */
export function quotedForms(text: string): readonly string[] {
  return [...urlForms(text), ...jsonForms(text), ...shellForms(text), ...markupForms(text)]
}

function urlForms(text: string): readonly string[] {
  const forms = [
    OF_RFC_3986,
    OF_ENCODE_URI_COMPONENT,
    OF_ENCODE_URI,
    OF_A_FORM,
    OF_A_PATH,
    OF_A_QUERY,
  ].map((kept) => percentEncode(text, kept))
  const all = [...forms, ...forms.map((form) => form.replaceAll('%20', '+'))]
  return [
    ...all,
    ...all.map((form) => form.replaceAll(/%[0-9A-F]{2}/gu, (escape) => escape.toLowerCase())),
  ]
}

function percentEncode(text: string, kept: RegExp): string {
  return Array.from(text, (character) =>
    kept.test(character)
      ? character
      : Array.from(
          utf8(character),
          (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
        ).join(''),
  ).join('')
}

/** As JavaScript, Go, Python, PHP and .NET write it. */
function jsonForms(text: string): readonly string[] {
  const json = JSON.stringify(text).slice(1, -1)
  const slashes = json.replaceAll('/', '\\/')
  const strict = text.replaceAll(/["\\\u0000-\u001F<>&'+`\u007F-\uFFFF]/gu, (unit) =>
    unit === '\\' ? '\\\\' : unicodeEscape(unit).toUpperCase().replace('\\U', '\\u'),
  )
  return [
    json,
    slashes,
    ascii(json),
    ascii(slashes),
    json.replaceAll(/[<>&]/gu, unicodeEscape),
    ascii(json.replaceAll(/[<>&]/gu, unicodeEscape)),
    strict,
  ]
}

function ascii(text: string): string {
  return Array.from({ length: text.length }, (_, index) => text.charAt(index))
    .map((unit) => (unit > '\u007E' ? unicodeEscape(unit) : unit))
    .join('')
}

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** Single quotes, double quotes, backslashes, `$'…'`; PostgreSQL and CSV; Python and redis-cli. */
function shellForms(text: string): readonly string[] {
  const slashes = text.replaceAll('\\', '\\\\')
  const named = slashes
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replaceAll('\u001B', '\\E')
  return [
    text.replaceAll("'", `'\\''`),
    text.replaceAll("'", `'"'"'`),
    text.replaceAll(/[ !"$&'()*,;<>?[\\\]^`{|}]/gu, String.raw`\$&`),
    text.replaceAll(/["$\\`]/gu, String.raw`\$&`),
    text.replaceAll(/["\\]/gu, String.raw`\$&`),
    text.replaceAll("'", "''"),
    text.replaceAll('"', '""'),
    slashes.replaceAll("'", "''"),
    named.replaceAll("'", "\\'"),
    byteEscapes(named.replaceAll("'", "\\'"), octal),
    byteEscapes(named.replaceAll('"', '\\"'), hexadecimal),
    byteEscapes(named.replaceAll("'", "\\'"), hexadecimal),
  ]
}

function byteEscapes(text: string, escape: (byte: number) => string): string {
  return Array.from(text, (character) =>
    character > '\u007E' ? Array.from(utf8(character), escape).join('') : character,
  ).join('')
}

function octal(byte: number): string {
  return `\\${byte.toString(8)}`
}

function hexadecimal(byte: number): string {
  return `\\x${byte.toString(16)}`
}

/** HTML and XML as their many libraries escape quotes; and UTF-8 that was read as Latin-1, as headers of HTTP are. */
function markupForms(text: string): readonly string[] {
  const markup = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const quotes: readonly (readonly [string, string])[] = [
    ['"', "'"],
    ['&quot;', "'"],
    ['&quot;', '&#39;'],
    ['&quot;', '&apos;'],
    ['&quot;', '&#x27;'],
    ['&#34;', '&#39;'],
  ]
  return [
    ...quotes.map(([double, single]) => markup.replaceAll('"', double).replaceAll("'", single)),
    Array.from(utf8(text), (byte) => String.fromCharCode(byte)).join(''),
  ]
}
