import { originOf, parseCheckpoint, type Checkpoint } from './checkpoint.ts'
import type { Problems, RecordFindings, WitnessFinding } from './findings.ts'
import type { RecordParts, RecordTools } from './record.ts'
import { parseKey, parseNote, verifyNote } from './signed-note.ts'
import { KeyRing } from './trust.ts'
import { utf8 } from './utf8.ts'
import { prefixOfWords } from './words.ts'

interface Note {
  readonly text: string
  readonly size: number
  readonly said: Checkpoint | undefined
  /** It comes with the record; otherwise the verifier had it. */
  readonly own: boolean
}

interface Vouched {
  readonly seq: number
  readonly type: 'checkpoint.witnessed' | 'checkpoint.countersigned'
  readonly data: Readonly<Record<string, unknown>>
  /** Head before that event. */
  readonly before: string
}

type Checked = Pick<RecordFindings, 'signed' | 'witnesses' | 'unknown'>

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Checkpoints of a record, and whoever vouches for one, against the events as they pass. */
export class CheckpointChecks {
  readonly #tools: RecordTools
  readonly #problems: Problems
  readonly #ring: KeyRing
  readonly #held: RecordParts['held']
  readonly #notes: readonly Note[]
  /** What the record was after as many events as a note is about. */
  readonly #passed = new Map<number, { readonly head: string; readonly root: string } | undefined>()
  readonly #named = new Map<number, string>()
  readonly #vouched: Vouched[] = []
  readonly #prefixes: readonly string[]
  readonly #spoken = new Map<string, number>()
  #run = ''
  #device = ''

  constructor({ checkpoints, keys, held }: RecordParts, tools: RecordTools, problems: Problems) {
    this.#tools = tools
    this.#problems = problems
    this.#held = held
    this.#ring = new KeyRing([...keys, ...held.keys.map((line) => ({ line }))], tools, problems)
    const own = checkpoints.map(({ size, note }) => this.#note(note, size))
    this.#notes = [...own, ...held.notes.map((note) => this.#note(note, undefined))]
    for (const { said } of this.#notes)
      if (said !== undefined) this.#passed.set(said.size, undefined)
    this.#prefixes = held.words.map(prefixOfWords)
    if (held.keys.length > 0) this.#ring.anchor(held.keys)
    for (const note of this.#notes)
      if (!note.own) this.#ring.anchor(this.#ring.signersOf(note.text) ?? [])
  }

  begin(run: string, device: string): void {
    this.#run = run
    this.#device = device
  }

  /** `seq` events have been taken, and this is their head. */
  passed(seq: number, head: string, root: () => Uint8Array): void {
    if (this.#passed.has(seq)) this.#passed.set(seq, { head, root: this.#tools.hex(root()) })
    for (const prefix of this.#prefixes) if (head.startsWith(prefix)) this.#spoken.set(prefix, seq)
  }

  /** An event says which note was signed over all before it. */
  named(seq: number, sha256: string): void {
    this.#named.set(seq - 1, sha256)
  }

  vouched(seq: number, type: Vouched['type'], data: Vouched['data'], before: string): void {
    this.#vouched.push({ seq, type, data, before })
  }

  finish(events: number): Checked {
    const signers = new Set<string>()
    let holding = 0
    let upTo = 0
    for (const note of this.#notes) {
      const keys = this.#check(note, events)
      if (keys === undefined || !note.own) continue
      holding++
      upTo = Math.max(upTo, note.size)
      for (const key of keys) signers.add(key)
    }
    this.#compareNames()
    const witnesses = [...this.#heldWitnesses(events), ...this.#recordedWitnesses()]
    return {
      signed: { checkpoints: holding, upTo, keys: [...signers] },
      witnesses,
      unknown: this.#unknown(events, upTo, [...signers], witnesses),
    }
  }

  #note(note: string, size: number | undefined): Note {
    const parsed = parseNote(note)
    const said = parsed && parseCheckpoint(parsed.text)
    return { text: note, size: size ?? said?.size ?? 0, said, own: size !== undefined }
  }

  /** The keys that signed it, where it holds. */
  #check(note: Note, events: number): readonly string[] | undefined {
    const { said, own, size } = note
    const code = own ? 'checkpoint' : 'held'
    const where = own ? `The checkpoint after event ${size}` : 'The checkpoint you hold'
    if (said === undefined || said.size !== size) {
      this.#problems.add(code, `${where} cannot be read.`, own ? size : undefined)
      return undefined
    }
    if (said.origin !== originOf(this.#device, this.#run)) {
      this.#problems.add(code, `${where} is of another run, ${said.origin}.`)
      return undefined
    }
    const signers = this.#ring.signersOf(note.text)
    if (signers === undefined || signers.length === 0) {
      this.#problems.add(
        own ? 'signature' : 'held',
        `${where} is not signed by a key of this record.`,
        own ? size : undefined,
      )
      return undefined
    }
    if (!signers.some((line) => this.#ring.trusts(line))) {
      this.#problems.add('key', `${where} is signed by a key that nothing you hold leads to.`, size)
      return undefined
    }
    const passed = this.#passed.get(size)
    if (passed === undefined) {
      this.#problems.add(
        code,
        `${where} is over ${size} events, and the record has ${events}: its end is missing.`,
        events + 1,
      )
      return undefined
    }
    if (passed.head !== said.head || passed.root !== this.#tools.hex(said.root)) {
      this.#problems.add(code, `${where} is over other events than these first ${size}.`, size)
      return undefined
    }
    return signers
  }

  #compareNames(): void {
    for (const [size, sha256] of this.#named) {
      const found = this.#notes.find((note) => note.own && note.size === size)
      const hash = found && this.#tools.hex(this.#tools.hash(utf8(found.text)))
      if (hash !== sha256)
        this.#problems.add(
          'checkpoint',
          `Event ${size + 1} names a checkpoint over ${size} events, and it is ${found === undefined ? 'missing' : 'another one'}.`,
          size + 1,
        )
    }
  }

  #heldWitnesses(events: number): readonly WitnessFinding[] {
    const held = this.#notes
      .filter((note) => !note.own && note.size > 0 && note.size <= events)
      .map(({ size }) => ({ kind: 'held', size, by: 'you', how: 'verified' }) as const)
    const words: WitnessFinding[] = []
    for (const prefix of this.#prefixes) {
      const size = this.#spoken.get(prefix)
      if (size !== undefined) words.push({ kind: 'words', size, by: 'you', how: 'verified' })
      else
        this.#problems.add(
          'words',
          'No event of this record has the words you hold: they were taken down wrong, or the record was changed since, or cut off before.',
        )
    }
    return [...held, ...words]
  }

  #recordedWitnesses(): readonly WitnessFinding[] {
    return this.#vouched.flatMap(({ seq, type, data, before }) => {
      const size = typeof data['size'] === 'number' ? data['size'] : 0
      const by = text(data['by'])
      const head = size === seq - 1 ? before : this.#passed.get(size)?.head
      if (head === undefined || head !== data['head']) {
        this.#problems.add(
          'witness',
          `${by} vouches in event ${seq} for another head after event ${size}.`,
          seq,
        )
        return []
      }
      if (type === 'checkpoint.witnessed')
        return [{ kind: 'witnessed', size, by, how: 'recorded' } as const]
      return this.#signature(seq, { size, by, data })
    })
  }

  #signature(
    seq: number,
    { size, by, data }: { size: number; by: string; data: Vouched['data'] },
  ): readonly WitnessFinding[] {
    const note = this.#notes.find((known) => known.own && known.size === size)?.text ?? ''
    const signature = text(data['signature'])
    const key = text(data['key'])
    const kind = text(data['kind'])
    if (kind === 'timestamp') return [{ kind, size, by, how: 'unchecked' }]
    if (kind === 'ssh') {
      if (this.#tools.ssh === undefined) return [{ kind, size, by, how: 'unchecked' }]
      if (this.#tools.ssh(signature, utf8(note)) === key)
        return [{ kind, size, by, how: 'verified' }]
    }
    if (kind === 'muster') {
      const known = parseKey(key, this.#tools.hash)
      const signed = parseNote(`${parseNote(note)?.text ?? ''}\n${signature}\n`)
      // A device cannot vouch for itself.
      const own = this.#ring.lines.includes(key)
      if (known !== undefined && signed !== undefined && !own) {
        const { signers, wrong } = verifyNote(signed, [known], this.#tools)
        if (signers.length > 0 && wrong.length === 0) return [{ kind, size, by, how: 'verified' }]
      }
    }
    this.#problems.add('witness', `The signature of ${by} in event ${seq} does not hold.`, seq)
    return []
  }

  #unknown(
    events: number,
    upTo: number,
    signers: readonly string[],
    witnesses: readonly WitnessFinding[],
  ): readonly string[] {
    const unknown: string[] = []
    if (signers.length === 0) unknown.push('Who wrote it: nothing of this record is signed.')
    else if (upTo < events)
      unknown.push(`Who wrote the last ${events - upTo} of its events: they are not signed.`)
    if (signers.length > 0 && this.#held.keys.length === 0)
      unknown.push('Whose key it is: compare its line with what “muster device” says there.')
    const strangers = this.#ring.unannounced(signers)
    if (strangers.length > 0)
      unknown.push(
        `Whether all keys are of the same device: no other key announced ${strangers.join(', ')}.`,
      )
    // Signatures of others may be by keys that the key holder made: only what the verifier has from elsewhere counts.
    const held = witnesses.filter(({ kind }) => kind === 'held' || kind === 'words')
    const newest = Math.max(0, ...held.map(({ size }) => size))
    if (newest === 0)
      unknown.push(
        'Whether it was written anew: whoever has the key can do so, and nothing of somebody else was compared.',
      )
    else if (newest < events)
      unknown.push(
        `Whether what follows event ${newest} was written anew: nothing of somebody else covers it.`,
      )
    return unknown
  }
}
