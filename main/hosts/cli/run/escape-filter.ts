/**
 * Output of commands is written by strangers. What reaches beyond the screen (titles, the clipboard, links, reports that
 * come back as keys) is taken out; the record keeps every byte.
 *
 * - `plain`: no escape sequence at all.
 * - `colour`: colours and weights (SGR) stay.
 * - `screen`: for a program that draws: what moves the cursor stays too.
 */
export type Allowance = 'plain' | 'colour' | 'screen'

type State = 'ground' | 'escape' | 'intermediate' | 'csi' | 'string' | 'string-escape'

/** Sequences longer than this are not meant for a screen. */
const LONGEST_SEQUENCE = 64
/** ESC and one of these: OSC, DCS, APC, PM, SOS begin a string that ends with ST or BEL. */
const STRINGS = new Set([']', 'P', '_', '^', 'X'])
/** Single-character escapes that only move or save the cursor or set the keypad. */
const HARMLESS_ESCAPES = new Set(['7', '8', '=', '>', 'D', 'E', 'M'])
/** Final bytes of CSI sequences that a drawing program needs. Not `t` (window reports), `n` and `c` (answers come back as keys). */
const SCREEN_FINALS = new Set('ABCDEFGHIJKLMPSTXZ@`abdefghlmrsu')

function isControl(code: number): boolean {
  return code < 0x20 || (code >= 0x7f && code <= 0x9f)
}

/** Bidirectional overrides make text read as something else than it is. */
function isOverride(code: number): boolean {
  return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)
}

/** Takes bytes as they come, also split inside a character or a sequence, and gives text that is safe to show. */
export class EscapeFilter {
  readonly #allowance: Allowance
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  #state: State = 'ground'
  #sequence = ''

  constructor(allowance: Allowance) {
    this.#allowance = allowance
  }

  write(bytes: Uint8Array): string {
    return this.#text(this.#decoder.decode(bytes, { stream: true }))
  }

  /** What was left of a split character. */
  end(): string {
    return this.#text(this.#decoder.decode())
  }

  #text(text: string): string {
    let shown = ''
    for (const character of text) shown += this.#next(character)
    return shown
  }

  #next(character: string): string {
    const code = character.codePointAt(0) ?? 0
    switch (this.#state) {
      case 'ground':
        if (code === 0x1b) return this.#begin('escape', character)
        if (character === '\n' || character === '\t' || character === '\r') return character
        if (this.#allowance === 'screen' && (code === 0x08 || code === 0x0e || code === 0x0f))
          return character
        return isControl(code) || isOverride(code) ? '' : character
      case 'escape':
        return this.#afterEscape(character, code)
      case 'intermediate':
        this.#sequence += character
        if (code >= 0x20 && code <= 0x2f) return this.#bounded()
        return this.#finish(
          this.#allowance === 'screen' && /^\u001B[()][0AB]$/u.test(this.#sequence),
        )
      case 'csi':
        return this.#inCsi(character, code)
      case 'string':
        if (code === 0x07 || code === 0x9c) this.#state = 'ground'
        else if (code === 0x1b) this.#state = 'string-escape'
        return ''
      case 'string-escape':
        this.#state = character === '\\' ? 'ground' : code === 0x1b ? 'string-escape' : 'string'
        return ''
    }
  }

  #begin(state: State, character: string): string {
    this.#state = state
    this.#sequence = character
    return ''
  }

  #afterEscape(character: string, code: number): string {
    if (code === 0x1b) return this.#begin('escape', character)
    this.#sequence += character
    if (character === '[') {
      this.#state = 'csi'
      return ''
    }
    if (STRINGS.has(character)) {
      this.#state = 'string'
      return ''
    }
    if (code >= 0x20 && code <= 0x2f) {
      this.#state = 'intermediate'
      return ''
    }
    return this.#finish(this.#allowance === 'screen' && HARMLESS_ESCAPES.has(character))
  }

  #inCsi(character: string, code: number): string {
    if (code === 0x1b) return this.#begin('escape', character)
    this.#sequence += character
    if (code >= 0x20 && code <= 0x3f) return this.#bounded()
    if (code < 0x40 || code > 0x7e) return this.#finish(false)
    const colour = character === 'm' && /^\u001B\[[\d;:]*m$/u.test(this.#sequence)
    const draws =
      SCREEN_FINALS.has(character) && /^\u001B\[\??[\d;:]*[^\d;:]$/u.test(this.#sequence)
    return this.#finish(
      (this.#allowance !== 'plain' && colour) || (this.#allowance === 'screen' && draws),
    )
  }

  #bounded(): string {
    if (this.#sequence.length > LONGEST_SEQUENCE) return this.#finish(false)
    return ''
  }

  #finish(keep: boolean): string {
    const sequence = this.#sequence
    this.#sequence = ''
    this.#state = 'ground'
    return keep ? sequence : ''
  }
}
