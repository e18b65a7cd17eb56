import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import { referencesIn } from '../../core/evidence/references.ts'
import { WORD_LIST } from '../../core/evidence/word-list.ts'
import type { RecordSource } from '../../engine/export-source.ts'
import { blobLine, manifestText } from './names.ts'

/** Nothing in a bundle tells when or where it was made: the same record gives the same bytes. */
const FIXED = { mtime: new Date(1980, 0, 1), mode: 0o100644, forceDosTimestamp: true } as const
/** Larger than a zip of 1993 can say. */
const ZIP64_FROM = 0xf000_0000

export interface BundleOptions {
  /** Where `verify.py` and `VERIFY.md` stand. */
  readonly resources: string
  /** Reports that go along, by name; they are made when they are reached. */
  readonly reports: readonly (readonly [string, () => AsyncIterable<string | Uint8Array>])[]
  /** Recordings that go along, of the events up to the given one, by name. */
  readonly sessions: (
    last: number,
  ) => readonly (readonly [string, () => AsyncIterable<string | Uint8Array>])[]
  readonly signal: AbortSignal
}

/** The bytes of a zip with everything it takes to check a run, in bounded memory and always in the same order. */
export async function* bundle(
  source: RecordSource,
  { resources, reports, sessions, signal }: BundleOptions,
): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile()
  const output = Readable.from(zip.outputStream)
  const opened = new Set<Readable>()
  const fail = (error: Error): void => {
    output.destroy(error)
  }
  zip.on('error', fail)

  function add(name: string, pieces: () => AsyncIterable<Uint8Array>, size = 0): void {
    const options = { ...FIXED, forceZip64Format: size >= ZIP64_FROM }
    zip.addReadStreamLazy(name, options, (give) => {
      const stream = Readable.from(pieces(), { objectMode: false, highWaterMark: 256 * 1024 })
      opened.add(stream)
      stream.once('error', fail)
      stream.once('close', () => opened.delete(stream))
      give(undefined, stream)
    })
  }

  try {
    const { events, outputs, last } = survey(source)
    for (const name of ['VERIFY.md', 'verify.py'])
      zip.addBuffer(await readFile(join(resources, name)), name, FIXED)
    zip.addBuffer(Buffer.from(`${WORD_LIST.join('\n')}\n`), 'words.txt', FIXED)
    const manifest = manifestText({ run: source.run, events, outputs: outputs.length })
    zip.addBuffer(Buffer.from(manifest), 'manifest.json', FIXED)
    add('runbook.md', () => contentOf(source, source.runbook))
    for (const [index, { line, endorsement }] of source.keys().entries()) {
      zip.addBuffer(Buffer.from(`${line}\n`), `keys/${index + 1}.key`, FIXED)
      if (endorsement !== undefined)
        zip.addBuffer(Buffer.from(endorsement), `keys/${index + 1}.endorsement`, FIXED)
    }
    for (const { size, note } of source.checkpoints())
      if (size <= events) zip.addBuffer(Buffer.from(note), `checkpoints/${size}.note`, FIXED)
    add('events.jsonl', () => linesOf(source, last), ZIP64_FROM)
    const there = outputs.filter((sha256) => source.output(sha256) !== undefined)
    add('blobs.jsonl', () => saltsOf(source, there))
    for (const sha256 of there)
      add(`blobs/${sha256}`, () => contentOf(source, sha256), source.output(sha256)?.bytes)
    for (const [name, pieces] of reports) add(`reports/${name}`, () => encoded(pieces()))
    for (const [name, pieces] of sessions(last))
      add(`sessions/${name}.cast`, () => encoded(pieces()))
    zip.end()
    for await (const piece of output) {
      signal.throwIfAborted()
      if (piece instanceof Uint8Array) yield piece
    }
  } finally {
    zip.off('error', fail)
    zip.on('error', () => undefined)
    output.destroy()
    for (const stream of opened) stream.destroy()
  }
}

/** How many events there are now, and every output that they refer to, in order. */
function survey(source: RecordSource): {
  readonly events: number
  readonly last: number
  readonly outputs: readonly string[]
} {
  const outputs = new Set<string>()
  let events = 0
  let last = 0
  for (const { seq, bytes } of source.lines()) {
    events++
    last = seq
    try {
      const event: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
      if (typeof event === 'object' && event !== null && 'data' in event)
        for (const { sha256 } of referencesIn(event.data)) outputs.add(sha256)
    } catch {
      // A damaged record can be exported too; whoever checks the bundle finds the damage.
    }
  }
  return { events, last, outputs: [...outputs] }
}

/** Not beyond what was counted: an open run goes on meanwhile. */
async function* linesOf(source: RecordSource, last: number): AsyncGenerator<Uint8Array> {
  const newline = Buffer.from('\n')
  let held: Uint8Array[] = []
  for (const { seq, bytes } of source.lines()) {
    held.push(bytes, newline)
    if (held.length >= 512) {
      yield Buffer.concat(held)
      held = []
    }
    if (seq === last) break
  }
  yield Buffer.concat(held)
}

async function* saltsOf(
  source: RecordSource,
  names: readonly string[],
): AsyncGenerator<Uint8Array> {
  for (const sha256 of names) {
    const found = source.output(sha256)
    if (found !== undefined) yield Buffer.from(blobLine(sha256, found.salt, found.bytes))
  }
}

async function* contentOf(source: RecordSource, sha256: string): AsyncGenerator<Uint8Array> {
  const found = source.output(sha256)
  if (found !== undefined) yield* found.read()
}

async function* encoded(pieces: AsyncIterable<string | Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) yield Buffer.from(piece)
}
