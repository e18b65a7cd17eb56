import { usage } from '../cli-error.ts'
import type { Console } from '../console.ts'
import { EXIT } from '../exit-codes.ts'
import { printable } from '../printable.ts'
import { allRuns } from '../record/find-run.ts'
import { openToRead } from '../record/open.ts'
import { statusOf } from '../record/read-run.ts'
import { timeText } from '../record/run-text.ts'
import { DATA_OPTION, readWords, wholeNumber } from '../words.ts'

/** `muster runs [--limit N] [--json]` */
export async function run(words: readonly string[], console: Console): Promise<number> {
  const { values, positionals } = readWords(words, {
    ...DATA_OPTION,
    json: { type: 'boolean' },
    limit: { type: 'string' },
  })
  if (positionals.length > 0)
    throw usage(`runs takes no ${positionals.join(' ')}. muster show RUN shows one run.`)
  const limit = values.limit === undefined ? 50 : wholeNumber('limit', values.limit, 1, 1_000_000)
  const opened = openToRead(values.data)
  try {
    const runs = []
    for await (const summary of allRuns(opened.connection)) {
      if (runs.length >= limit) break
      const { phase: _phase, open, ...rest } = summary
      runs.push({ ...rest, status: statusOf(summary.phase, open, opened.readOnly) })
    }
    if (values.json === true) {
      console.out(JSON.stringify(runs, null, 2))
      return EXIT.ok
    }
    if (runs.length === 0) console.say('No runs yet. muster run FILE starts one.')
    const width = Math.max(...runs.map(({ run }) => run.length), 0)
    for (const { run, startedAt, mode, status, steps, title } of runs) {
      console.out(
        `${run.padEnd(width)}  ${timeText(startedAt)}  ${mode.padEnd(11)}  ${status.padEnd(11)}  ${`${steps.settled}/${steps.total}`.padStart(7)}  ${printable(title)}`,
      )
    }
    return EXIT.ok
  } finally {
    await opened.close()
  }
}
