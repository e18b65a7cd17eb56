import { markup, type Markup } from '../markup.ts'
import { REPORT_STATUS_WORDS, REPORT_WORDS } from '../sentence-report.ts'
import { moment } from '../tree-parts.ts'
import { fragment, treeMarkup } from '../tree.ts'
import { MODE_WORDS } from '../words.ts'
import type { ReportClock } from '../zone.ts'
import { exceptionsOf } from './exceptions.ts'
import type { AuditPack, PackRun } from './pack.ts'
import { recoveryCharts } from './recovery-charts.ts'
import {
  holdsText,
  membershipText,
  modesText,
  oddText,
  recordText,
  recoveryText,
  statusText,
  stepsText,
} from './words.ts'

/** The tables of an audit pack, row by row: a year has many runs. */

export type Pieces = Generator<Markup>

const date = (clock: ReportClock, at: number): Markup => treeMarkup(fragment(moment(clock, at)))

/** A link to a run's row in the population. */
export function runLink(run: string): Markup {
  return markup`<a class="id" href="#run-${run}">${run}</a>`
}

function* table(
  head: readonly string[],
  rows: Iterable<Markup>,
  caption?: string,
): Generator<Markup> {
  yield markup`<table>${caption === undefined ? undefined : markup`<caption>${caption}</caption>`}<thead><tr>${head.map((name) => markup`<th>${name}</th>`)}</tr></thead><tbody>
`
  yield* rows
  yield markup`</tbody></table>
`
}

function places(run: PackRun): string {
  return [
    MODE_WORDS[run.mode].word.toLowerCase(),
    ...(run.environment === undefined ? [] : [run.environment]),
    ...(run.production ? ['production'] : []),
  ].join(', ')
}

function runRow(run: PackRun, clock: ReportClock): Markup {
  const [status, tone] = statusText(run)
  const [record, recordTone] = recordText(run)
  const odd = oddText(run)
  const membership = membershipText(run)
  return markup`<tr id="run-${run.run}"><td class="run"><b>${run.title}</b><br><small class="id">${run.run}</small><br><small>${run.commander}${run.severity === undefined ? '' : `, ${run.severity}`}</small></td><td>${places(run)}</td><td class="time">${date(clock, run.times.started)}${membership === '' ? undefined : markup`<br><small>${membership}</small>`}</td><td><span class="${tone}">${status}</span><br><small>${stepsText(run)}</small></td><td>${recoveryText(run)}</td><td class="${odd === '' ? '' : 'warning'}">${odd === '' ? 'none' : odd}</td><td class="${recordTone}">${record}</td></tr>
`
}

/** Every run there is a record of. */
export function* populationTable({ runs }: AuditPack, clock: ReportClock): Pieces {
  if (runs.length === 0) {
    yield markup`<p>There is no run with a record in this period.</p>`
    return
  }
  yield* table(
    ['Run', 'Mode', 'Started', 'Outcome', 'Recovery time', 'Out of the ordinary', 'Record'],
    runs.map((run) => runRow(run, clock)),
  )
}

/** Runs without a record: deleted ones, and those that cannot be read. */
export function* goneTable({ deleted, unreadable }: AuditPack, clock: ReportClock): Pieces {
  if (deleted.length === 0)
    yield markup`<p>No run of the period was deleted, and none was deleted in it.</p>
`
  else
    yield* table(
      ['Run', 'Mode', 'Started', 'Outcome', 'Deleted', 'By, and why', 'Tombstone'],
      deleted.map(
        (run) =>
          markup`<tr><td class="run"><b>${run.title}</b><br><small class="id">${run.run}</small></td><td>${MODE_WORDS[run.mode].word.toLowerCase()}</td><td class="time">${date(clock, run.started)}${membershipText(run) === '' ? undefined : markup`<br><small>${membershipText(run)}</small>`}</td><td>${run.status}</td><td class="time">${date(clock, run.deleted)}</td><td class="why">${run.by}<div class="quote">${run.reason}</div></td><td class="hash ${run.signed ? 'good' : 'bad'}">${run.signed ? 'signed by a key of this device' : 'not signed by a key of this device'}<br><small>${run.events} events, last hash <code>${run.head}</code></small></td></tr>
`,
      ),
      'Deleted runs: what their tombstones say',
    )
  if (unreadable.length > 0)
    yield* table(
      ['Run', 'Began', 'What is wrong'],
      unreadable.map(
        ({ run, started, message }) =>
          markup`<tr><td>${run}</td><td class="time">${started === undefined ? 'not known' : date(clock, started)}</td><td class="bad">${message}</td></tr>
`,
      ),
      'Runs whose record cannot be read',
    )
}

/** Each runbook that was run. */
export function* runbookTable({ runbooks }: AuditPack, clock: ReportClock): Pieces {
  if (runbooks.length === 0) {
    yield markup`<p>No runbook was run.</p>`
    return
  }
  yield* table(
    ['Runbook', 'Runs', 'Completed', 'Objective met', 'Last run', 'Last completed', 'Versions'],
    runbooks.map(
      (one) =>
        markup`<tr><td><b>${one.title}</b><br><small>${one.kind}${one.system === undefined ? '' : `, ${one.system}`}</small><br><small>${one.path}</small></td><td>${one.runs}<br><small>${modesText(one)}</small></td><td>${one.completed}</td><td class="${one.missed > 0 ? 'bad' : ''}">${one.met + one.missed === 0 ? 'no objective, or not completed' : `${one.met} of ${one.met + one.missed}`}</td><td class="time">${date(clock, one.last)}</td><td class="time">${one.lastCompleted === undefined ? 'never in this period' : date(clock, one.lastCompleted)}</td><td>${one.versions.map((sha256) => markup`<code class="id">${sha256.slice(0, 12)}</code> `)}</td></tr>
`,
    ),
  )
}

/** The recovery times of each runbook. */
export function* chartsOfRecovery(pack: AuditPack): Pieces {
  for (const { heading, chart } of recoveryCharts(pack))
    yield markup`<h3>${heading}</h3>${treeMarkup(chart)}
`
}

/** Deviations, outcomes nobody saw, times without Muster. */
export function* exceptionTables({ runs }: AuditPack, clock: ReportClock): Pieces {
  let any = false
  for (const run of runs) {
    const rows = exceptionsOf(run).map(
      ({ at, seq, tone, what, step, says, unsettled, reason }) =>
        markup`<tr><td class="time">${date(clock, at)}<br><small>event ${seq}</small></td><td class="${tone}">${what}</td><td>${says}${step === undefined ? '' : `, step ${step}`}${unsettled ? markup`. <strong>Not settled.</strong>` : undefined}${reason === undefined ? undefined : markup`<div class="quote">${reason}</div>`}</td></tr>
`,
    )
    if (rows.length === 0) continue
    any = true
    yield markup`<h3>${run.title} <small>${runLink(run.run)}</small></h3>`
    yield* table(['When', 'What', 'By whom, and why'], rows)
  }
  if (!any) yield markup`<p>Nothing was out of the ordinary in any run.</p>`
}

/** Who agreed to what, or did not. */
export function* approvalTable({ runs }: AuditPack, clock: ReportClock): Pieces {
  if (runs.every(({ approvals }) => approvals.length === 0)) {
    yield markup`<p>Nothing in these runs needed an approval.</p>`
    return
  }
  yield* table(
    ['Run', 'When', 'Who', 'For'],
    runs.flatMap(({ run, approvals }) =>
      approvals.map(
        ({ seq, at, by, granted, step, target, text, reason }) =>
          markup`<tr><td>${runLink(run)}</td><td class="time">${date(clock, at)}<br><small>event ${seq}</small></td><td>${by}<br><strong class="${granted ? 'good' : 'bad'}">${granted ? 'approved' : 'refused'}</strong>${reason === undefined ? undefined : markup`<div class="quote">${reason}</div>`}</td><td>step ${step} on ${target}<pre>${text}</pre></td></tr>
`,
      ),
    ),
  )
}

/** What was taken out of records. */
export function* redactionTable({ runs }: AuditPack, clock: ReportClock): Pieces {
  if (runs.every(({ redactions }) => redactions.length === 0)) {
    yield markup`<p>No output was taken out of these runs.</p>`
    return
  }
  yield* table(
    ['Run', 'When', 'Who', 'What', 'Why'],
    runs.flatMap(({ run, redactions }) =>
      redactions.map(
        ({ event, sha256, kind, reason, by, at }) =>
          markup`<tr><td>${runLink(run)}</td><td class="time">${date(clock, at)}</td><td>${by}</td><td>output of event ${event}, ${kind}<br><small><code>${sha256.slice(0, 16)}…</code></small></td><td class="words">${reason}</td></tr>
`,
      ),
    ),
  )
}

/** Fields that say what followed from a run, or who agreed. */
const CONCLUSIONS: ReadonlySet<string> = new Set([
  'approver',
  'exceptions',
  'follow-up',
  'improvements',
  'actions',
  'lasting-fix',
  'ratings',
  'sign-off',
])

/** What people concluded from each run. */
export function* conclusionTable({ runs }: AuditPack, clock: ReportClock): Pieces {
  if (runs.every(({ reports }) => reports.length === 0)) {
    yield markup`<p>Nobody has written into a report of these runs yet.</p>`
    return
  }
  yield* table(
    ['Run', 'Report', 'State', 'Written by people'],
    runs.flatMap(({ run, reports }) =>
      reports.map(({ kind, status, fields }) => {
        const shown = fields.filter(({ id }) => CONCLUSIONS.has(id))
        return markup`<tr><td>${runLink(run)}</td><td>${REPORT_WORDS[kind]}</td><td class="${status === 'closed' || status === 'reviewed' ? 'good' : 'warning'}">${REPORT_STATUS_WORDS[status]}</td><td>${shown.length === 0 ? 'no conclusion, follow-up or sign-off' : shown.map(({ label, text, by, at }) => markup`<b>${label}</b>${by === undefined || at === undefined ? undefined : markup` <small>(${by}, ${clock.utc(at)})</small>`}<div class="quote">${text}</div>`)}</td></tr>
`
      }),
    ),
  )
}

/** What each record ends with, and who vouches for it. */
export function* recordTable({ runs }: AuditPack): Pieces {
  if (runs.length === 0) return
  yield* table(
    ['Run', 'Events', 'Last hash', 'Check', 'Witnesses'],
    runs.map((whole) => {
      const { run, counts, head, verification, witnesses } = whole
      return markup`<tr id="record-${run}"><td>${runLink(run)}</td><td class="number">${counts.events}</td><td class="hash"><code>${head}</code></td><td class="${verification.ok ? 'good' : 'bad'}">${verification.ok ? holdsText(whole) : markup`<ul>${verification.problems.map((problem) => markup`<li>${problem}</li>`)}</ul>`}</td><td>${witnesses.length === 0 ? 'none' : witnesses.map(({ by, kind, size }) => markup`${by} (${kind}, up to event ${size})<br>`)}</td></tr>
`
    }),
  )
}
