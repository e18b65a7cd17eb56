import { z } from 'zod'
import { parseCheckpoint, type Checkpoint } from './checkpoint.ts'
import { MerkleTree, type HashBytes } from './merkle.ts'
import { parseNote, verifyNote, type PublicKey, type Verify } from './signed-note.ts'
import { utf8 } from './utf8.ts'

/** Checks signed checkpoints, and what others hold of them, against the lines of a run, in one pass and bounded memory. */

export interface CheckpointProblem {
  /** Undefined where it is no single event's. */
  readonly seq: number | undefined
  readonly message: string
}

export interface CheckpointReport {
  /** Checkpoints that are signed and are over these events. */
  readonly holding: number
  /** Events that the newest of them covers. */
  readonly upTo: number
  /** Names of the signers. */
  readonly signers: readonly string[]
  /** Witnesses of a head that these events had. */
  readonly witnesses: number
  readonly problems: readonly CheckpointProblem[]
}

export interface CheckpointVerifierOptions {
  readonly run: string
  /** As they are stored: how many events each covers, and the signed note. */
  readonly checkpoints: readonly { readonly size: number; readonly note: string }[]
  /** The keys that are trusted to sign. */
  readonly keys: readonly PublicKey[]
  readonly hash: HashBytes
  readonly verify: Verify
}

/** What an event says about checkpoints. */
export interface CheckpointClaims {
  /** SHA-256 of the note over everything before it, hex. */
  readonly checkpoint?: string | undefined
  /** A witness's head, and after how many events it was. */
  readonly witness?: { readonly size: number; readonly head: string } | undefined
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

export class CheckpointVerifier {
  readonly #options: CheckpointVerifierOptions
  readonly #tree: MerkleTree
  readonly #bySize = new Map<number, { readonly note: string; readonly said?: Checkpoint }>()
  /** Heads after those events that have a checkpoint. */
  readonly #heads = new Map<number, string>()
  readonly #problems: CheckpointProblem[] = []
  readonly #signers = new Set<string>()
  #head = ''
  #holding = 0
  #upTo = 0
  #witnesses = 0

  constructor(options: CheckpointVerifierOptions) {
    this.#options = options
    this.#tree = new MerkleTree(options.hash)
    for (const { size, note } of options.checkpoints) {
      const said = this.#readNote(size, note)
      this.#bySize.set(size, { note, ...(said !== undefined && { said }) })
    }
  }

  /** Takes the next line, with its hash in hex and what its event says; lines that are no events say nothing. */
  add(line: Uint8Array, head: string, claims: CheckpointClaims = {}): void {
    const before = this.#tree.size
    const seq = before + 1
    if (claims.checkpoint !== undefined) this.#compareNamed(before, claims.checkpoint)
    if (claims.witness !== undefined) this.#compareWitness(seq, claims.witness)
    this.#tree.add(line)
    this.#head = head
    const stored = this.#bySize.get(seq)
    if (stored === undefined) return
    this.#heads.set(seq, head)
    const { said } = stored
    if (said === undefined) return
    if (said.head === head && hex(said.root) === hex(this.#tree.root())) {
      this.#holding++
      this.#upTo = seq
    } else {
      this.#problem(
        seq,
        `The checkpoint after event ${seq} was signed over other events: something up to there was changed since.`,
      )
    }
  }

  report(): CheckpointReport {
    const { size } = this.#tree
    for (const beyond of this.#bySize.keys()) {
      if (beyond > size)
        this.#problem(
          undefined,
          `A checkpoint was signed over ${beyond} events, and there are ${size}: the end of the run is missing.`,
        )
    }
    return {
      holding: this.#holding,
      upTo: this.#upTo,
      signers: [...this.#signers],
      witnesses: this.#witnesses,
      problems: this.#problems,
    }
  }

  /** What the note says, where it is one of this run that a known key has signed. */
  #readNote(size: number, text: string): Checkpoint | undefined {
    const { run, keys, hash, verify } = this.#options
    const where = `The checkpoint after event ${size}`
    const note = parseNote(text)
    const said = note && parseCheckpoint(note.text)
    if (note === undefined || said === undefined || said.size !== size) {
      this.#problem(size, `${where} cannot be read: it was changed.`)
      return undefined
    }
    if (!said.origin.endsWith(`/${run}`)) {
      this.#problem(size, `${where} belongs to another run, ${said.origin}.`)
      return undefined
    }
    const { signers, wrong } = verifyNote(note, keys, { hash, verify })
    if (wrong.length > 0 || signers.length === 0) {
      const why = wrong.length > 0 ? 'its signature is wrong' : 'no known key has signed it'
      this.#problem(size, `${where} does not hold: ${why}.`)
      return undefined
    }
    for (const { name } of signers) this.#signers.add(name)
    return said
  }

  #compareNamed(size: number, wanted: string): void {
    const stored = this.#bySize.get(size)
    if (stored === undefined)
      this.#problem(size, `The checkpoint after event ${size} is missing: the next event names it.`)
    else if (hex(this.#options.hash(utf8(stored.note))) !== wanted)
      this.#problem(
        size,
        `The checkpoint after event ${size} is not the one that the next event names.`,
      )
  }

  #compareWitness(seq: number, { size, head }: { size: number; head: string }): void {
    const known = size === this.#tree.size ? this.#head : this.#heads.get(size)
    if (known === head) this.#witnesses++
    else
      this.#problem(
        seq,
        `The witness of event ${seq} holds another head for event ${size}: something up to there was changed.`,
      )
  }

  #problem(seq: number | undefined, message: string): void {
    this.#problems.push({ seq, message })
  }
}

const claimsSchema = z.looseObject({
  type: z.string(),
  checkpoint: z.string().optional(),
  data: z.unknown(),
})
const headSchema = z.looseObject({ size: z.int(), head: z.string() })

/** What a stored line says about checkpoints; nothing, where it cannot be read. */
export function claimsIn(line: string): CheckpointClaims {
  let content: unknown
  try {
    content = JSON.parse(line)
  } catch {
    return {}
  }
  const { data: said } = claimsSchema.safeParse(content)
  const vouches = said?.type === 'checkpoint.witnessed' || said?.type === 'checkpoint.countersigned'
  return {
    checkpoint: said?.checkpoint,
    witness: vouches ? headSchema.safeParse(said.data).data : undefined,
  }
}
