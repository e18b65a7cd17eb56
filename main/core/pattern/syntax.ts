/**
 * The structure of a regular expression in the syntax of ECMAScript with the flags `u` and `m`, as far as it can be
 * matched in linear time: no look-around, no back-references, no inline flags. What a single character matches is left to
 * the engine's own RegExp, so that classes, escapes and properties mean exactly what they mean everywhere else.
 */

export type Assertion = 'line-start' | 'line-end' | 'word-boundary' | 'no-word-boundary'

export type Node =
  | { readonly kind: 'character'; readonly accepts: (character: string) => boolean }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  | { readonly kind: 'sequence'; readonly nodes: readonly Node[] }
  | { readonly kind: 'choice'; readonly nodes: readonly Node[] }
  /** `most` is undefined where there is no upper bound. */
  | {
      readonly kind: 'repeat'
      readonly node: Node
      readonly least: number
      readonly most: number | undefined
    }

/** Why a pattern cannot be used, in words that continue “the pattern …”. */
export class PatternError extends Error {}

/** Longer patterns, and deeper nesting, are nothing a person wrote as an expectation. */
const LONGEST = 10_000
const DEEPEST = 100

const QUANTIFIER = /^(?:[*+?]|\{(?<least>\d+)(?<open>,(?<most>\d*))?\})\??/u
/** One escaped character; a pair of escaped surrogates is one character too. */
const ESCAPE =
  /^\\(?:u[dD][89abAB][\dA-Fa-f]{2}\\u[dD][c-fC-F][\dA-Fa-f]{2}|u\{[\dA-Fa-f]+\}|u[\dA-Fa-f]{4}|x[\dA-Fa-f]{2}|c[A-Za-z]|[pP]\{[^}]*\}|.)/su

/** Parses a pattern. Throws `PatternError`. */
export function parsePattern(source: string): Node {
  if (source.length > LONGEST) throw new PatternError(`is longer than ${LONGEST} characters`)
  try {
    void new RegExp(source, 'mu')
  } catch (error) {
    throw new PatternError(
      `is not valid: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
  return new Parser(source).parse()
}

/** Reads a source that the engine has already accepted. */
class Parser {
  readonly #source: string
  #at = 0
  #depth = 0

  constructor(source: string) {
    this.#source = source
  }

  parse(): Node {
    return this.#choice()
  }

  #choice(): Node {
    if (++this.#depth > DEEPEST) throw new PatternError('is nested too deeply')
    const nodes = [this.#sequence()]
    while (this.#take('|')) nodes.push(this.#sequence())
    this.#depth--
    const [only] = nodes
    return nodes.length === 1 && only !== undefined ? only : { kind: 'choice', nodes }
  }

  #sequence(): Node {
    const nodes: Node[] = []
    while (this.#at < this.#source.length && !this.#sees('|') && !this.#sees(')'))
      nodes.push(this.#quantified(this.#term()))
    return { kind: 'sequence', nodes }
  }

  #quantified(node: Node): Node {
    const found = QUANTIFIER.exec(this.#source.slice(this.#at, this.#at + 64))
    if (found === null) return node
    this.#at += found[0].length
    const { least, open, most } = found.groups ?? {}
    if (least !== undefined) {
      const lower = Number(least)
      const upper = open === undefined ? lower : most === '' ? undefined : Number(most)
      return { kind: 'repeat', node, least: lower, most: upper }
    }
    switch (found[0][0]) {
      case '*':
        return { kind: 'repeat', node, least: 0, most: undefined }
      case '+':
        return { kind: 'repeat', node, least: 1, most: undefined }
      default:
        return { kind: 'repeat', node, least: 0, most: 1 }
    }
  }

  #term(): Node {
    if (this.#take('^')) return { kind: 'assertion', assertion: 'line-start' }
    if (this.#take('$')) return { kind: 'assertion', assertion: 'line-end' }
    if (this.#take('\\b')) return { kind: 'assertion', assertion: 'word-boundary' }
    if (this.#take('\\B')) return { kind: 'assertion', assertion: 'no-word-boundary' }
    if (this.#sees('(')) return this.#group()
    if (this.#sees('[')) return classOf(this.#class())
    if (this.#sees('\\')) return this.#escape()
    const character = String.fromCodePoint(this.#source.codePointAt(this.#at) ?? 0)
    this.#at += character.length
    return character === '.'
      ? classOf('.')
      : { kind: 'character', accepts: (seen) => seen === character }
  }

  #group(): Node {
    for (const look of ['(?=', '(?!', '(?<=', '(?<!']) {
      if (this.#sees(look))
        throw new PatternError(`looks around (${look}…), which is not supported`)
    }
    if (!this.#take('(?:')) {
      const name = /^\(\?<[^>]*>/u.exec(this.#source.slice(this.#at, this.#at + 256))?.[0]
      if (name !== undefined) this.#at += name.length
      else if (this.#sees('(?'))
        throw new PatternError('switches flags inside a group, which is not supported')
      else this.#at++
    }
    const node = this.#choice()
    this.#at++
    return node
  }

  /** The text of a class, brackets included. */
  #class(): string {
    const start = this.#at++
    while (!this.#sees(']')) this.#at += this.#sees('\\') ? 2 : 1
    this.#at++
    return this.#source.slice(start, this.#at)
  }

  #escape(): Node {
    const [text = ''] = ESCAPE.exec(this.#source.slice(this.#at, this.#at + 256)) ?? []
    if (/^\\[1-9k]/u.test(text))
      throw new PatternError(`refers back to a group (${text}…), which is not supported`)
    this.#at += text.length
    return classOf(text)
  }

  #sees(text: string): boolean {
    return this.#source.startsWith(text, this.#at)
  }

  #take(text: string): boolean {
    if (!this.#sees(text)) return false
    this.#at += text.length
    return true
  }
}

/** What a class, an escape or the dot accepts; asked of the engine once for each character. */
function classOf(text: string): Node {
  const expression = new RegExp(`^(?:${text})$`, 'u')
  const known = new Map<string, boolean>()
  return {
    kind: 'character',
    accepts: (character) => {
      const before = known.get(character)
      if (before !== undefined) return before
      const accepted = expression.test(character)
      known.set(character, accepted)
      return accepted
    },
  }
}
