import { formsOf, SHORTEST_SECRET, type SecretForm } from './secret-forms.ts'
import { wideForms, type Width } from './secret-wide.ts'

/** Where secrets stand in a text or in bytes: both are numbers here, UTF-16 units or bytes. */

export type Units = ArrayLike<number>

interface WantedForm {
  readonly units: Units
  readonly broken: SecretForm['broken']
  /** At the very end of something this much of it is taken for all of it: what was cut off is a secret all the same. */
  readonly enough: number
  /** Absent: as the text around it. */
  readonly width?: Width
}

/** From and to: what to replace, in UTF-16 where it has a width. */
export type Place = readonly [from: number, to: number, width: Width | undefined]

export interface Found {
  readonly places: readonly Place[]
  /** From here on it depends on what follows. The length when it does not, or nothing follows. */
  readonly undecided: number
}

/** More than this between two characters of a form is no line break with an indentation. */
const WIDEST_GAP = 40

const NEWLINE = 0x0a
const RETURN = 0x0d
const SPACE = 0x20
const TAB = 0x09
const COLON = 0x3a

function isLineEnd(unit: number | undefined): boolean {
  return unit === NEWLINE || unit === RETURN
}

/** With what such a gap can begin. */
function gapsOf(broken: SecretForm['broken']): readonly number[] {
  if (broken === undefined) return []
  return broken === 'by-lines' ? [NEWLINE, RETURN] : [NEWLINE, RETURN, SPACE, TAB, COLON]
}

function low(unit: number | undefined): number {
  return (unit ?? 0) & 255
}

/** How many units between two characters of a form do not belong to it. */
function gapAt(units: Units, at: number, broken: SecretForm['broken']): number {
  if (broken === undefined) return 0
  const first = units[at]
  if (broken === 'by-lines' && !isLineEnd(first)) return 0
  let length = 0
  for (; length < WIDEST_GAP; length++) {
    const unit = units[at + length]
    const passed =
      isLineEnd(unit) ||
      unit === SPACE ||
      unit === TAB ||
      (broken === 'in-groups' && unit === COLON)
    if (!passed) break
  }
  return length
}

/** The forms of some secrets, ready to be looked for. */
export class SecretSearch {
  /** By the first two units, so that nearly every place is passed by one look. */
  readonly #pairs = new Uint8Array(65_536)
  readonly #firsts = new Uint8Array(256)
  readonly #forms = new Map<number, WantedForm[]>()
  readonly #all: WantedForm[] = []

  /** `unitsOf` gives the units of a text as they stand in what is searched; `inBytes`: which are bytes, of any encoding. */
  constructor(secrets: readonly string[], unitsOf: (text: string) => Units, inBytes: boolean) {
    for (const secret of new Set(secrets)) {
      for (const { text, broken } of formsOf(secret)) {
        const units = unitsOf(text)
        const enough = Math.max(SHORTEST_SECRET, Math.ceil(units.length / 2))
        this.#add({ units, broken, enough })
        // What is wrapped or grouped is base64 or hexadecimal, which is rarely written so.
        if (!inBytes || broken !== undefined) continue
        for (const { bytes, width } of wideForms(text)) {
          const half = Math.ceil(bytes.length / 2)
          this.#add({
            units: bytes,
            broken,
            enough: Math.max(SHORTEST_SECRET * 2 - 1, half),
            width,
          })
        }
      }
    }
  }

  #add(form: WantedForm): void {
    const first = low(form.units[0])
    this.#all.push(form)
    this.#firsts[first] = 1
    for (const second of new Set([low(form.units[1]), ...gapsOf(form.broken)])) {
      const pair = first * 256 + second
      this.#pairs[pair] = 1
      const same = this.#forms.get(pair)
      if (same === undefined) this.#forms.set(pair, [form])
      else same.push(form)
    }
  }

  get nothing(): boolean {
    return this.#all.length === 0
  }

  /** `final`: nothing follows. */
  find(units: Units, final: boolean): Found {
    const places: Place[] = []
    let at = this.#next(units, 0)
    while (at < units.length) {
      const { whole, begun, cut, width } = this.#look(units, at)
      // A longer form may still be coming: wait for it rather than cut it in two.
      if (begun && !final) return { places, undecided: at }
      const end = cut ? units.length : whole
      if (end !== undefined) places.push([at, end, width])
      at = this.#next(units, end ?? at + 1)
    }
    return { places, undecided: units.length }
  }

  /** The first place from `from` on where a form may begin; the length when there is none. */
  #next(units: Units, from: number): number {
    const last = units.length - 1
    for (let at = from; at < last; at++) {
      const pair = low(units[at]) * 256 + low(units[at + 1])
      if (this.#pairs[pair] === 1) return at
    }
    return from <= last && this.#firsts[low(units[last])] === 1 ? last : units.length
  }

  /** What stands here: where the longest whole form ends, whether one has only begun, and whether enough of it is there. */
  #look(
    units: Units,
    at: number,
  ): {
    readonly whole: number | undefined
    readonly begun: boolean
    readonly cut: boolean
    readonly width: Width | undefined
  } {
    let whole: number | undefined
    let width: Width | undefined
    let begun = false
    let cut = false
    const isLast = at === units.length - 1
    const pair = low(units[at]) * 256 + low(units[at + 1])
    for (const form of isLast ? this.#all : (this.#forms.get(pair) ?? [])) {
      const { matched, end } = match(units, at, form)
      if (matched === form.units.length) {
        if (!cut && end > (whole ?? 0)) ({ width } = form)
        whole = Math.max(whole ?? 0, end)
      } else if (end === units.length) {
        begun = true
        if (matched < form.enough) continue
        cut = true
        ;({ width } = form)
      }
    }
    return { whole, begun, cut, width }
  }
}

/** How many units of a form stand here, and where they end: at the end of everything when more may follow. */
function match(
  units: Units,
  at: number,
  { units: form, broken }: WantedForm,
): { readonly matched: number; readonly end: number } {
  let position = at
  for (let index = 0; index < form.length; index++) {
    if (index > 0) position += gapAt(units, position, broken)
    if (position >= units.length) return { matched: index, end: units.length }
    if (units[position] !== form[index]) return { matched: index, end: -1 }
    position++
  }
  return { matched: form.length, end: position }
}
