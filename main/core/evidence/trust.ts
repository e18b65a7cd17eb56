import { verifyReplacement } from './device-key.ts'
import type { Problems } from './findings.ts'
import type { HashBytes } from './merkle.ts'
import {
  formatKey,
  parseKey,
  parseNote,
  verifyNote,
  type PublicKey,
  type Verify,
} from './signed-note.ts'

/** A public key that comes with a record: its line, and what it and the key before it signed, where there was one. */
export interface RecordKey {
  readonly line: string
  readonly endorsement?: string | undefined
}

interface Tools {
  readonly hash: HashBytes
  readonly verify: Verify
}

/** The keys of a record, and which of them a verifier has a reason to trust. */
export class KeyRing {
  readonly keys: readonly PublicKey[]
  readonly #tools: Tools
  /** Pairs in which one key has taken the place of the other, by lines. */
  readonly #endorsed: readonly (readonly [string, string])[]
  readonly #anchors = new Set<string>()
  #anchored = false

  constructor(records: readonly RecordKey[], tools: Tools, problems: Problems) {
    this.#tools = tools
    const keys: PublicKey[] = []
    const endorsed: [string, string][] = []
    for (const { line } of records) {
      const key = parseKey(line, tools.hash)
      if (key === undefined) problems.add('key', 'A public key of the record cannot be read.')
      else keys.push(key)
    }
    for (const { line, endorsement } of records) {
      const key = keys.find((known) => this.#line(known) === line)
      if (key === undefined || endorsement === undefined) continue
      const replaced = keys.find(
        (replaces) => replaces !== key && verifyReplacement(endorsement, { key, replaces }, tools),
      )
      if (replaced === undefined)
        problems.add('key', `The statement that ${key.name} has a new key does not hold.`)
      else endorsed.push([line, this.#line(replaced)])
    }
    this.keys = keys
    this.#endorsed = endorsed
  }

  /** The lines of those keys of the record that have signed the note; undefined when a known key's signature is wrong. */
  signersOf(text: string): readonly string[] | undefined {
    const note = parseNote(text)
    if (note === undefined) return undefined
    const { signers, wrong } = verifyNote(note, this.keys, this.#tools)
    return wrong.length > 0 ? undefined : signers.map((key) => this.#line(key))
  }

  /** From now on only these keys, and those that took their place, count. */
  anchor(lines: readonly string[]): void {
    this.#anchored = true
    for (const line of lines) this.#anchors.add(line)
    grow(this.#anchors, this.#endorsed)
  }

  trusts(line: string): boolean {
    return !this.#anchored || this.#anchors.has(line)
  }

  get lines(): readonly string[] {
    return this.keys.map((key) => this.#line(key))
  }

  /** Keys that no other one leads to, among these. */
  unannounced(lines: readonly string[]): readonly string[] {
    const joined = new Set(lines.slice(0, 1))
    grow(joined, this.#endorsed)
    return lines.filter((line) => !joined.has(line))
  }

  #line(key: PublicKey): string {
    return formatKey(key, this.#tools.hash)
  }
}

/** Adds to the keys all that a chain of replacements joins to one of them. */
function grow(keys: Set<string>, pairs: readonly (readonly [string, string])[]): void {
  for (let grown = true; grown;) {
    grown = false
    for (const [one, other] of pairs) {
      if (keys.has(one) === keys.has(other)) continue
      keys.add(one).add(other)
      grown = true
    }
  }
}
