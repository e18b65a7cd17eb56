import { describe, expect, it } from 'vitest'
import { rowsFromText } from '../../../main/core/run/report-rows.ts'
import { REPORT_FIELDS, REPORT_KINDS, REPORT_STATUSES } from '../../../main/core/run/reports.ts'
import { Play, planWith, starting, step } from './support/play.ts'

/** What people write about a run: kept as events, in every phase of it. */

const PLAN = planWith(step('one'))

function ended(): Play {
  return new Play().must(starting(PLAN)).must({ type: 'run.abort', reason: 'enough' })
}

describe('the fields of a report', () => {
  it('have ids of their own within each kind', () => {
    for (const kind of REPORT_KINDS) {
      const ids = REPORT_FIELDS[kind].map(({ id }) => id)
      expect(new Set(ids).size).toBe(ids.length)
    }
  })

  it('are written while the run goes on and after it, and the last text counts', () => {
    const play = new Play().must(starting(PLAN))
    play.must({ type: 'report.edit', report: 'audit', field: 'owner', text: 'Ada' })
    play.must({ type: 'run.abort', reason: 'enough' })
    play.must({ type: 'report.edit', report: 'audit', field: 'owner', text: 'Grace' })
    expect(play.now.reports?.audit?.fields['owner']?.text).toBe('Grace')
    expect(
      play.ask({ type: 'report.edit', report: 'audit', field: 'owner', text: 'Grace' }),
    ).toMatchObject({ ok: false, code: 'same-text' })
  })

  it('are known: one that does not exist is refused with the names of those that do', () => {
    const decision = ended().ask({
      type: 'report.edit',
      report: 'audit',
      field: 'toString',
      text: 'x',
    })
    expect(decision).toMatchObject({ ok: false, code: 'no-field' })
    expect(decision.ok || decision.message).toContain('exceptions')
  })
})

describe('a field with a form of its own', () => {
  it.each([
    ['detected', '2026-11-20T03:12:00Z', 'yesterday at three'],
    ['data-loss', '45s', 'a little'],
    ['owner', 'Ada', 'Ada\nand Grace'],
  ])('%s takes %j, and not %j', (field, fits, misfits) => {
    const play = ended()
    const edit = { type: 'report.edit', report: 'post-mortem', field } as const
    expect(play.ask({ ...edit, text: misfits })).toMatchObject({ ok: false, code: 'misfit' })
    play.must({ ...edit, text: fits })
    play.must({ ...edit, text: '' })
  })

  it('a list has rows, and its text is made from them', () => {
    const play = ended()
    const rows = [
      { kind: 'detect' as const, what: 'Alarm on\nthe queue', owner: 'Ada', due: '2026-12-24' },
      { what: 'Ask the bank' },
    ]
    const edit = { type: 'report.edit', report: 'post-mortem', text: 'not this' } as const
    play.must({ ...edit, field: 'actions', rows })
    expect(play.now.reports?.['post-mortem']?.fields['actions']).toMatchObject({
      text: 'detect; Alarm on the queue; Ada; 2026-12-24\nAsk the bank',
      rows,
    })
    expect(play.ask({ ...edit, field: 'summary', rows })).toMatchObject({
      ok: false,
      code: 'no-list',
    })
  })

  it('what was written as text before there were rows reads as rows, as far as it tells', () => {
    const columns = ['kind', 'what', 'owner', 'due'] as const
    expect(
      rowsFromText(
        '- Prevent; an alarm; Ada; 2026-12-24\n\nask the bank\nbuy; sell; Grace',
        columns,
      ),
    ).toEqual([
      { kind: 'prevent', what: 'an alarm', owner: 'Ada', due: '2026-12-24' },
      { what: 'ask the bank' },
      { what: 'buy; sell', owner: 'Grace' },
    ])
    expect(rowsFromText(';;;', columns)).toEqual([{ what: ';;;' }])
  })
})

describe('two who write into one field', () => {
  const edit = { type: 'report.edit', report: 'audit', field: 'purpose' } as const

  it('do not overwrite each other unseen', () => {
    const play = ended()
    play.must({ ...edit, text: 'one', before: '' })
    expect(play.ask({ ...edit, text: 'two', before: '' })).toMatchObject({
      ok: false,
      code: 'text-changed',
      message: expect.stringContaining('Ada has written into Purpose meanwhile'),
    })
    play.must({ ...edit, text: 'two', before: 'one' })
  })

  it('what was recorded and not acknowledged is not a second text', () => {
    const play = ended()
    play.must({ ...edit, text: 'one', before: '' })
    expect(play.ask({ ...edit, text: 'one', before: '' })).toMatchObject({
      ok: false,
      code: 'same-text',
    })
  })
})

describe('the states of a draft', () => {
  it('are gone through one by one, and back only with a reason', () => {
    const play = ended()
    expect(play.ask({ type: 'report.move', report: 'audit', to: 'closed' })).toMatchObject({
      ok: false,
      code: 'report-order',
    })
    for (const to of REPORT_STATUSES.slice(1))
      play.must({ type: 'report.move', report: 'audit', to })
    const back = { type: 'report.move', report: 'audit', to: 'draft' } as const
    expect(play.ask(back)).toMatchObject({ ok: false, needsReason: true })
    play.must({ ...back, reason: 'a name was wrong' })
    expect(play.now.reports?.audit?.status).toBe('draft')
  })

  it('keep what was reviewed from being changed', () => {
    const play = ended()
    play.must({ type: 'report.move', report: 'audit', to: 'in-review' })
    play.must({ type: 'report.edit', report: 'audit', field: 'owner', text: 'Ada' })
    play.must({ type: 'report.move', report: 'audit', to: 'reviewed' })
    expect(
      play.ask({ type: 'report.edit', report: 'audit', field: 'owner', text: 'Eve' }),
    ).toMatchObject({ ok: false, code: 'report-reviewed' })
  })

  it('do not close while the run is open', () => {
    const play = new Play().must(starting(PLAN))
    play.must({ type: 'report.move', report: 'audit', to: 'in-review' })
    play.must({ type: 'report.move', report: 'audit', to: 'reviewed' })
    expect(play.ask({ type: 'report.move', report: 'audit', to: 'closed' })).toMatchObject({
      ok: false,
      code: 'run-open',
    })
  })
})

describe('pins', () => {
  it('name events that there are, once', () => {
    const play = ended()
    expect(play.ask({ type: 'timeline.pin', event: 99, pinned: true })).toMatchObject({
      ok: false,
      code: 'no-event',
    })
    play.must({ type: 'timeline.pin', event: 2, pinned: true })
    play.must({ type: 'timeline.pin', event: 1, pinned: true })
    expect(play.now.pins).toEqual([1, 2])
    expect(play.ask({ type: 'timeline.pin', event: 1, pinned: true })).toMatchObject({
      ok: false,
      code: 'same-pin',
    })
    play.must({ type: 'timeline.pin', event: 1, pinned: false })
    expect(play.now.pins).toEqual([2])
  })
})
