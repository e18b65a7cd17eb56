import { ChainVerifier } from '../core/evidence/chain.ts'
import { RecordVerifier } from '../core/evidence/verify.ts'
import { blobsOf } from '../core/evidence/blobs.ts'
import type { RunEvent } from '../core/run/events.ts'
import type { RequestResult } from '../contract/requests.ts'
import { recordTools } from './evidence/record-tools.ts'
import type { Crypto, SignatureChecks, Store } from './ports.ts'

const PAGE = 2_000
/** Outputs that are read at a time: most are short, and opening them takes longer than reading them. */
const AT_ONCE = 16

/**
 * Checks a run from its stored bytes: the chain link by link, then every recorded output against its name. Memory stays
 * bounded whatever the length. What cannot be known from this alone is in docs/evidence.md.
 */
export async function verifyRun(
  run: string,
  store: Store,
  crypto: Crypto,
  signatures?: SignatureChecks,
): Promise<RequestResult<'runs.verify'>> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const verifier = new ChainVerifier(run, (line) => crypto.sha256(Buffer.from(line, 'utf8')))
  const problems: Problem[] = []
  /** Outputs that are not there, and those whose absence an event explains: it can come much later. */
  const missing = new Map<string, Problem>()
  const redacted = new Set<string>()
  const record =
    signatures &&
    new RecordVerifier(
      {
        checkpoints: store.checkpoints.list(run),
        keys: store.deviceKeys.list(),
        held: { notes: [], words: [], keys: [] },
      },
      recordTools(crypto, signatures),
    )
  let blobs = 0
  for (let after = 0; ;) {
    const page = store.log.readStored(run, after, PAGE)
    for (const { seq, bytes, hash: stored } of page) {
      record?.add(bytes)
      try {
        verifier.add(decoder.decode(bytes), stored)
      } catch {
        problems.push({ seq, message: `Event ${seq} is not valid UTF-8: its bytes were changed.` })
      }
    }
    blobs += await checkBlobs(run, store, after, { problems, missing, redacted })
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) break
    after = last.seq
  }
  for (const [sha256, problem] of missing) if (!redacted.has(sha256)) problems.push(problem)
  for (const sha256 of redacted)
    if (!missing.has(sha256))
      problems.push({
        message: `The output ${sha256.slice(0, 12)}… was taken out of the record and is still on the disk. Open the run again to remove it.`,
      })
  const report = verifier.report()
  const found = record?.report()
  // The chain is compared with the hashes in the database above, and outputs with their files.
  const others = found?.problems.filter(({ code }) => code !== 'chain' && code !== 'output') ?? []
  for (const { seq, message } of [...report.problems, ...others])
    problems.push({ message, ...(seq !== undefined && { seq }) })
  return {
    ok: problems.length === 0,
    events: report.events,
    blobs,
    head: report.head,
    problems,
    redacted: redacted.size,
    ...(found && {
      signed: {
        checkpoints: found.signed.checkpoints,
        upTo: found.signed.upTo,
        by: [...new Set(found.signed.keys.map((line) => line.split('+')[0] ?? line))],
        witnesses: found.witnesses.length,
      },
    }),
  }
}

interface Problem {
  readonly seq?: number
  readonly message: string
}

interface Found {
  readonly problems: Problem[]
  readonly missing: Map<string, Problem>
  readonly redacted: Set<string>
}

async function checkBlobs(
  run: string,
  store: Store,
  after: number,
  { problems, missing, redacted }: Found,
): Promise<number> {
  let events: readonly RunEvent[]
  try {
    events = store.log.read(run, after, PAGE)
  } catch (error) {
    problems.push({ message: error instanceof Error ? error.message : String(error) })
    return 0
  }
  for (const event of events) if (event.type === 'output.redacted') redacted.add(event.data.sha256)
  const outputs = events.flatMap((event) =>
    blobsOf(event).map(({ sha256 }) => ({ seq: event.seq, sha256 })),
  )
  for (let from = 0; from < outputs.length; from += AT_ONCE) {
    const some = outputs.slice(from, from + AT_ONCE)
    const found = await Promise.all(some.map(({ sha256 }) => store.blobs.check(run, sha256)))
    for (const [index, { seq, sha256 }] of some.entries()) {
      const name = `${sha256.slice(0, 12)}…`
      if (found[index] === 'missing')
        missing.set(sha256, { seq, message: `The output ${name} is not on the disk any more.` })
      if (found[index] === 'different')
        problems.push({ seq, message: `The output ${name} was changed after it was recorded.` })
    }
  }
  return outputs.length
}
