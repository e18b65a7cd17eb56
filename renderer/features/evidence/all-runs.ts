import type { RunSummary } from '../../../main/contract/requests.ts'
import type { Client } from '../../api/index.ts'

const PAGE = 1000

/** Every run, newest first. */
export async function allRuns(client: Client): Promise<readonly RunSummary[]> {
  const all: RunSummary[] = []
  const known = new Set<string>()
  for (let before: number | undefined; ;) {
    const page = await client.request('runs.list', {
      limit: PAGE,
      ...(before !== undefined && { before }),
    })
    const fresh = page.filter(({ run }) => !known.has(run))
    for (const run of fresh) known.add(run.run)
    all.push(...fresh)
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE || fresh.length === 0) return all
    // Others may have started in the same millisecond; those that were seen are left out above.
    before = last.startedAt + 1
  }
}
