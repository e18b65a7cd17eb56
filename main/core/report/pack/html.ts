import { PAGE_NUMBERS, REPORT_STYLE } from '../html-style.ts'
import { markup, Markup } from '../markup.ts'
import type { ReportClock } from '../zone.ts'
import {
  approvalTable,
  chartsOfRecovery,
  conclusionTable,
  exceptionTables,
  goneTable,
  type Pieces,
  populationTable,
  recordTable,
  redactionTable,
  runbookTable,
} from './html-tables.ts'
import type { AuditPack } from './pack.ts'
import { CHECKING, DIGEST, LIMITS, modesText, periodText, titleText } from './words.ts'

/** An audit pack as one HTML file: everything in it, no script, nothing fetched. */

/** What the tables of a pack need beside the look of a report. */
const STYLE = `
body { max-width: 76rem; }
td pre { margin: .2rem 0; max-height: none; }
td code { overflow-wrap: anywhere; }
td.why { min-width: 9rem; } td.hash { min-width: 14rem; } td.run { min-width: 15em; } .id { white-space: nowrap; }
.draft.odd { border-color: var(--bad); }
td ul { margin: 0; padding-left: 1.1rem; }
.glance { grid-template-columns: repeat(4, 1fr); }
tr:target { outline-offset: -2px; }
@media (max-width: 40rem) { .glance { grid-template-columns: 1fr; } }
@media print { .odd a { display: none; } body { font-size: 9.5pt; } @page { size: A4 landscape; margin: 14mm 12mm 16mm; } }
`

function glance({ totals }: AuditPack): Markup {
  const box = (name: string, value: number | string, note: string, tone = ''): Markup =>
    markup`<li><span class="soft">${name}</span><b class="${tone}">${value}</b>${note === '' ? undefined : markup`<small>${note}</small>`}</li>
`
  const judged = totals.met + totals.missed + totals.notCompleted
  const some = (number: number, tone: string): string => (number > 0 ? tone : '')
  return markup`<ul class="glance">
${box('Runs that began in the period', totals.population, `${modesText(totals)}${totals.carriedOver === 0 ? '' : `; ${totals.carriedOver} more carried over`}`)}${box('Completed', totals.completed, 'finished, no step failed or left undone')}${box('Finished, not everything done', totals.notEverything, 'a step failed or was left undone', some(totals.notEverything, 'bad'))}${box('Aborted', totals.aborted, '', some(totals.aborted, 'bad'))}${box('Not ended', totals.open, '', some(totals.open, 'warning'))}${box('Without a record', totals.deleted + totals.unreadable, `${totals.deleted} deleted, ${totals.unreadable} unreadable`, totals.unreadable > 0 ? 'bad' : some(totals.deleted, 'warning'))}${box('Recovery objective met', judged === 0 ? 'none set' : `${totals.met} of ${judged}`, judged === 0 ? '' : `${totals.missed} missed, ${totals.notCompleted} in time but not completed`, some(totals.missed + totals.notCompleted, 'bad'))}${box('Outcomes nobody saw', totals.unknowns, totals.unknowns === 0 ? '' : `${totals.unsettled} not settled`, some(totals.unknowns, 'unknown'))}${box('Deviations', totals.deviations, '', some(totals.deviations, 'warning'))}${box('Approvals', totals.granted, `${totals.refused} refused`, some(totals.refused, 'warning'))}${box('Redactions', totals.redactions, 'outputs taken out', some(totals.redactions, 'warning'))}${box('Records verified', `${totals.verified} of ${totals.verified + totals.notVerified}`, `${totals.notVerified} with problems, ${totals.witnessed} with a witness`, some(totals.notVerified, 'bad'))}</ul>`
}

/** What is odd about the population: nobody may overlook it. */
function problems(pack: AuditPack): Markup | undefined {
  if (pack.problems.length === 0) return undefined
  const known = pack.runs.map(({ run }) => run)
  return markup`<div class="draft odd"><b class="bad">Odd about this population:</b><ul>${pack.problems.map(
    (problem) => {
      const run = known.find((id) => problem.includes(id))
      return markup`<li>${problem}${run === undefined ? undefined : markup` <a href="#record-${run}">What is wrong</a>`}</li>`
    },
  )}</ul></div>
`
}

function* scope(pack: AuditPack, clock: ReportClock): Pieces {
  yield markup`<dl>
<dt>Period</dt><dd>${periodText(pack, clock)}, as meant in ${pack.zone}</dd>
<dt>Made</dt><dd>${clock.both(pack.madeAt)} by ${pack.madeBy}${pack.to > pack.madeAt ? markup`. <strong class="warning">The period was not over: more may have begun since.</strong>` : undefined}</dd>
<dt>Muster</dt><dd>version ${pack.version}, device ${pack.device}</dd>
<dt>Population, SHA-256</dt><dd><code>${pack.digest}</code><br><small>${DIGEST}</small></dd>
</dl>
${LIMITS.map((limit) => markup`<p>${limit}</p>`)}
`
}

function* controls(pack: AuditPack): Pieces {
  yield markup`<p>What these runs are evidence for. Whether a control is fulfilled is for whoever judges it.</p>
<table><thead><tr><th>Control</th><th>Asks for</th><th>These runs show</th><th>Has to come from elsewhere</th><th class="number">Runs</th></tr></thead><tbody>
${pack.controls.map(
  ({
    framework,
    control,
    asks,
    shows,
    elsewhere,
    runs,
  }) => markup`<tr><td><b>${framework}</b><br>${control}</td><td>${asks}</td><td>${shows}</td><td>${elsewhere}</td><td class="number">${runs.length}</td></tr>
`,
)}</tbody></table>`
}

function* runbooks(pack: AuditPack, clock: ReportClock): Pieces {
  yield* runbookTable(pack, clock)
  yield* chartsOfRecovery(pack)
}

function* records(pack: AuditPack): Pieces {
  yield markup`<p>${CHECKING}</p>`
  yield* recordTable(pack)
}

interface Section {
  readonly id: string
  readonly title: string
  readonly body: Pieces
}

/** The whole file, in pieces. */
export async function* htmlPack(pack: AuditPack, clock: ReportClock): AsyncGenerator<string> {
  const sections: readonly Section[] = [
    { id: 'scope', title: 'Scope, and what this cannot tell', body: scope(pack, clock) },
    { id: 'controls', title: 'Control map', body: controls(pack) },
    { id: 'population', title: 'Every run', body: populationTable(pack, clock) },
    { id: 'gone', title: 'Runs without a record', body: goneTable(pack, clock) },
    { id: 'runbooks', title: 'Runbooks', body: runbooks(pack, clock) },
    { id: 'exceptions', title: 'Exceptions', body: exceptionTables(pack, clock) },
    { id: 'approvals', title: 'Approvals', body: approvalTable(pack, clock) },
    { id: 'redactions', title: 'Redactions', body: redactionTable(pack, clock) },
    { id: 'conclusions', title: 'What people concluded', body: conclusionTable(pack, clock) },
    { id: 'records', title: 'The records, and how to check them', body: records(pack) },
  ]
  yield markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>Audit pack, ${titleText(pack, clock)}</title>
<style>${new Markup(REPORT_STYLE + PAGE_NUMBERS + STYLE)}</style>
</head>
<body>
<header>
<h1>Audit pack</h1>
<p class="kind">Every run, ${titleText(pack, clock)}</p>
${problems(pack)}${glance(pack)}
<nav aria-label="Contents"><ol>${sections.map(({ id, title }) => markup`<li><a href="#${id}">${title}</a></li>`)}</ol></nav>
</header>
<main>
`.text
  for (const { id, title, body } of sections) {
    yield markup`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
`.text
    for (const piece of body) yield piece.text
    yield '</section>\n'
  }
  yield '</main>\n</body>\n</html>\n'
}
