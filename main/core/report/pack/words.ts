import { durationText } from '../duration.ts'
import { STATUS_TEXT, verdictText } from '../outcome-words.ts'
import type { ReportClock } from '../zone.ts'
import type { AuditPack, PackDeleted, PackRun, PackTotals, Period } from './pack.ts'
import { isCompleted } from './population.ts'

/** The words of a pack that are the same in every format. */

export const LIMITS: readonly string[] = [
  'The population is taken from the log of this data folder: every run that has an event in it, and every tombstone of a run that was deleted. A run on another laptop stands in the pack of that laptop. A run that was never started, or removed with an editor together with every trace of it, stands in none: who kept an earlier pack can tell, because it names the runs there were.',
  'Names are recorded as they were typed. A verified record shows that nothing was changed since somebody else saw its last hash; it does not show that what was recorded was true. Without a witness, whoever holds the key of the device can write a record anew.',
]

/** How anybody checks what the pack says of a run. */
export const CHECKING =
  'Ask for the bundle of any run (muster export RUN --format bundle), unpack it, and let python3 verify.py check it without Muster. Its last hash must be the one that stands here; when something was added to the run later (a report, a redaction), the event with the number that stands here must have it.'

/** How the population can be hashed again. */
export const DIGEST =
  'SHA-256 over one line for each run, sorted by their bytes, each with a line feed: “RUN EVENTS HASH”, “RUN deleted HASH” or “RUN unreadable”.'

/** The period to the second. */
export function periodText({ from, to }: Period, clock: ReportClock): string {
  return `from ${clock.both(from)} up to ${clock.both(to)}`
}

function wallTime(zone: string, at: number): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeStyle: 'medium' }).format(at)
}

/** The period for a title: `1 October 2026 to 31 December 2026` where it is of whole days, else to the second. */
export function titleText(
  pack: Pick<AuditPack, 'from' | 'to' | 'zone'>,
  clock: ReportClock,
): string {
  const { from, to, zone } = pack
  if (wallTime(zone, from) !== '00:00:00' || wallTime(zone, to) !== '00:00:00')
    return periodText(pack, clock)
  const day = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  })
  const [first, last] = [day.format(from), day.format(to - 1)]
  return first === last ? first : `${first} to ${last}`
}

/** How the runs of the period ended, each counted once: `2 completed, 1 aborted, 1 deleted`. */
export function endingsText(totals: PackTotals): string {
  const others = [
    [totals.notEverything, 'finished with steps failed or left undone'],
    [totals.aborted, 'aborted'],
    [totals.open, 'not ended'],
    [totals.deleted, 'deleted'],
    [totals.unreadable, 'unreadable'],
  ] as const
  return [
    `${totals.completed} completed`,
    ...others.flatMap(([number, word]) => (number === 0 ? [] : [`${number} ${word}`])),
  ].join(', ')
}

/** `3 live, 1 drill, 0 walkthroughs`. */
export function modesText({
  live,
  drill,
  walkthrough,
}: Pick<PackTotals, 'live' | 'drill' | 'walkthrough'>): string {
  return `${live} live, ${drill} ${drill === 1 ? 'drill' : 'drills'}, ${walkthrough} ${walkthrough === 1 ? 'walkthrough' : 'walkthroughs'}`
}

/** That a record holds, and how far it is signed. */
export function holdsText({ verification }: PackRun): string {
  const { events, outputs, checkpoints, signedUpTo } = verification
  const counted = (number: number, noun: string): string =>
    `${number} ${noun}${number === 1 ? '' : 's'}`
  const signed =
    checkpoints === 0
      ? 'nothing of it is signed'
      : `${counted(checkpoints, 'checkpoint')}, signed up to event ${signedUpTo}`
  return `${counted(events, 'event')} and ${counted(outputs, 'output')} as they were recorded; ${signed}`
}

export function statusText(run: PackRun): readonly [string, string] {
  const [word, tone] = STATUS_TEXT[run.status]
  if (run.status !== 'finished' || isCompleted(run)) return [word, tone]
  return [`${word}, not everything done`, 'bad']
}

/** `12 of 14 done, 1 failed, 1 skipped`. */
export function stepsText({ steps }: PackRun): string {
  const others = [
    [steps.failed, 'failed'],
    [steps.skipped, 'skipped'],
    [steps.rolledBack, 'rolled back'],
    [steps.notNeeded, 'not needed'],
    [steps.left, 'left'],
  ] as const
  return [
    `${steps.done} of ${steps.total} done`,
    ...others.flatMap(([number, word]) => (number === 0 ? [] : [`${number} ${word}`])),
  ].join(', ')
}

/** The recovery time against its objective: `12 min, met, 3 min left`. */
export function recoveryText({ recovery }: PackRun): string {
  const took = durationText(recovery.actualMs)
  return recovery.targetMs === undefined ? took : `${took}; ${verdictText({ recovery })}`
}

/** What is out of the ordinary in a run, in a few words; empty where nothing is. */
export function oddText(run: PackRun): string {
  const unsettled = run.unknowns.filter(({ settled }) => settled === undefined).length
  const refused = run.approvals.filter(({ granted }) => !granted).length
  const crashes = run.gaps.filter(({ after }) => after === 'crash').length
  const odd = [
    [run.deviations.length, 'deviation', 'deviations'],
    [run.unknowns.length, 'unknown outcome', 'unknown outcomes'],
    [unsettled, 'not settled', 'not settled'],
    [refused, 'refusal', 'refusals'],
    [run.redactions.length, 'redaction', 'redactions'],
    [crashes, 'crash', 'crashes'],
  ] as const
  return odd
    .flatMap(([number, one, many]) =>
      number === 0 ? [] : [`${number} ${number === 1 ? one : many}`],
    )
    .join(', ')
}

/** Whether the record of a run holds, and who vouches for it. */
export function recordText({ verification, counts }: PackRun): readonly [string, string] {
  if (!verification.ok) return ['does not verify', 'bad']
  const signed =
    verification.checkpoints === 0
      ? 'not signed'
      : verification.signedUpTo === counts.events
        ? 'signed'
        : `signed up to event ${verification.signedUpTo}`
  const witnesses =
    verification.witnesses === 0
      ? 'no witness'
      : `${verification.witnesses} ${verification.witnesses === 1 ? 'witness' : 'witnesses'}`
  return [`verified, ${signed}, ${witnesses}`, verification.checkpoints === 0 ? 'warning' : 'good']
}

export function membershipText({ membership }: PackRun | PackDeleted): string {
  switch (membership) {
    case 'began':
      return ''
    case 'carried-over':
      return 'began before the period'
    case 'deleted':
      return 'before the period; deleted in it'
  }
}
