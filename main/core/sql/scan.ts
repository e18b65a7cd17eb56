/** Reads SQL token by token, as psql does: just enough to know where statements end and which `:NAME` are values. */

const SPACE = /[\s\uFEFF]+/uy
const LINE_COMMENT = /--[^\r\n]*/uy
const WORD = /[A-Za-z_\u0080-\u{10FFFF}][\w$\u0080-\u{10FFFF}]*/uy
const NUMBER = /\d[\w.]*/uy
const DOLLAR_TAG = /\$(?:[A-Za-z_\u0080-\u{10FFFF}][\w\u0080-\u{10FFFF}]*)?\$/uy
const POSITIONAL = /\$\d+/uy
const NAME = /:(?<name>[A-Za-z_]\w*)/uy
/** A string goes on after white space with a line break in it. */
const CONTINUED = /[ \t\f\v]*[\r\n][\s]*'/uy

export type Token =
  | { readonly kind: 'skip' | 'other' | 'positional'; readonly end: number }
  | { readonly kind: 'word'; readonly end: number; readonly word: string }
  | { readonly kind: 'name'; readonly end: number; readonly name: string }
  | { readonly kind: 'open' | 'close' | 'semicolon'; readonly end: number }
  | { readonly kind: 'problem'; readonly end: number; readonly why: string }

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at
  return pattern.exec(text) ?? undefined
}

function problem(end: number, why: string): Token {
  return { kind: 'problem', end, why }
}

/** The end of a nested comment that begins at `at`; undefined when it has none. */
function commentEnd(text: string, at: number): number | undefined {
  let depth = 0
  for (let index = at; index < text.length; index++) {
    if (text.startsWith('/*', index)) {
      depth++
      index++
    } else if (text.startsWith('*/', index)) {
      depth--
      index++
      if (depth === 0) return index + 1
    }
  }
  return undefined
}

/** The position behind the closing quote of what is quoted from `at` on. */
function quoteEnd(text: string, at: number, quote: string, escapes: boolean): number | undefined {
  for (let index = at + 1; index < text.length; index++) {
    if (escapes && text[index] === '\\') index++
    else if (text[index] === quote) {
      if (text[index + 1] !== quote) return index + 1
      index++
    }
  }
  return undefined
}

function stringToken(text: string, at: number, escapes: boolean): Token {
  let end = quoteEnd(text, at, "'", escapes)
  while (end !== undefined) {
    const more = match(CONTINUED, text, end)
    if (more === undefined) return { kind: 'other', end }
    end = quoteEnd(text, end + more[0].length - 1, "'", escapes)
  }
  return problem(at, "A string has no closing '.")
}

function dollarToken(text: string, at: number): Token {
  const tag = match(DOLLAR_TAG, text, at)?.[0]
  if (tag !== undefined) {
    const close = text.indexOf(tag, at + tag.length)
    if (close === -1) return problem(at, `The text quoted with ${tag} has no closing ${tag}.`)
    return { kind: 'other', end: close + tag.length }
  }
  const number = match(POSITIONAL, text, at)
  if (number !== undefined) return { kind: 'positional', end: at + number[0].length }
  return { kind: 'other', end: at + 1 }
}

function colonToken(text: string, at: number): Token {
  if (text[at + 1] === ':' || text[at + 1] === '=') return { kind: 'other', end: at + 2 }
  const before = text[at - 1] ?? ' '
  // Of an array's slice.
  if (/\w/u.test(before)) return { kind: 'other', end: at + 1 }
  if (text[at + 1] === "'" || text[at + 1] === '"')
    return problem(
      at,
      `:${text[at + 1]}NAME${text[at + 1]} is a notation of psql. Write :NAME; values are bound, never pasted.`,
    )
  const found = match(NAME, text, at)
  const name = found?.groups?.['name']
  if (found === undefined || name === undefined) return { kind: 'other', end: at + 1 }
  return { kind: 'name', end: at + found[0].length, name }
}

function wordToken(text: string, at: number, standardStrings: boolean): Token {
  const word = match(WORD, text, at)?.[0] ?? ''
  const end = at + word.length
  if (text[end] === "'" && /^(?:[ebxn])$/iu.test(word))
    return stringToken(text, end, /^e$/iu.test(word) || (/^n$/iu.test(word) && !standardStrings))
  if (/^u$/iu.test(word) && text.startsWith("&'", end)) return stringToken(text, end + 1, false)
  return { kind: 'word', end, word: word.toLowerCase() }
}

/**
 * The token at a position of a text. `standardStrings`: standard_conforming_strings, as the server has it: without it a
 * backslash escapes in every string.
 */
export function tokenAt(text: string, at: number, standardStrings: boolean): Token {
  const space = match(SPACE, text, at) ?? match(LINE_COMMENT, text, at)
  if (space !== undefined) return { kind: 'skip', end: at + space[0].length }
  if (text.startsWith('/*', at)) {
    const end = commentEnd(text, at)
    return end === undefined ? problem(at, 'A comment has no closing */.') : { kind: 'skip', end }
  }
  switch (text[at]) {
    case "'":
      return stringToken(text, at, !standardStrings)
    case '"': {
      const end = quoteEnd(text, at, '"', false)
      return end === undefined
        ? problem(at, 'A quoted name has no closing ".')
        : { kind: 'other', end }
    }
    case '$':
      return dollarToken(text, at)
    case ':':
      return colonToken(text, at)
    case ';':
      return { kind: 'semicolon', end: at + 1 }
    case '(':
    case '[':
      return { kind: 'open', end: at + 1 }
    case ')':
    case ']':
      return { kind: 'close', end: at + 1 }
    case '\\': {
      const command = /^\\\S*/u.exec(text.slice(at, at + 40))?.[0] ?? '\\'
      return problem(
        at,
        `${command} is a command of psql, not SQL. Muster sends SQL alone: write the statement it stands for.`,
      )
    }
    case '\0':
      return problem(at, 'There is a NUL in the text, which SQL cannot have.')
    default:
      break
  }
  if (match(WORD, text, at) !== undefined) return wordToken(text, at, standardStrings)
  const number = match(NUMBER, text, at)
  return { kind: 'other', end: at + (number?.[0].length ?? 1) }
}
