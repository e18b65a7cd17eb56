import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream, mkdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { canonicalise } from '../../main/core/evidence/canonical.ts'
import type { RecordSource } from '../../main/engine/export-source.ts'
import { signatureChecks } from '../../main/connections/signatures/checks.ts'
import { writeBeside } from '../../main/exports/beside.ts'
import { openBundle } from '../../main/exports/bundle/files.ts'
import { manifestText } from '../../main/exports/bundle/names.ts'
import { bundleResources } from '../../main/exports/bundle/resources.ts'
import { recordTools, verifyBundle } from '../../main/exports/bundle/verify.ts'
import { bundle } from '../../main/exports/bundle/write.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'
import { compare, timed, type Benchmark, type Comparison } from './measure.ts'

/**
 * Checking the record of 1,000,000 events against `sha256sum` over the same bytes, and a bundle with 1 GB of output against
 * Debian's `zip` over the same files.
 */

const execute = promisify(execFile)
const EVENTS = 1_000_000
const OUTPUT_BYTES = 1024 ** 3
const PIECE_BYTES = 1024 ** 2
const ROUNDS = 1
const RUN = 'bench'
const hex = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const RUNBOOK = Buffer.from('# Bench\n')

function* lines(count: number, source: unknown): Generator<string> {
  let prev = '0'.repeat(64)
  for (let seq = 1; seq <= count; seq++) {
    const common = {
      v: 1,
      seq,
      run: RUN,
      actor: 'Bench',
      device: 'bench',
      boot: 'bench',
      mono: seq,
    }
    const body =
      seq === 1
        ? { type: 'run.started', data: { runbook: { sha256: hex(RUNBOOK), source } } }
        : { type: 'note.added', data: { kind: 'note', text: 'The queue drains again.' } }
    const line = canonicalise({ ...common, ...body, wall: 1_795_000_000_000 + seq, prev })
    prev = hex(line)
    yield line
  }
}

async function verification(folder: string): Promise<readonly Comparison[]> {
  mkdirSync(folder)
  const path = join(folder, 'events.jsonl')
  await pipeline(
    Readable.from(
      (function* () {
        for (const line of lines(EVENTS, {})) yield `${line}\n`
      })(),
    ),
    createWriteStream(path),
  )
  await pipeline(Readable.from(['']), createWriteStream(join(folder, 'blobs.jsonl')))
  const manifest = manifestText({ run: RUN, events: EVENTS, outputs: 0 })
  await pipeline(Readable.from([manifest]), createWriteStream(join(folder, 'manifest.json')))
  await pipeline(Readable.from([RUNBOOK]), createWriteStream(join(folder, 'runbook.md')))
  await pipeline(
    createReadStream(join(bundleResources(), 'verify.py')),
    createWriteStream(join(folder, 'verify.py')),
  )
  const tools = recordTools({ verify: signatureChecks.ed25519 })
  const perSecond = (milliseconds: number): number => EVENTS / (milliseconds / 1000)
  return await compare({
    benchmark: `verify (${EVENTS} events, ${Math.round(statSync(path).size / 1e6)} MB)`,
    unit: 'events/s',
    better: 'more',
    rounds: ROUNDS,
    subjects: [
      {
        name: 'Muster, verifyBundle',
        once: async () =>
          perSecond(
            await timed(async () => {
              const files = await openBundle(folder)
              const found = await verifyBundle(files, { notes: [], words: [], keys: [] }, tools)
              files.close()
              if (!found.ok || found.events !== EVENTS) throw new Error('The record does not hold.')
            }),
          ),
      },
      {
        name: 'python3 verify.py',
        once: async () =>
          perSecond(
            await timed(async () => await execute('python3', ['verify.py', '.'], { cwd: folder })),
          ),
      },
    ],
    baselines: [
      {
        name: 'sha256sum',
        once: async () => perSecond(await timed(async () => await execute('sha256sum', [path]))),
      },
    ],
  })
}

/** Output as programs print it: packs to about half. */
function output(): AsyncIterable<Uint8Array> {
  const piece = Buffer.from(randomBytes(PIECE_BYTES / 2).toString('hex'))
  return Readable.from(
    (function* () {
      for (let at = 0; at < OUTPUT_BYTES; at += PIECE_BYTES) yield piece
    })(),
  )
}

async function bundling(folder: string): Promise<readonly Comparison[]> {
  mkdirSync(folder)
  const salt = randomBytes(16)
  const path = join(folder, 'output')
  await pipeline(output(), createWriteStream(path))
  const hash = createHash('sha256').update(salt)
  for await (const piece of createReadStream(path))
    if (piece instanceof Uint8Array) hash.update(piece)
  const large = { sha256: hash.digest('hex'), bytes: OUTPUT_BYTES }
  const small = { sha256: hex(Buffer.concat([salt, RUNBOOK])), bytes: RUNBOOK.length }
  const source: RecordSource = {
    run: RUN,
    runbook: small.sha256,
    *lines() {
      let seq = 0
      for (const line of lines(10, [small, large])) yield { seq: ++seq, bytes: Buffer.from(line) }
    },
    checkpoints: () => [],
    keys: () => [],
    output: (name) =>
      name === large.sha256
        ? {
            salt,
            bytes: large.bytes,
            read: () => createReadStream(path, { highWaterMark: PIECE_BYTES }),
          }
        : { salt, bytes: small.bytes, read: () => Readable.from([RUNBOOK]) },
  }
  const perSecond = (milliseconds: number): number => OUTPUT_BYTES / 1e6 / (milliseconds / 1000)
  const signal = new AbortController().signal
  const zip = join(folder, 'run.zip')
  const other = join(folder, 'other.zip')
  return await compare({
    benchmark: 'bundle with 1 GB of output',
    unit: 'MB/s',
    better: 'more',
    rounds: ROUNDS,
    subjects: [
      {
        name: 'Muster, bundle',
        once: async () =>
          perSecond(
            await timed(async () => {
              const pieces = bundle(source, {
                resources: bundleResources(),
                reports: [],
                sessions: () => [],
                signal,
              })
              await writeBeside(zip, pieces, { replace: true, signal })
            }),
          ),
      },
    ],
    baselines: [
      {
        name: 'zip',
        once: async () => {
          rmSync(other, { force: true })
          return perSecond(await timed(async () => await execute('zip', ['-q', other, path])))
        },
      },
    ],
  })
}

export const evidence: Benchmark = {
  name: 'evidence',
  async run() {
    const folder = temporaryFolder('bench-evidence')
    try {
      const comparisons = [...(await verification(join(folder.path, 'verify')))]
      const zip = await execute('zip', ['-v']).then(
        () => true,
        () => false,
      )
      if (!zip) return { comparisons, missing: ['a bundle: zip is not installed (Debian: zip)'] }
      return {
        comparisons: [...comparisons, ...(await bundling(join(folder.path, 'bundle')))],
        missing: [],
      }
    } finally {
      folder.remove()
    }
  },
}
