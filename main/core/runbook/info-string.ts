import type { Diagnostics } from './diagnostics.ts'
import type { Range } from './model.ts'
import type { Positions } from './positions.ts'

/** The words after the opening fence: `lang verb key=value key="a value" flag`. */

export interface Attribute {
  readonly name: string
  /** Undefined for a word without a value. */
  readonly value: string | undefined
  readonly range: Range
}

export interface InfoString {
  readonly language: string
  /** The first word after the language, when it is not an attribute. */
  readonly verb: { readonly word: string; readonly range: Range } | undefined
  readonly attributes: readonly Attribute[]
  readonly range: Range
}

const FENCE = /^(?:`{3,}|~{3,})[ \t]*/u
const TOKEN =
  /(?<name>[^\s="']+)(?:=(?:"(?<double>[^"]*)"|'(?<single>[^']*)'|(?<bare>[^\s"']*)))?(?=\s|$)/uy

/** Reads the info string from the opening line of a fence that begins at `offset`. */
export function readInfoString(
  source: string,
  offset: number,
  positions: Positions,
  diagnostics: Diagnostics | undefined,
): InfoString {
  let end = offset
  while (end < source.length && source[end] !== '\n' && source[end] !== '\r') end++
  const line = source.slice(offset, end)
  const fence = FENCE.exec(line)?.[0] ?? ''
  const languageText = /^[^\s]*/u.exec(line.slice(fence.length))?.[0] ?? ''
  const attributes: Attribute[] = []
  let verb: InfoString['verb']
  let at = fence.length + languageText.length
  let first = true
  for (;;) {
    at += /^\s*/u.exec(line.slice(at))?.[0].length ?? 0
    if (at >= line.length) break
    TOKEN.lastIndex = at
    const match = TOKEN.exec(line)
    if (match?.groups === undefined) {
      const rest = /^\S+/u.exec(line.slice(at))?.[0] ?? ''
      diagnostics?.add(
        'attribute-syntax',
        positions.range(offset + at, offset + at + rest.length),
        `“${rest}” cannot be read. Write key=value, with quotes around a value that has spaces: key="a value".`,
      )
      at += rest.length
      first = false
      continue
    }
    const { name = '', double, single, bare } = match.groups
    const range = positions.range(offset + at, offset + at + match[0].length)
    const value = double ?? single ?? bare
    if (first && value === undefined) verb = { word: name, range }
    else attributes.push({ name, value, range })
    first = false
    at += match[0].length
  }
  return { language: languageText, verb, attributes, range: positions.range(offset, end) }
}
