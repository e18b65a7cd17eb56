import { foundByComparing } from '../../../main/core/evidence/findings.ts'
import type { RequestParams, RequestResult } from '../../../main/contract/requests.ts'
import { base64OfFile } from '../../api/base64.ts'
import type { Client } from '../../api/index.ts'

/** What a check found out. A problem of a run's own check has no code. */
export interface Findings extends Omit<RequestResult<'bundles.verify'>, 'problems'> {
  readonly problems: readonly { readonly seq?: number | undefined; readonly message: string }[]
}

/** What the person has from elsewhere. */
export type Kept = Omit<RequestParams<'runs.compare'>, 'run'>

/** Checks a run of this laptop: its stored bytes with its outputs, then against what the person has. */
export async function checkRun(client: Client, run: string, kept: Kept): Promise<Findings> {
  const checked = await client.request('runs.verify', { run })
  const compared = await client.request('runs.compare', { run, ...kept })
  const problems = [...checked.problems, ...foundByComparing(compared)]
  const places = problems.flatMap(({ seq }) => seq ?? [])
  const { from: _from, ...found } = compared
  return {
    ...found,
    ok: problems.length === 0,
    problems,
    ...(places.length > 0 && { from: Math.min(...places) }),
  }
}

/** Bytes of a piece: its base64 must fit into one request. */
const PIECE = 768 * 1024

/**
 * Hands a file to the engine in pieces, checks it there, and leaves nothing of it behind. `progress`: bytes handed over.
 * Rejects with the signal's reason when it is aborted.
 */
export async function checkFile(
  client: Client,
  file: File,
  kept: Kept,
  {
    signal,
    progress,
  }: { readonly signal: AbortSignal; readonly progress: (bytes: number) => void },
): Promise<Findings> {
  const upload = crypto.randomUUID()
  try {
    for (let offset = 0; offset < file.size || offset === 0; offset += PIECE) {
      const base64 = await base64OfFile(file.slice(offset, offset + PIECE))
      signal.throwIfAborted()
      const { bytes } = await client.request('bundles.receive', { upload, offset, base64 })
      signal.throwIfAborted()
      progress(bytes)
    }
    return await client.request('bundles.verify', { bundle: { upload }, ...kept })
  } catch (error) {
    client.request('bundles.forget', { upload }).catch(() => undefined)
    throw error
  }
}
