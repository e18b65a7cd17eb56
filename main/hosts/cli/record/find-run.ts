import type { RunSummary } from '../../../contract/requests.ts'
import type { Connection } from '../../../engine/engine.ts'
import { usage } from '../cli-error.ts'

const PAGE = 1_000
const MOST_NAMED = 5

/** All runs, newest first, page by page. */
export async function* allRuns(connection: Connection): AsyncGenerator<RunSummary> {
  let before: number | undefined
  const seen = new Set<string>()
  for (;;) {
    const page = await connection.request('runs.list', {
      limit: PAGE,
      ...(before !== undefined && { before }),
    })
    const fresh = page.filter(({ run }) => !seen.has(run))
    for (const summary of fresh) {
      seen.add(summary.run)
      yield summary
    }
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE || fresh.length === 0) return
    // Others may have started in the same millisecond; those that were seen are left out above.
    before = last.startedAt + 1
  }
}

/** The run meant by an id, a beginning of one, or `last`. Throws a usage error when that is none or several. */
export async function findRun(connection: Connection, word: string): Promise<RunSummary> {
  const matches: RunSummary[] = []
  for await (const summary of allRuns(connection)) {
    if (word === 'last' || summary.run === word) return summary
    if (summary.run.startsWith(word)) matches.push(summary)
  }
  const [only, ...others] = matches
  if (only === undefined) {
    throw usage(
      word === 'last'
        ? 'There is no run in this data folder yet.'
        : `There is no run “${word}” in this data folder. muster runs lists them.`,
    )
  }
  if (others.length > 0) {
    const named = matches.slice(0, MOST_NAMED).map(({ run }) => run)
    const more = matches.length - named.length
    throw usage(
      `“${word}” is the beginning of ${matches.length} runs: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}. Give more of the one you mean.`,
    )
  }
  return only
}
