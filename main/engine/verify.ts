import { ChainVerifier } from '../core/evidence/chain.ts'
import type { BlobReference, RunEvent } from '../core/run/events.ts'
import type { RequestResult } from '../contract/requests.ts'
import type { Crypto, Store } from './ports.ts'

const PAGE = 2_000

/** Every blob an event refers to. */
function blobsOf(event: RunEvent): readonly BlobReference[] {
  switch (event.type) {
    case 'run.started':
      return [event.data.runbook.source]
    case 'block.finished':
    case 'block.host-finished':
      return [event.data.stdout, event.data.stderr, event.data.timing].filter(
        (blob) => blob !== undefined,
      )
    case 'block.batch-checked':
      return event.data.hosts
        .flatMap(({ stdout, stderr, timing }) => [stdout, stderr, timing])
        .filter((blob) => blob !== undefined)
    case 'terminal.closed':
      return [event.data.stdout, event.data.timing].filter((blob) => blob !== undefined)
    default:
      return []
  }
}

/**
 * Checks a run from its stored bytes: the chain link by link, then every recorded output against its name. Memory stays
 * bounded whatever the length. What cannot be known from this alone is in docs/evidence.md.
 */
export async function verifyRun(
  run: string,
  store: Store,
  crypto: Crypto,
): Promise<RequestResult<'runs.verify'>> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const verifier = new ChainVerifier(run, (line) => crypto.sha256(Buffer.from(line, 'utf8')))
  const problems: { seq?: number; message: string }[] = []
  let blobs = 0
  for (let after = 0; ;) {
    const page = store.log.readStored(run, after, PAGE)
    for (const { seq, bytes, hash } of page) {
      try {
        verifier.add(decoder.decode(bytes), hash)
      } catch {
        problems.push({ seq, message: `Event ${seq} is not valid UTF-8: its bytes were changed.` })
      }
    }
    blobs += await checkBlobs(run, store, after, problems)
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) break
    after = last.seq
  }
  const report = verifier.report()
  for (const { seq, message } of report.problems)
    problems.push({ message, ...(seq !== undefined && { seq }) })
  return { ok: problems.length === 0, events: report.events, blobs, head: report.head, problems }
}

async function checkBlobs(
  run: string,
  store: Store,
  after: number,
  problems: { seq?: number; message: string }[],
): Promise<number> {
  let events: readonly RunEvent[]
  try {
    events = store.log.read(run, after, PAGE)
  } catch (error) {
    problems.push({ message: error instanceof Error ? error.message : String(error) })
    return 0
  }
  let checked = 0
  for (const event of events) {
    for (const { sha256 } of blobsOf(event)) {
      checked++
      const found = await store.blobs.check(run, sha256)
      if (found === 'missing')
        problems.push({
          seq: event.seq,
          message: `The output ${sha256.slice(0, 12)}… is not on the disk any more.`,
        })
      if (found === 'different')
        problems.push({
          seq: event.seq,
          message: `The output ${sha256.slice(0, 12)}… was changed after it was recorded.`,
        })
    }
  }
  return checked
}
