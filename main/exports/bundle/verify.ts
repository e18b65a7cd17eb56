import { createHash, hash as oneHash } from 'node:crypto'
import type { RecordFindings } from '../../core/evidence/findings.ts'
import type { Held, RecordTools } from '../../core/evidence/record.ts'
import { LONGEST_LINE, RecordVerifier } from '../../core/evidence/verify.ts'
import { NotABundle, type BundleFiles } from './files.ts'
import { linesIn, smallText } from './lines.ts'
import { BLOB_LINE, manifestText } from './names.ts'

/** `verify.py` says the same. */
const DERIVED =
  'Whether reports/ and sessions/ show what was recorded: they were made from it to be read, and are not checked.'
const SMALL = 1024 * 1024
const LONGEST_BLOB_LINE = 1_000

/** What checking with Node takes. `signatures` come from whoever wires. */
export function recordTools(
  signatures: Pick<RecordTools, 'verify'> & Pick<RecordTools, 'ssh'>,
): RecordTools {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  return {
    hash: (bytes) => oneHash('sha256', bytes, 'buffer'),
    hex: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex'),
    decode: (bytes) => {
      try {
        return decoder.decode(bytes)
      } catch {
        return undefined
      }
    },
    ...signatures,
  }
}

/**
 * Checks a bundle whoever made it, in bounded memory. Throws `NotABundle` for what cannot be checked at all: a strange
 * file, one that is missing or too large.
 */
export async function verifyBundle(
  files: BundleFiles,
  held: Held,
  tools: RecordTools,
): Promise<RecordFindings> {
  for (const name of ['events.jsonl', 'blobs.jsonl', 'manifest.json', 'runbook.md'])
    if (!files.sizes.has(name)) throw new NotABundle(`“${name}” is missing.`)
  const small = async (name: string): Promise<string> =>
    await smallText(name, files.read(name), SMALL)
  const checkpoints = []
  for (const size of numbered(files, 'checkpoints', 'note'))
    checkpoints.push({ size, note: await small(`checkpoints/${size}.note`) })
  const keys = []
  for (const number of numbered(files, 'keys', 'key')) {
    const line = await small(`keys/${number}.key`)
    const endorsement = `keys/${number}.endorsement`
    keys.push({
      line: line.endsWith('\n') ? line.slice(0, -1) : '',
      ...(files.sizes.has(endorsement) && { endorsement: await small(endorsement) }),
    })
  }
  const record = new RecordVerifier({ checkpoints, keys, held }, tools)
  for await (const { line, whole } of linesIn(
    'events.jsonl',
    files.read('events.jsonl'),
    LONGEST_LINE,
  )) {
    if (!whole) record.file('events.jsonl ends in the middle of a line.')
    record.add(line)
  }
  await checkOutputs(files, record)
  const runbook = await digest(files.read('runbook.md'), LONGEST_LINE)
  record.runbookFound(runbook?.sha256)
  const { run, events, outputs } = record
  if ((await small('manifest.json')) !== manifestText({ run, events, outputs: outputs.size }))
    record.file('manifest.json does not fit the events.')
  const report = record.report()
  const isDerived = (name: string): boolean => /^(?:reports|sessions)\//u.test(name)
  if (![...files.sizes.keys()].some(isDerived)) return report
  return { ...report, unknown: [...report.unknown, DERIVED] }
}

async function checkOutputs(files: BundleFiles, record: RecordVerifier): Promise<void> {
  const salts = new Map<string, string>()
  for await (const { line, whole } of linesIn(
    'blobs.jsonl',
    files.read('blobs.jsonl'),
    LONGEST_BLOB_LINE,
  )) {
    const { sha256, salt } = BLOB_LINE.exec(Buffer.from(line).toString('latin1'))?.groups ?? {}
    if (sha256 === undefined || salt === undefined || !whole || salts.has(sha256))
      throw new NotABundle('“blobs.jsonl” has a line that is none of ours.')
    salts.set(sha256, salt)
  }
  const present = [...files.sizes.keys()].flatMap((name) =>
    name.startsWith('blobs/') ? [name.slice('blobs/'.length)] : [],
  )
  for (const name of new Set([...record.outputs.keys(), ...salts.keys(), ...present])) {
    const size = files.sizes.get(`blobs/${name}`)
    const salt = salts.get(name)
    if (size === undefined && salt === undefined) record.output(name, undefined)
    // What is longer than it should be is never unpacked.
    else if (size === undefined || salt === undefined || size !== record.outputs.get(name)?.bytes)
      record.output(name, { sha256: '', bytes: size ?? 0 })
    else
      record.output(
        name,
        (await digest(files.read(`blobs/${name}`), size, Buffer.from(salt, 'hex'))) ?? {
          sha256: '',
          bytes: size,
        },
      )
  }
}

/** SHA-256 over salt and bytes; undefined when there are more bytes than `most`. */
async function digest(
  pieces: AsyncIterable<Uint8Array>,
  most: number,
  salt: Uint8Array = new Uint8Array(0),
): Promise<{ readonly sha256: string; readonly bytes: number } | undefined> {
  const hash = createHash('sha256').update(salt)
  let bytes = 0
  for await (const piece of pieces) {
    bytes += piece.length
    if (bytes > most) return undefined
    hash.update(piece)
  }
  return { sha256: hash.digest('hex'), bytes }
}

/** The numbers that files of a folder have as names, in order. */
function numbered(files: BundleFiles, folder: string, extension: string): readonly number[] {
  const form = new RegExp(`^${folder}/(?<number>\\d+)\\.${extension}$`, 'u')
  return [...files.sizes.keys()]
    .flatMap((name) => {
      const number = form.exec(name)?.groups?.['number']
      return number === undefined ? [] : [Number(number)]
    })
    .toSorted((left, right) => left - right)
}
