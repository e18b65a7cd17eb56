import { assert, constantFrom, property, string, uint8Array } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { commandSchema, type Command } from '../../../main/core/run/commands.ts'
import { briefOf } from '../../../renderer/features/run/model/brief.ts'
import {
  deadlineClock,
  recoveryClock,
  stepClock,
} from '../../../renderer/features/run/model/clocks.ts'
import {
  deadlinesOf,
  escalationNote,
  updateNote,
} from '../../../renderer/features/run/model/deadlines.ts'
import { peopleOf } from '../../../renderer/features/run/model/people.ts'
import { previewOf } from '../../../renderer/features/run/model/preview.ts'
import { reasonTitle, withReason } from '../../../renderer/features/run/model/reason.ts'
import { plan, stateOf } from './plan-fixture.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

describe('preview of an output', () => {
  test('the last lines, and that something is left out', () => {
    expect(previewOf(bytes('1\n2\n3\n4\n'), 2, true)).toEqual({ text: '3\n4', cut: true })
    expect(previewOf(bytes('1\n2\n'), 2, true)).toEqual({ text: '1\n2', cut: false })
    expect(previewOf(bytes('1\n'), 2, false).cut).toBe(true)
  })

  test('escape sequences do not show and do not act', () => {
    const hostile =
      '\u001b[31mred\u001b[0m \u001b]0;title\u0007\u001b]52;c;cm0gLXJm\u001b\\done\u001b(B'
    expect(previewOf(bytes(hostile), 5, true).text).toBe('red done')
  })

  test('a line that was drawn over shows its last state', () => {
    expect(previewOf(bytes('10%\r50%\r100%\nok\r\n'), 5, true).text).toBe('100%\nok')
  })

  test('property: any bytes give text without controls', () => {
    assert(
      property(uint8Array({ maxLength: 300 }), (given) => {
        expect(previewOf(given, 5, true).text).not.toMatch(
          /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/,
        )
      }),
    )
  })
})

/** One of each command that can carry a reason. */
const REASONED: readonly Command[] = [
  { type: 'step.begin', step: 's' },
  { type: 'step.skip', step: 's', reason: 'x' },
  { type: 'step.mark', step: 's', outcome: 'done', reason: 'x' },
  { type: 'step.reopen', step: 's', reason: 'x' },
  { type: 'block.run', block: 'b' },
  { type: 'block.run', block: 'b', edit: { text: 't', reason: 'x' } },
  { type: 'block.resolve', block: 'b', as: 'done', reason: 'x' },
  { type: 'approval.refuse', block: 'b', by: 'Ben', reason: 'x' },
  { type: 'decision.make', step: 's', option: 'o' },
  { type: 'severity.change', to: 'SEV2' },
  { type: 'rollback.begin', step: 's', reason: 'x' },
  { type: 'rollback.complete', step: 's', outcome: 'done' },
  { type: 'run.pause' },
  { type: 'run.finish' },
  { type: 'run.abort', reason: 'x' },
]

describe('reasons', () => {
  test('property: every command that can carry a reason carries the one that was given, and stays valid', () => {
    const words = string({ minLength: 1 }).filter((text) => text.trim() !== '')
    assert(
      property(constantFrom(...REASONED), words, (command, reason) => {
        const result = withReason(command, reason.trim())
        expect(result).toMatchObject({ type: command.type, reason: reason.trim() })
        expect(commandSchema.safeParse(result).success).toBe(true)
      }),
    )
  })

  test('a command without a reason stays as it is', () => {
    const confirm: Command = { type: 'item.confirm', item: 'i' }
    expect(withReason(confirm, 'why')).toEqual(confirm)
  })

  test('the question names what is about to happen', () => {
    for (const command of REASONED) expect(reasonTitle(command)).toMatch(/\?$/)
  })
})

describe('clocks', () => {
  test('recovery counts from the declaration where there is one, else from the start', () => {
    const declared = stateOf({ declaredAt: 500_000 })
    expect(recoveryClock(declared, 1_000_000)).toMatchObject({
      label: 'Since declared',
      value: '08:20',
      detail: 'RTO 15:00, 06:40 left',
      urgency: 'calm',
    })
    expect(recoveryClock(stateOf(), 1_010_000)).toMatchObject({
      label: 'Since start',
      value: '00:10',
    })
  })

  test('past the objective it says by how much; at the end it stands still', () => {
    const over = recoveryClock(stateOf({ startedAt: 0 }), 960_000)
    expect(over).toMatchObject({ urgency: 'over', detail: 'RTO 15:00, 01:00 over' })
    const ended = stateOf({ startedAt: 0, endedAt: 60_000, phase: 'finished' })
    expect(recoveryClock(ended, 999_999)).toMatchObject({ label: 'Total time', value: '01:00' })
  })

  test('the step clock shows the budget of an open step and nothing of a closed one', () => {
    const promote = plan.steps[1]
    const base = stateOf()
    const at = base.steps['promote']
    if (at === undefined) throw new Error('the fixture has the step')
    const open = stateOf({
      steps: { ...base.steps, promote: { ...at, status: 'active', begunAt: 1_000_000 } },
    })
    expect(stepClock(open, promote, 1_170_000)).toMatchObject({
      value: '02:50',
      detail: 'plan 03:00, 00:10 left',
      urgency: 'near',
    })
    expect(stepClock(base, promote, 1_170_000)).toBeUndefined()
  })
})

describe('deadlines', () => {
  const MINUTE = 60_000

  test('escalations count from the declaration, updates from the last one posted; the most pressing comes first', () => {
    const state = stateOf({ declaredAt: 0, startedAt: 10 * MINUTE })
    expect(deadlinesOf(state).map(({ kind, at }) => [kind, at / MINUTE])).toEqual([
      ['escalation', 15],
      ['update', 40],
    ])
    const posted = stateOf({
      declaredAt: 0,
      startedAt: 10 * MINUTE,
      notes: [
        [
          { seq: 2, kind: 'note', text: escalationNote('Team lead'), by: 'Ann', at: 14 * MINUTE },
          { seq: 3, kind: 'note', text: updateNote('#incident'), by: 'Ann', at: 20 * MINUTE },
        ],
      ],
    })
    expect(deadlinesOf(posted).map(({ kind, at }) => [kind, at / MINUTE])).toEqual([['update', 50]])
    expect(deadlinesOf({ ...posted, phase: 'finished' })).toEqual([])
  })

  test('the clock is near in the last five minutes and says when it is overdue', () => {
    const state = stateOf({ declaredAt: 0, startedAt: 0 })
    expect(deadlineClock(state, 9 * MINUTE)).toMatchObject({
      label: 'Escalate',
      value: '06:00',
      urgency: 'calm',
    })
    expect(deadlineClock(state, 11 * MINUTE)).toMatchObject({
      value: '04:00',
      detail: 'to Team lead',
      urgency: 'near',
    })
    expect(deadlineClock(state, 16 * MINUTE)).toMatchObject({
      value: '01:00',
      detail: 'overdue, to Team lead',
      urgency: 'over',
    })
  })
})

describe('people and the handover brief', () => {
  test('each name once, the commander first', () => {
    const state = stateOf({
      roles: { commander: 'Ann', operator: 'Ben' },
      offers: { operator: { to: 'Cleo', brief: '' } },
    })
    expect(peopleOf(state, ['Ben', 'Dee'])).toEqual(['Ann', 'Ben', 'Cleo', 'Dee'])
  })

  test('the brief says where the run stands and what is still to do', () => {
    const base = stateOf({
      severity: 'SEV1',
      notes: [[{ seq: 1, kind: 'todo', text: 'call the bank', by: 'Ann', at: 1 }]],
    })
    const brief = briefOf(base, 1_060_000)
    expect(brief).toContain('SEV1, running for 1 min; 0 of 3 steps settled.')
    expect(brief).toContain('Now at: Assess.')
    expect(brief).toContain('To do: call the bank')
  })
})
