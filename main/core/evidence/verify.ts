import { ChainVerifier, GENESIS, type Link } from './chain.ts'
import { CheckpointChecks } from './checkpoint-checks.ts'
import { Problems, type RecordFindings, type RedactionFinding } from './findings.ts'
import { readLine } from './line.ts'
import { MerkleTree } from './merkle.ts'
import type { RecordParts, RecordTools } from './record.ts'
import { referencesIn } from './references.ts'

/** Checks the record of a run from bytes alone. `verify.py` of a bundle does the same; both have the same vectors. */

/** Longest line that is read, bytes. The longest event Muster writes has a whole runbook's plan in it. */
export const LONGEST_LINE = 16 * 1024 * 1024

interface Referred {
  readonly seq: number
  readonly bytes: number
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Takes the lines of a run one by one, then what is known of its outputs. Memory does not grow with the lines. */
export class RecordVerifier {
  readonly #tools: RecordTools
  readonly #tree: MerkleTree
  readonly #problems = new Problems()
  readonly #checkpoints: CheckpointChecks
  readonly #outputs = new Map<string, Referred>()
  readonly #redacted = new Map<string, RedactionFinding>()
  readonly #unread: number[] = []
  #chain: ChainVerifier | undefined
  #run = ''
  #hash = GENESIS
  #ended = false
  #runbook: string | undefined
  #source: string | undefined

  constructor(parts: RecordParts, tools: RecordTools) {
    this.#tools = tools
    this.#tree = new MerkleTree(tools.hash)
    this.#checkpoints = new CheckpointChecks(parts, tools, this.#problems)
  }

  /** Takes the next event: its exact bytes, without the newline. */
  add(line: Uint8Array): void {
    const seq = this.#tree.size + 1
    const before = this.#hash
    this.#hash = this.#tools.hex(this.#tools.hash(line))
    const decoded = this.#tools.decode(line)
    const read = decoded === undefined ? undefined : readLine(decoded)
    this.#chain ??= this.#begin(read ?? {})
    const link = this.#chain.add('', undefined, read)
    if (decoded === undefined) this.#unread.push(seq)
    this.#tree.add(line)
    if (link !== undefined) this.#read(seq, before, link)
    this.#checkpoints.passed(seq, this.#hash, () => this.#tree.root())
  }

  /** Every output that the events refer to, with its size in bytes. All lines must have been taken. */
  get outputs(): ReadonlyMap<string, { readonly seq: number; readonly bytes: number }> {
    return this.#outputs
  }

  /** SHA-256 of the runbook's file as the first event says it. */
  get runbook(): string | undefined {
    return this.#runbook
  }

  get run(): string {
    return this.#run
  }

  get events(): number {
    return this.#tree.size
  }

  /** What was found of an output: SHA-256 over salt and bytes in hex and how many bytes, or undefined when it is not there. */
  output(
    name: string,
    found: { readonly sha256: string; readonly bytes: number } | undefined,
  ): void {
    const referred = this.#outputs.get(name)
    const short = `${name.slice(0, 12)}…`
    const redacted = this.#redacted.has(name)
    if (referred === undefined) {
      if (found !== undefined)
        this.#problems.add(
          'output',
          `The output ${short} is in the record, and no event refers to it.`,
        )
    } else if (found === undefined) {
      if (!redacted) this.#problems.add('output', `The output ${short} is missing.`, referred.seq)
    } else if (redacted) {
      this.#problems.add('output', `The output ${short} was taken out, and is there.`, referred.seq)
    } else if (found.sha256 !== name || found.bytes !== referred.bytes) {
      this.#problems.add('output', `The output ${short} was changed.`, referred.seq)
    }
  }

  /** SHA-256 of the runbook as it lies beside the events. */
  runbookFound(sha256: string | undefined): void {
    if (sha256 !== this.#runbook)
      this.#problems.add('runbook', 'The runbook is not the one that the first event names.', 1)
  }

  /** Something about the files of the record, before anything in them counts. */
  file(message: string): void {
    this.#problems.add('file', message)
  }

  report(): RecordFindings {
    const events = this.#tree.size
    if (events === 0) this.#problems.add('chain', 'There is no event in this record.')
    for (const seq of this.#unread.slice(0, 10))
      this.#problems.add('chain', `Line ${seq} is not UTF-8.`, seq)
    for (const { seq, message } of this.#chain?.report().problems ?? [])
      this.#problems.add('chain', message, seq)
    for (const { seq, sha256 } of this.#redacted.values())
      if (!this.#outputs.has(sha256))
        this.#problems.add('output', `Event ${seq} takes out an output that no event has.`, seq)
    const checked = this.#checkpoints.finish(events)
    const problems = this.#problems.list
    const places = problems.flatMap(({ seq }) => seq ?? [])
    return {
      ok: problems.length === 0,
      run: this.#run,
      events,
      head: this.#hash,
      outputs: this.#outputs.size,
      problems,
      ...(places.length > 0 && { from: Math.min(...places) }),
      signed: checked.signed,
      redacted: [...this.#redacted.values()],
      witnesses: checked.witnesses,
      unknown: [...(this.#ended ? [] : [NO_END]), ...checked.unknown],
    }
  }

  /** The first event says which run this is. */
  #begin(first: Readonly<Record<string, unknown>>): ChainVerifier {
    this.#run = text(first['run'])
    this.#checkpoints.begin(this.#run, text(first['device']))
    const data = first['data']
    if (first['type'] === 'run.started' && isObject(data) && isObject(data['runbook'])) {
      this.#runbook = text(data['runbook']['sha256'])
      const source = data['runbook']['source']
      if (isObject(source)) this.#source = text(source['sha256'])
    }
    return new ChainVerifier(this.#run, () => this.#hash)
  }

  #read(seq: number, before: string, link: Link): void {
    const { type, data, actor, checkpoint } = link
    if (typeof checkpoint === 'string') this.#checkpoints.named(seq, checkpoint)
    if (!isObject(data)) return
    for (const { sha256, bytes } of referencesIn(data))
      if (!this.#outputs.has(sha256)) this.#outputs.set(sha256, { seq, bytes })
    switch (type) {
      case 'run.finished':
      case 'run.aborted':
        this.#ended = true
        break
      case 'output.redacted':
        this.#redact(seq, text(actor), data)
        break
      case 'checkpoint.witnessed':
      case 'checkpoint.countersigned':
        this.#checkpoints.vouched(seq, type, data, before)
        break
      default:
        break
    }
  }

  #redact(seq: number, by: string, data: Readonly<Record<string, unknown>>): void {
    const sha256 = text(data['sha256'])
    if (sha256 === this.#source) {
      this.#problems.add('output', `Event ${seq} takes out the runbook, which cannot be.`, seq)
      return
    }
    if (this.#redacted.has(sha256)) return
    this.#redacted.set(sha256, {
      seq,
      event: typeof data['event'] === 'number' ? data['event'] : 0,
      sha256,
      by,
      kind: text(data['kind']),
      reason: text(data['reason']),
    })
  }
}

const NO_END =
  'How the run ended: the record has no end. It was taken while the run was open, or its end is missing.'

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
