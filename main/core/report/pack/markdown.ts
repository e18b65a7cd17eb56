import { fence, inline, quote, table } from '../markdown-text.ts'
import { REPORT_STATUS_WORDS, REPORT_WORDS } from '../sentence-report.ts'
import type { ReportClock } from '../zone.ts'
import { exceptionsOf } from './exceptions.ts'
import type { AuditPack, PackRun } from './pack.ts'
import {
  CHECKING,
  DIGEST,
  LIMITS,
  holdsText,
  membershipText,
  modesText,
  oddText,
  periodText,
  recordText,
  recoveryText,
  statusText,
  stepsText,
  titleText,
} from './words.ts'

/** An audit pack as Markdown. */

function head(pack: AuditPack, clock: ReportClock): string {
  const { totals } = pack
  const facts: readonly (readonly [string, string])[] = [
    ['Period', `${periodText(pack, clock)}, as meant in ${pack.zone}`],
    [
      'Made',
      `${clock.both(pack.madeAt)} by ${inline(pack.madeBy)}${pack.to > pack.madeAt ? '. **The period was not over: more may have begun since.**' : ''}`,
    ],
    ['Muster', inline(`version ${pack.version}, device ${pack.device}`)],
    ['Runs that began in the period', `${totals.population}: ${modesText(totals)}`],
    ['Carried over from before', String(totals.carriedOver)],
    ['Completed', `${totals.completed} (finished, no step failed or left undone)`],
    ['Finished with steps failed or left undone', String(totals.notEverything)],
    ['Aborted', String(totals.aborted)],
    ['Not ended', String(totals.open)],
    ['Deleted, unreadable', `${totals.deleted}, ${totals.unreadable}`],
    [
      'Recovery time objective',
      `${totals.met} met, ${totals.missed} missed, ${totals.notCompleted} in time but not completed, ${totals.noObjective} without one`,
    ],
    ['Deviations', String(totals.deviations)],
    ['Outcomes nobody saw', `${totals.unknowns}, ${totals.unsettled} not settled`],
    ['Approvals', `${totals.granted} granted, ${totals.refused} refused`],
    ['Redactions', String(totals.redactions)],
    [
      'Records',
      `${totals.verified} verified, ${totals.notVerified} with problems, ${totals.witnessed} with a witness`,
    ],
    ['Population, SHA-256', pack.digest],
  ]
  const odd = pack.problems.map((problem) => `- **Odd:** ${inline(problem)}`)
  return `# Audit pack, ${titleText(pack, clock)}

${table(['Fact', 'Value'], facts)}

${[...(odd.length === 0 ? [] : [odd.join('\n')]), ...LIMITS.map(inline), `Population: ${inline(DIGEST)}`].join('\n\n')}

## Control map

What these runs are evidence for. Whether a control is fulfilled is for whoever judges it.

${table(
  ['Control', 'Asks for', 'These runs show', 'Has to come from elsewhere', 'Runs'],
  pack.controls.map(({ framework, control, asks, shows, elsewhere, runs }) => [
    inline(`${framework}, ${control}`),
    inline(asks),
    inline(shows),
    inline(elsewhere),
    String(runs.length),
  ]),
)}
`
}

function runRow(run: PackRun, clock: ReportClock): readonly string[] {
  const membership = membershipText(run)
  return [
    inline(run.title),
    inline(run.run),
    inline(
      [run.mode, run.environment, run.production ? 'production' : undefined]
        .filter((part) => part !== undefined)
        .join(', '),
    ),
    `${clock.utc(run.times.started)}${membership === '' ? '' : ` (${membership})`}`,
    `${statusText(run)[0]}; ${stepsText(run)}`,
    recoveryText(run),
    oddText(run) || 'none',
    recordText(run)[0],
  ]
}

function gone({ deleted, unreadable }: AuditPack, clock: ReportClock): string {
  const lines = [
    ...deleted.map((run) => {
      const membership = membershipText(run)
      return `- ${inline(run.title)}, ${inline(run.run)}, ${run.mode}, ${run.status}, begun ${clock.utc(run.started)}${membership === '' ? '' : ` (${membership})`}: deleted ${clock.utc(run.deleted)} by ${inline(run.by)}: ${inline(run.reason)}. ${run.events} events, last hash ${run.head}. ${run.signed ? 'The tombstone is signed by a key of this device.' : '**The tombstone is not signed by a key of this device.**'}`
    }),
    ...unreadable.map(
      ({ run, started, message }) =>
        `- ${inline(run)}, begun ${started === undefined ? 'nobody knows when' : clock.utc(started)}: **cannot be read.** ${inline(message)}`,
    ),
  ]
  return `
## Runs without a record

${lines.length === 0 ? 'None.' : lines.join('\n')}
`
}

function exceptions(run: PackRun, clock: ReportClock): string {
  const lines = [
    ...exceptionsOf(run).map(
      ({ at, seq, what, step, says, unsettled, reason }) =>
        `- ${clock.utc(at)} (event ${seq}) ${what}${step === undefined ? '' : `, step ${inline(step)}`}; ${inline(says)}${unsettled ? '. **Not settled.**' : ''}${reason === undefined ? '' : `: ${inline(reason)}`}`,
    ),
    ...run.redactions.map(
      ({ event, sha256, kind, reason, by, at }) =>
        `- ${clock.utc(at)} Output ${sha256.slice(0, 16)}… of event ${event} taken out (${kind}), ${inline(by)}: ${inline(reason)}`,
    ),
  ]
  return lines.length === 0
    ? ''
    : `\n### ${inline(run.title)}, ${inline(run.run)}\n\n${lines.join('\n')}\n`
}

function approvals(run: PackRun, clock: ReportClock): string {
  return run.approvals
    .map(
      ({ seq, at, by, granted, step, target, text, reason }) =>
        `\n${inline(run.run)}, ${clock.utc(at)} (event ${seq}): ${inline(by)} **${granted ? 'approved' : 'refused'}** for step ${inline(step)} on ${inline(target)}${reason === undefined ? '' : `: ${inline(reason)}`}\n\n${fence(text)}\n`,
    )
    .join('')
}

function conclusions(run: PackRun): string {
  return run.reports
    .map(
      ({ kind, status, fields }) =>
        `\n### ${REPORT_WORDS[kind]} of ${inline(run.run)}: ${REPORT_STATUS_WORDS[status].toLowerCase()}\n${fields.map(({ label, text }) => `\n${inline(label)}:\n\n${quote(text)}\n`).join('')}`,
    )
    .join('')
}

/** Pieces of a section, or a word where there are none. */
function* each(runs: readonly PackRun[], of: (run: PackRun) => string): Generator<string> {
  let any = false
  for (const run of runs) {
    const piece = of(run)
    any ||= piece !== ''
    yield piece
  }
  if (!any) yield '\nNone.\n'
}

/** The whole file, in pieces. */
export async function* markdownPack(pack: AuditPack, clock: ReportClock): AsyncGenerator<string> {
  const { runs, runbooks } = pack
  yield head(pack, clock)
  yield '\n## Every run\n\n'
  yield table(
    [
      'Title',
      'Run',
      'Mode',
      'Started',
      'Outcome',
      'Recovery time',
      'Out of the ordinary',
      'Record',
    ],
    runs.map((run) => runRow(run, clock)),
  )
  yield '\n'
  yield gone(pack, clock)
  yield '\n## Runbooks\n\n'
  yield table(
    [
      'Runbook',
      'Runs',
      'Live, drills, walkthroughs',
      'Completed',
      'Objective met, missed',
      'Last run',
      'Versions',
    ],
    runbooks.map((one) => [
      inline(`${one.title} (${one.path})`),
      String(one.runs),
      `${one.live}, ${one.drill}, ${one.walkthrough}`,
      String(one.completed),
      `${one.met}, ${one.missed}`,
      clock.utc(one.last),
      one.versions.map((sha256) => sha256.slice(0, 12)).join(', '),
    ]),
  )
  yield '\n\n## Exceptions and redactions\n'
  yield* each(runs, (run) => exceptions(run, clock))
  yield '\n## Approvals\n'
  yield* each(runs, (run) => approvals(run, clock))
  yield '\n## What people concluded\n'
  yield* each(runs, conclusions)
  yield `\n## The records, and how to check them\n\n${inline(CHECKING)}\n\n`
  yield table(
    ['Run', 'Events', 'Last hash', 'Check', 'Witnesses'],
    runs.map((whole) => {
      const { run, counts, head: last, verification, witnesses } = whole
      return [
        inline(run),
        String(counts.events),
        last,
        verification.ok ? holdsText(whole) : inline(verification.problems.join('; ')),
        witnesses.length === 0
          ? 'none'
          : inline(
              witnesses
                .map(({ by, kind, size }) => `${by} (${kind}, up to event ${size})`)
                .join('; '),
            ),
      ]
    }),
  )
  yield '\n'
}
