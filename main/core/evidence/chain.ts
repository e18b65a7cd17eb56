import type { RunEvent } from '../run/events.ts'
import { canonicalise } from './canonical.ts'
import { readLine } from './line.ts'

/**
 * The hash chain of a run: each event is one line of canonical JSON that carries the hash of the line before it. The
 * stored bytes are the hashed bytes; a verifier never writes JSON, it only hashes what it was given.
 */

/** `prev` of the first event of a run. */
export const GENESIS = '0'.repeat(64)

/** SHA-256 of the text's UTF-8 bytes, lowercase hex. */
export type HashText = (text: string) => string

/** The line of an event: everything in it but its own hash. */
export function encodeEvent(event: Omit<RunEvent, 'hash'>): string {
  const { hash: _hash, ...content } = { hash: undefined, ...event }
  return canonicalise(content)
}

export interface ChainProblem {
  /** Undefined where the line cannot even be read. */
  readonly seq: number | undefined
  readonly message: string
}

export interface ChainReport {
  readonly events: number
  /** Hash of the last line: all of the run in 64 characters. */
  readonly head: string
  readonly problems: readonly ChainProblem[]
}

/** A log that was changed everywhere is described by its first problems; memory stays bounded. */
const MOST_PROBLEMS = 100

/** What makes an event part of a chain, with everything else that its line has. */
export interface Link extends Readonly<Record<string, unknown>> {
  readonly seq: number
  readonly run: string
  readonly prev: string
}

function isLink(value: Readonly<Record<string, unknown>>): value is Link {
  return (
    Number.isSafeInteger(value['seq']) &&
    typeof value['run'] === 'string' &&
    typeof value['prev'] === 'string'
  )
}

/** Checks lines one at a time, so that a log of any length is verified in bounded memory. */
export class ChainVerifier {
  readonly #run: string
  readonly #hash: HashText
  readonly #problems: ChainProblem[] = []
  #count = 0
  #next = 1
  #head = GENESIS

  constructor(run: string, hash: HashText) {
    this.#run = run
    this.#hash = hash
  }

  /**
   * Takes the next line and gives what it says. `claimed` is the hash that was stored beside it, where there is one. `read`:
   * what the line says, where it was read already.
   */
  add(line: string, claimed?: string, read = readLine(line)): Link | undefined {
    this.#count++
    const wanted = this.#next
    const hash = this.#hash(line)
    const link = read !== undefined && isLink(read) ? read : undefined
    if (link === undefined) {
      this.#problem(undefined, `Line ${this.#count} is not an event as Muster writes one.`)
      this.#next++
    } else {
      if (link.run !== this.#run)
        this.#problem(link.seq, `Event ${link.seq} belongs to another run, ${link.run}.`)
      if (link.seq !== wanted) {
        this.#problem(
          link.seq,
          `Event ${link.seq} stands where event ${wanted} should be: something was removed, added or moved.`,
        )
      }
      // One gap is one problem: what follows it is counted from there.
      this.#next = link.seq + 1
      if (link.prev !== this.#head) {
        this.#problem(
          link.seq,
          `Event ${link.seq} does not continue the event before it: one of the two was changed.`,
        )
      }
    }
    if (claimed !== undefined && claimed !== hash) {
      this.#problem(
        link?.seq,
        `Event ${link?.seq ?? wanted} was changed: its bytes do not have the hash stored beside them.`,
      )
    }
    this.#head = hash
    return link
  }

  report(): ChainReport {
    return { events: this.#count, head: this.#head, problems: this.#problems }
  }

  #problem(seq: number | undefined, message: string): void {
    if (this.#problems.length < MOST_PROBLEMS) this.#problems.push({ seq, message })
    else if (this.#problems.length === MOST_PROBLEMS)
      this.#problems.push({ seq: undefined, message: 'There are more problems than are listed.' })
  }
}

/** Checks all lines of a run, one after the other. */
export function verifyChain(run: string, lines: Iterable<string>, hash: HashText): ChainReport {
  const verifier = new ChainVerifier(run, hash)
  for (const line of lines) verifier.add(line)
  return verifier.report()
}
