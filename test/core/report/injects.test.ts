import { describe, expect, it } from 'vitest'
import { buildReport } from '../../../main/core/report/build.ts'
import { Collector } from '../../../main/core/report/collect.ts'
import { flagsOf } from '../../../main/core/report/gantt-injects.ts'
import { ganttOf } from '../../../main/core/report/gantt.ts'
import { reportSchema, type Report } from '../../../main/core/report/report.ts'
import { sectionBody, sectionsOf } from '../../../main/core/report/sections.ts'
import { treeMarkdown } from '../../../main/core/report/tree-markdown.ts'
import { treeMarkup } from '../../../main/core/report/tree.ts'
import { clockIn } from '../../../main/core/report/zone.ts'
import type { Plan } from '../../../main/core/run/plan.ts'
import { REPORT_KINDS } from '../../../main/core/run/reports.ts'
import { EPOCH, planWith, Play, starting, step } from '../run/support/play.ts'

const MINUTE = 60_000
const CLOCK = clockIn('UTC')
const INJECTS: Plan['injects'] = [
  { atMs: 20 * MINUTE, fault: 'The replica falls behind.', expected: 'The lag is looked at.' },
  { atMs: 1_000, fault: 'The primary is cut off', expected: 'The primary is <fenced>' },
  { atMs: 120 * MINUTE, fault: 'The commander leaves', expected: 'The command is handed over' },
]

function exercise(injects: Plan['injects'] = INJECTS): Play {
  return new Play()
    .must(starting({ ...planWith(step('one'), step('two')), injects }, 'walkthrough'))
    .must({ type: 'step.begin', step: 'one' })
}

/** As it is told an hour after the epoch. */
function report(play: Play): Report {
  const collector = new Collector()
  for (const event of play.events) collector.add(event)
  const collected = collector.collected()
  if (collected === undefined) throw new Error('No run.')
  return buildReport(collected, {
    kind: 'after-action',
    now: EPOCH + 60 * MINUTE,
    open: true,
    earlier: [],
    usualMs: {},
  })
}

function section(play: Play): string {
  return treeMarkdown(sectionBody(report(play), 'injects', CLOCK))
}

function chart(play: Play): string {
  return treeMarkup(ganttOf(report(play), CLOCK)).text
}

const GIVE = { type: 'inject.give', inject: 2, note: 'By telephone.' } as const

describe('the injects of a report', () => {
  it('are those of the plan by their times, with what was made of each', () => {
    const made = report(exercise().must(GIVE, 'Grace'))
    expect(made.injects).toMatchObject([
      {
        number: 2,
        at: EPOCH + 2_000,
        atMs: 1_000,
        given: { seq: 3, at: EPOCH + 3_000, by: 'Grace', note: 'By telephone.' },
      },
      { number: 1, atMs: 20 * MINUTE, fault: 'The replica falls behind.' },
      { number: 3, atMs: 120 * MINUTE },
    ])
    expect(made.injects[1]).not.toHaveProperty('given')
    expect(reportSchema.parse(JSON.parse(JSON.stringify(made)))).toEqual(made)
  })

  it('have a section in every kind of report, and none where there are none', () => {
    const made = report(exercise())
    for (const kind of REPORT_KINDS) expect(sectionsOf({ ...made, kind })).toContain('injects')
    expect(sectionsOf(report(exercise([])))).not.toContain('injects')
    const live = new Play().must(starting({ ...planWith(step('one')), injects: INJECTS }))
    expect(report(live).injects).toEqual([])
  })

  it('are told with the planned time, what was expected, who gave them when, and how', () => {
    expect(section(exercise().must(GIVE, 'Grace')).split('\n')).toEqual([
      '1 of 3 injects given.',
      '',
      '| No. | Planned | Given | Fault, expected action, note |',
      '| --- | --- | --- | --- |',
      '| 2 | 2026-01-28 03:00:02 UTC 1.0 s after the start | 2026-01-28 03:00:03 UTC | **The primary is cut off.** Expected: The primary is \\<fenced\\>. Given by Grace (event 3) “By telephone.” |',
      '| 1 | 2026-01-28 03:20:01 UTC 20 min after the start | due, and not given yet | **The replica falls behind.** Expected: The lag is looked at. |',
      '| 3 | 2026-01-28 05:00:01 UTC 2 h after the start | not due yet | **The commander leaves.** Expected: The command is handed over. |',
    ])
  })

  it('say how early or late they came, and at the end which were never given', () => {
    const play = exercise([
      { atMs: 20 * MINUTE, fault: 'A', expected: 'a' },
      { atMs: 0, fault: 'B', expected: 'b' },
      { atMs: 30 * MINUTE, fault: 'C', expected: 'c' },
    ])
      .must({ type: 'inject.give', inject: 1 })
      .must({ type: 'run.finish', reason: 'enough' })
    const text = section(play)
    expect(text).toContain('UTC 19 min 58 s early | **A.** Expected: a. Given by Ada (event 3) |')
    expect(text).toContain('UTC at the start | not given | **B.** Expected: b. |')
    expect(text).toContain('| not given, the run was over before | **C.** Expected: c. |')
  })
})

describe('the chart', () => {
  it('has a numbered flag where an inject was given, with its words, and says so to who cannot see it', () => {
    const svg = chart(exercise().must(GIVE, 'Grace'))
    expect(svg).toContain(
      '<title>Inject 2: The primary is cut off. Given by Grace at 2026-01-28 03:00:03 UTC. Expected: The primary is &lt;fenced&gt;.</title>',
    )
    expect(svg).toMatch(/<text [^>]*font-weight="600"[^>]*>2<\/text>/u)
    expect(svg).toContain('Numbered flag: when that inject was given.')
    expect(svg).toMatch(/aria-label="[^"]* 1 inject given; the table of injects says when\."/u)
  })

  it('of a run where none was given is that of a run that has none, byte for byte', () => {
    expect(chart(exercise())).toBe(chart(exercise([])))
    expect(chart(exercise())).not.toContain('inject')
  })

  it('keeps flags apart that are near each other, and puts the first of them highest', () => {
    const play = exercise().must(GIVE).must({ type: 'inject.give', inject: 1 })
    const { injects } = report(play)
    const lanes = (width: number): readonly (readonly [number, number])[] =>
      flagsOf({ injects }, (at) => ((at - EPOCH) / MINUTE) * width).map(({ inject, lane }) => [
        inject.number,
        lane,
      ])
    expect(lanes(60)).toEqual([
      [2, 0],
      [1, 1],
    ])
    expect(lanes(6_000)).toEqual([
      [2, 0],
      [1, 0],
    ])
  })

  it('does not grow without end when many are given at once', () => {
    const many = Array.from({ length: 40 }, (_, index) => ({
      atMs: index,
      fault: 'A',
      expected: 'a',
    }))
    const play = exercise(many)
    for (let inject = 1; inject <= 40; inject += 1) play.must({ type: 'inject.give', inject })
    const flags = flagsOf(report(play), () => 300)
    expect(flags).toHaveLength(40)
    expect(Math.max(...flags.map(({ lane }) => lane))).toBe(3)
  })
})
