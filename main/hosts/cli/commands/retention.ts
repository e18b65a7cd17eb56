import { MODES, type Mode } from '../../../core/run/events.ts'
import { overdue, type Retention } from '../../../core/evidence/retention.ts'
import type { RunSummary } from '../../../contract/requests.ts'
import { usage } from '../cli-error.ts'
import type { Console } from '../console.ts'
import { EXIT } from '../exit-codes.ts'
import { printable } from '../printable.ts'
import { allRuns } from '../record/find-run.ts'
import { openToRead, openToWrite } from '../record/open.ts'
import { timeText } from '../record/run-text.ts'
import { DATA_OPTION, readWords, wholeNumber } from '../words.ts'

/** `muster retention [--keep MODE=DAYS]… [--apply] [--as NAME]` */
export async function run(words: readonly string[], console: Console): Promise<number> {
  const { values, positionals } = readWords(words, {
    ...DATA_OPTION,
    keep: { type: 'string', multiple: true },
    apply: { type: 'boolean' },
    deleted: { type: 'boolean' },
    as: { type: 'string' },
  })
  if (positionals.length > 0) throw usage(`retention takes no ${positionals.join(' ')}.`)
  const changes = (values.keep ?? []).map(changeIn)
  const writes = changes.length > 0 || values.apply === true
  const opened = writes ? await openToWrite(values.data, () => undefined) : openToRead(values.data)
  try {
    const { connection } = opened
    let { retention = {} } = await connection.request('settings.get', {})
    if (changes.length > 0) {
      const next: Record<string, number> = { ...retention }
      for (const { mode, days } of changes) {
        if (days === undefined) Reflect.deleteProperty(next, mode)
        else next[mode] = days
      }
      retention = (await connection.request('settings.set', { retention: next })).retention ?? {}
    }
    if (values.deleted === true) {
      for (const { tombstone, signed } of await connection.request('runs.deleted', {}))
        console.out(
          `${tombstone.run}  deleted ${timeText(tombstone.wall)} by ${printable(tombstone.by)}: ${printable(tombstone.reason)}${signed ? '' : console.style('red', '  not signed by a key of this device')}`,
        )
      return EXIT.ok
    }
    for (const mode of MODES) {
      const days = retention[mode]
      console.out(
        `${mode.padEnd(11)}  ${days === undefined ? 'kept for ever' : `${days} ${days === 1 ? 'day' : 'days'} after the end`}`,
      )
    }
    const { now, user } = await connection.request('session.info', {})
    const due = await dueRuns(connection, retention, now)
    for (const { run, mode, endedAt, title } of due) {
      if (values.apply === true) {
        const reason = `retention: ${mode} runs are kept for ${retention[mode]} days`
        await connection.request('runs.delete', { run, actor: values.as ?? user, reason })
      }
      console.out(
        `${values.apply === true ? 'deleted' : 'due'}  ${run}  ended ${timeText(endedAt ?? 0)}  ${printable(title)}`,
      )
    }
    if (due.length > 0 && values.apply !== true) console.say('--apply deletes these.')
    return EXIT.ok
  } finally {
    await opened.close()
  }
}

async function dueRuns(
  connection: Parameters<typeof allRuns>[0],
  retention: Retention,
  now: number,
): Promise<readonly RunSummary[]> {
  const due: RunSummary[] = []
  for await (const summary of allRuns(connection))
    if (overdue(summary, retention, now)) due.push(summary)
  return due
}

/** `live=730`, or `drill=ever`. */
function changeIn(text: string): { readonly mode: Mode; readonly days: number | undefined } {
  const [word = '', days = '', ...more] = text.split('=')
  const mode = MODES.find((known) => known === word)
  if (mode === undefined || days === '' || more.length > 0)
    throw usage(`--keep is MODE=DAYS with a mode of ${MODES.join(', ')}, or MODE=ever.`)
  return { mode, days: days === 'ever' ? undefined : wholeNumber('keep', days, 1, 36_500) }
}
