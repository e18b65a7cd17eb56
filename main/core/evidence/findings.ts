/** What a verifier finds out about a record: what holds, what does not, and what cannot be known from it. */

/**
 * Which check failed. `verify.py` of a bundle uses the same words.
 * chain: an event, or its link. checkpoint: its form, or the events it is over. signature, key: who signed. output, runbook,
 * file: what lies beside the events. held, words: what the verifier had from before. witness: what others signed.
 */
export const FINDING_CODES = [
  'chain',
  'checkpoint',
  'signature',
  'key',
  'output',
  'runbook',
  'file',
  'held',
  'words',
  'witness',
] as const
export type FindingCode = (typeof FINDING_CODES)[number]

/** held, words: what the verifier has. witnessed: a person the log names. The rest are signatures in the log. */
export const WITNESS_KINDS = ['held', 'words', 'witnessed', 'muster', 'ssh', 'timestamp'] as const

export interface Finding {
  readonly code: FindingCode
  /** The event, where it is one. */
  readonly seq?: number | undefined
  readonly message: string
}

/** An output that was taken out, as the log says it. */
export interface RedactionFinding {
  readonly seq: number
  /** The event that refers to the output. */
  readonly event: number
  readonly sha256: string
  readonly by: string
  readonly kind: string
  readonly reason: string
}

/** Somebody besides the device that vouches for a head. */
export interface WitnessFinding {
  readonly kind: (typeof WITNESS_KINDS)[number]
  /** Events it vouches for. */
  readonly size: number
  readonly by: string
  /**
   * verified: compared, or its signature checked, here. recorded: the log says so, and the person has to be asked.
   * unchecked: a signature of a kind that this program cannot check.
   */
  readonly how: 'verified' | 'recorded' | 'unchecked'
}

export interface RecordFindings {
  /** Nothing contradicts. What that does not mean is in `unknown`. */
  readonly ok: boolean
  readonly run: string
  readonly events: number
  /** Hash of the last event. */
  readonly head: string
  readonly outputs: number
  readonly problems: readonly Finding[]
  /** The first event that does not hold. */
  readonly from?: number | undefined
  /** Checkpoints that hold; how many events the newest covers; the keys that signed, as lines. */
  readonly signed: {
    readonly checkpoints: number
    readonly upTo: number
    readonly keys: readonly string[]
  }
  readonly redacted: readonly RedactionFinding[]
  readonly witnesses: readonly WitnessFinding[]
  /** In words: what cannot be known from this record. */
  readonly unknown: readonly string[]
}

/** A record that was changed everywhere is described by its first problems. */
const MOST_PROBLEMS = 100

/** Collects problems in bounded memory; every kind of problem keeps its first. */
export class Problems {
  readonly #found: Finding[] = []
  readonly #codes = new Set<FindingCode>()

  add(code: FindingCode, message: string, seq?: number): void {
    if (this.#found.length >= MOST_PROBLEMS && this.#codes.has(code)) return
    this.#codes.add(code)
    this.#found.push({ code, message, ...(seq !== undefined && { seq }) })
  }

  get list(): Finding[] {
    return [...this.#found]
  }
}

/** What only comparing a run with what somebody kept finds: the check of the stored run itself names everything else. */
export function foundByComparing({ problems }: RecordFindings): readonly Finding[] {
  return problems.filter(
    ({ code, message }) =>
      ['held', 'words', 'key'].includes(code) || message.startsWith('The signature of '),
  )
}
