import type { PackControl, PackRun } from './pack.ts'
import { isCompleted, isOpen, totalsOf, type Population } from './population.ts'

/**
 * What the runs of a period are evidence for in the frameworks auditors ask about: what they show, never that a control is
 * fulfilled, and what has to come from elsewhere. The requirements are in our own words; their texts are: AICPA Trust
 * Services Criteria (2017, with the points of focus of 2022) A1.3; ISO 22301:2019, 8.5; Commission Delegated Regulation (EU)
 * 2024/1774, Article 25; NIST Cybersecurity Framework 2.0, RS.AN-06 with its implementation examples.
 */

const counted = (number: number, one: string, many: string): string =>
  `${number} ${number === 1 ? one : many}`
const runsText = (number: number): string => counted(number, 'run', 'runs')

interface Rule {
  readonly framework: string
  readonly control: string
  readonly asks: string
  readonly elsewhere: string
  /** The runs it looks at. */
  readonly about: (run: PackRun) => boolean
  readonly shows: (about: readonly PackRun[], all: Population) => string
}

const isExercise = ({ mode }: PackRun): boolean => mode !== 'live'
const isLive = ({ mode }: PackRun): boolean => mode === 'live'
const everyRun = (): boolean => true

/** `3 finished with every step, 1 was aborted, 1 is open`. */
function endings(runs: readonly PackRun[]): string {
  const completed = runs.filter(isCompleted).length
  const aborted = runs.filter(({ status }) => status === 'aborted').length
  const open = runs.filter(isOpen).length
  const rest = runs.length - completed - aborted - open
  return [
    `${completed} finished with no step failed or left undone`,
    ...(rest > 0 ? [`${rest} finished otherwise`] : []),
    ...(aborted > 0 ? [`${aborted} aborted`] : []),
    ...(open > 0 ? [`${open} not ended`] : []),
  ].join(', ')
}

/** `3 live, 1 walkthrough`: only what there was. */
function modes(runs: readonly PackRun[]): string {
  const number = (mode: PackRun['mode']): number => runs.filter((run) => run.mode === mode).length
  const all = [
    [number('live'), 'live', 'live'],
    [number('drill'), 'drill', 'drills'],
    [number('walkthrough'), 'walkthrough', 'walkthroughs'],
  ] as const
  return all
    .flatMap(([some, one, many]) => (some === 0 ? [] : [counted(some, one, many)]))
    .join(', ')
}

function objectives(runs: readonly PackRun[]): string {
  const number = (verdict: PackRun['recovery']['verdict']): number =>
    runs.filter(({ recovery }) => recovery.verdict === verdict).length
  const set = runs.length - number('none')
  if (set === 0) return 'None of them has a recovery time objective.'
  const rest = [
    [number('missed'), 'missed it'],
    [number('not-completed'), 'in time without recovering everything'],
    [number('open'), 'not ended'],
  ] as const
  return `Of ${set} with a recovery time objective, ${[`${number('met')} met it`, ...rest.flatMap(([some, words]) => (some === 0 ? [] : [`${some} ${words}`]))].join(', ')}.`
}

/** Runs with a text in any of these fields, in any of their reports. */
function written(runs: readonly PackRun[], ids: readonly string[]): number {
  return runs.filter(({ reports }) =>
    reports.some(({ fields }) => fields.some(({ id }) => ids.includes(id))),
  ).length
}

function reviewed(runs: readonly PackRun[]): number {
  return runs.filter(({ reports }) =>
    reports.some(({ status }) => status === 'reviewed' || status === 'closed'),
  ).length
}

function people(runs: readonly PackRun[]): number {
  return new Set(runs.flatMap((run) => run.people.map(({ who }) => who))).size
}

const SOC2 = { framework: 'SOC 2', control: 'A1.3' }
const ISO = { framework: 'ISO 22301:2019', control: '8.5' }
const DORA = 'DORA, RTS (EU) 2024/1774'
const NIST = { framework: 'NIST CSF 2.0', control: 'RS.AN-06' }

const RULES: readonly Rule[] = [
  {
    ...SOC2,
    asks: 'Procedures of the recovery plan are tested, from time to time, and support the objectives for recovery.',
    about: everyRun,
    shows: (runs) =>
      `${runsText(runs.length)} of ${counted(new Set(runs.map(({ runbook }) => runbook.path)).size, 'runbook', 'runbooks')}: ${modes(runs)}. ${endings(runs)}. ${objectives(runs)}`,
    elsewhere:
      'Which procedures the recovery plan has, how often each has to be tested, and how scenarios follow from threats and from people who may be missing.',
  },
  {
    ...SOC2,
    control: 'A1.3, points of focus',
    asks: 'Continuity plans and systems are revised because of what tests showed; back-ups are tested for completeness.',
    about: everyRun,
    shows: (runs) =>
      `Improvements, follow-up or actions are written for ${written(runs, ['improvements', 'follow-up', 'actions'])} of ${runsText(runs.length)}; what was lost, measured, for ${written(runs, ['recovery-point'])}. ${counted(changedRunbooks(runs), 'runbook', 'runbooks')} changed between runs.`,
    elsewhere: 'That the actions were done, and tests of back-ups that are not runbooks.',
  },
  {
    ...ISO,
    asks: 'A programme of exercises and tests, at planned intervals and after significant changes, with aims that are defined beforehand.',
    about: isExercise,
    shows: (runs) =>
      `${counted(runs.length, 'exercise', 'exercises')}: ${modes(runs)}. ${endings(runs)}. Objectives and criteria are written for ${written(runs, ['objectives'])}, a scenario for ${written(runs, ['scenario'])}.`,
    elsewhere: 'The programme itself, its intervals, and which changes called for an exercise.',
  },
  {
    ...ISO,
    asks: 'Those who have a role develop teamwork, competence and confidence.',
    about: everyRun,
    shows: (runs) =>
      `${counted(people(runs), 'name', 'names')} held a role in these runs; each run says who held which. Muster records the names as they were typed.`,
    elsewhere: 'Who should have taken part, and that the names are those people.',
  },
  {
    ...ISO,
    asks: 'Formal reports after each exercise, with outcomes, recommendations and actions, which are reviewed and acted upon.',
    about: isExercise,
    shows: (runs) =>
      `Every run has a report that is computed from its record. People have written in ${runs.filter(({ reports }) => reports.length > 0).length} of ${runs.length}; reviewed or closed: ${reviewed(runs)}; signed off: ${written(runs, ['sign-off'])}.`,
    elsewhere: 'That the recommendations were acted upon.',
  },
  {
    framework: DORA,
    control: 'Article 25(2)',
    asks: 'Tests of the ICT continuity plans show whether critical functions go on: severe but plausible scenarios, switch-over to redundant capacity, back-ups and facilities, services of third parties, the ability of staff and systems to respond.',
    about: everyRun,
    shows: (runs) =>
      `${modes(runs)}; ${runs.filter(({ runbook }) => runbook.kind === 'failover').length} of runbooks of the kind failover. Each has the exact commands, where they were sent and how they ended: ${counted(
        runs.reduce((sum, { counts }) => sum + counts.executions, 0),
        'execution',
        'executions',
      )}, ${runs.reduce((sum, { counts }) => sum + counts.unknown, 0)} with an outcome that nobody saw. ${objectives(runs)}`,
    elsewhere:
      'The business impact analysis and the risk assessment that scenarios follow from, which functions are critical, the tests that third parties took part in, and crisis communication.',
  },
  {
    framework: DORA,
    control: 'Article 25(5)',
    asks: 'Test results are documented; deficiencies are analysed, addressed and reported to the management body.',
    about: everyRun,
    shows: (runs) =>
      `${counted(
        runs.reduce((sum, { deviations }) => sum + deviations.length, 0),
        'deviation',
        'deviations',
      )}, each with a reason and who gave it; ${counted(
        runs.reduce(
          (sum, { unknowns }) =>
            sum + unknowns.filter(({ settled }) => settled === undefined).length,
          0,
        ),
        'unknown outcome',
        'unknown outcomes',
      )} not settled. Exceptions are judged in ${written(runs, ['exceptions', 'improvements', 'contributing'])} of ${runsText(runs.length)}, follow-up is written in ${written(runs, ['follow-up', 'improvements', 'actions'])}.`,
    elsewhere: 'That deficiencies were put right, and that the management body was told.',
  },
  {
    ...NIST,
    asks: 'What is done while an incident is looked into is recorded by those who do it.',
    about: isLive,
    shows: (runs) =>
      `${runsText(runs.length)} for real, with ${counted(
        runs.reduce((sum, { counts }) => sum + counts.events, 0),
        'event',
        'events',
      )}: each command is recorded before it is sent, each terminal that a person typed into with what it showed (${runs.reduce((sum, { terminals }) => sum + terminals, 0)}), each decision with its options (${runs.reduce((sum, { decisions }) => sum + decisions, 0)}).`,
    elsewhere: 'What was done outside of Muster.',
  },
  {
    ...NIST,
    asks: 'The integrity and the provenance of the records are preserved.',
    about: everyRun,
    shows: (runs, all) => {
      const totals = totalsOf(all)
      const signed = runs.filter(({ verification }) => verification.checkpoints > 0).length
      return `Of ${runsText(runs.length)}, ${runs.filter(({ verification }) => verification.ok).length} verified when this pack was made; ${signed} signed by a device key; ${runs.filter(({ verification }) => verification.witnesses > 0).length} with a witness outside. ${counted(
        runs.reduce((sum, { redactions }) => sum + redactions.length, 0),
        'output was',
        'outputs were',
      )} taken out and ${counted(totals.deleted, 'run', 'runs')} of the period deleted, each with who, when and why.`
    },
    elsewhere:
      'Who kept a checkpoint or its words: without such a witness, whoever holds the key can write a record anew. And that no run was removed without a trace.',
  },
]

function changedRunbooks(runs: readonly PackRun[]): number {
  const versions = new Map<string, Set<string>>()
  for (const { runbook } of runs) {
    const known = versions.get(runbook.path) ?? new Set()
    versions.set(runbook.path, known.add(runbook.sha256))
  }
  return [...versions.values()].filter((some) => some.size > 1).length
}

/** The control map over the runs that began in the period; deleted ones cannot show anything any more. */
export function packControls(population: Population): readonly PackControl[] {
  const began = population.runs.filter(({ membership }) => membership === 'began')
  return RULES.map(({ framework, control, asks, elsewhere, about, shows }) => {
    const runs = began.filter(about)
    return {
      framework,
      control,
      asks,
      shows: runs.length === 0 ? 'Nothing: there was no such run.' : shows(runs, population),
      elsewhere,
      runs: runs.map(({ run }) => run),
    }
  })
}
