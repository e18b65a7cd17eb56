import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnyCommand } from '../../../main/core/run/commands.ts'
import { runEventSchema } from '../../../main/core/run/events.ts'
import { replay } from '../../../main/core/run/replay.ts'
import { isSettled } from '../../../main/core/run/state.ts'
import { block, planWith, Play, starting, step } from './support/play.ts'

/** Whatever is asked in whatever order, these things hold. */

const PLAN = planWith(
  step('one', {
    blocks: [block('one/1'), block('one/2', { verb: 'check' })],
    items: [{ id: 'one/item-1', text: '' }],
  }),
  step('two', {
    decide: {
      question: '?',
      options: [
        { id: 'left', label: '' },
        { id: 'right', label: '' },
      ],
    },
    needs: ['one'],
  }),
  step('three', {
    when: ['left'],
    risk: 'destructive',
    target: 'laptop',
    approve: { role: 'commander', quorum: 2 },
    blocks: [block('three/1'), block('three/2', { verb: 'rollback' })],
  }),
  step('four', { when: ['right'], retry: { attempts: 3, everyMs: 1 }, blocks: [block('four/1')] }),
)
const STEPS = PLAN.steps.map(({ id }) => id)
const BLOCKS = PLAN.steps.flatMap(({ blocks }) => blocks.map(({ id }) => id))
const PEOPLE = ['Ada', 'Grace', 'Linus']

const aStep = fc.constantFrom(...STEPS)
const aBlock = fc.constantFrom(...BLOCKS)
const person = fc.constantFrom(...PEOPLE)
const reason = fc.constantFrom('because', 'it must be')
const maybeReason = fc
  .option(reason, { nil: undefined })
  .map((text) => (text === undefined ? {} : { reason: text }))
const outcome = fc.oneof(
  fc.record({ kind: fc.constant('exited' as const), code: fc.integer({ min: 0, max: 2 }) }),
  fc.constant({ kind: 'disconnected' as const, detail: 'cut' }),
  fc.constant({ kind: 'unknown' as const, detail: 'gone' }),
  fc.constant({ kind: 'timed-out' as const, afterMs: 10 }),
  fc.constant({ kind: 'cancelled' as const }),
)

const command: fc.Arbitrary<AnyCommand> = fc.oneof(
  fc
    .tuple(aStep, maybeReason)
    .map(([id, why]): AnyCommand => ({ type: 'step.begin', step: id, ...why })),
  aStep.map((id): AnyCommand => ({ type: 'step.complete', step: id })),
  fc
    .tuple(aStep, reason)
    .map(([id, why]): AnyCommand => ({ type: 'step.skip', step: id, reason: why })),
  fc
    .tuple(aStep, reason, fc.constantFrom('done' as const, 'failed' as const))
    .map(([id, why, as]): AnyCommand => ({
      type: 'step.mark',
      step: id,
      outcome: as,
      reason: why,
    })),
  fc
    .tuple(aStep, reason)
    .map(([id, why]): AnyCommand => ({ type: 'step.reopen', step: id, reason: why })),
  fc
    .tuple(aBlock, maybeReason)
    .map(([id, why]): AnyCommand => ({ type: 'block.run', block: id, ...why })),
  fc.tuple(aBlock, reason).map(([id, why]): AnyCommand => ({
    type: 'block.run',
    block: id,
    edit: { text: 'other', reason: why },
    reason: why,
  })),
  aBlock.map((id): AnyCommand => ({ type: 'block.stop', block: id, rung: 'interrupt' })),
  fc
    .tuple(aBlock, fc.integer({ min: 1, max: 3 }), outcome)
    .map(([id, attempt, ended]): AnyCommand => ({
      type: 'block.report',
      block: id,
      attempt,
      outcome: ended,
      gates: [
        { gate: 'exit', passed: ended.kind === 'exited' && ended.code === 0, wanted: '', seen: '' },
      ],
      durationMs: 1,
    })),
  fc
    .tuple(aBlock, fc.integer({ min: 1, max: 3 }))
    .map(([id, attempt]): AnyCommand => ({ type: 'block.retry', block: id, attempt })),
  fc
    .tuple(aBlock, reason, fc.constantFrom('done' as const, 'failed' as const))
    .map(([id, why, as]): AnyCommand => ({ type: 'block.resolve', block: id, as, reason: why })),
  fc.constantFrom<AnyCommand>(
    { type: 'item.confirm', item: 'one/item-1' },
    { type: 'item.unconfirm', item: 'one/item-1' },
    { type: 'decision.make', step: 'two', option: 'left' },
    { type: 'decision.make', step: 'two', option: 'right' },
    { type: 'run.pause' },
    { type: 'run.resume' },
    { type: 'run.finish', reason: 'over' },
    { type: 'run.suspend' },
    { type: 'run.reopen', after: 'crash', recovered: [] },
    { type: 'severity.change', to: 'SEV2' },
    { type: 'note.add', kind: 'note', text: 'seen' },
  ),
  fc
    .tuple(aBlock, person)
    .map(([id, by]): AnyCommand => ({ type: 'approval.grant', block: id, by })),
  fc
    .tuple(aBlock, person, reason)
    .map(([id, by, why]): AnyCommand => ({ type: 'approval.refuse', block: id, by, reason: why })),
  fc
    .tuple(person)
    .map(([to]): AnyCommand => ({ type: 'role.offer', role: 'commander', to, brief: '' })),
  fc.tuple(person).map(([by]): AnyCommand => ({ type: 'role.accept', role: 'commander', by })),
  fc
    .tuple(aStep, reason)
    .map(([id, why]): AnyCommand => ({ type: 'rollback.begin', step: id, reason: why })),
  fc.tuple(aStep, maybeReason).map(([id, why]): AnyCommand => ({
    type: 'rollback.complete',
    step: id,
    outcome: 'done',
    ...why,
  })),
)

function played(commands: readonly AnyCommand[]): Play {
  const play = new Play().must(starting(PLAN))
  for (const one of commands) play.ask(one)
  return play
}

const sequences = fc.array(command, { minLength: 5, maxLength: 60 })
const RUNS = { numRuns: 300, seed: 20_261_120 }

describe('any sequence of commands', () => {
  it('gives a state that replaying its events gives again', () => {
    fc.assert(
      fc.property(sequences, (commands) => {
        const play = played(commands)
        expect(replay(play.events)).toEqual(play.state)
      }),
      RUNS,
    )
  })

  it('gives events that survive JSON and their schema', () => {
    fc.assert(
      fc.property(sequences, (commands) => {
        for (const event of played(commands).events) {
          expect(runEventSchema.parse(JSON.parse(JSON.stringify(event)))).toEqual(event)
        }
      }),
      RUNS,
    )
  })

  it('starts no block twice without a decision, has no result without a start, and never two at once', () => {
    fc.assert(
      fc.property(sequences, (commands) => {
        const attempts = new Map<string, number>()
        const running = new Set<string>()
        for (const event of played(commands).events) {
          if (event.type === 'block.started') {
            const before = attempts.get(event.data.block) ?? 0
            expect(event.data.attempt).toBe(before + 1)
            expect(running.has(event.data.block)).toBe(false)
            if (before > 0) expect(event.data.again).toBeDefined()
            attempts.set(event.data.block, event.data.attempt)
            running.add(event.data.block)
          }
          if (event.type === 'block.finished') {
            expect(running.delete(event.data.block)).toBe(true)
            expect(event.data.attempt).toBe(attempts.get(event.data.block))
          }
        }
      }),
      RUNS,
    )
  })

  it('never lets an unknown outcome pass a gate', () => {
    fc.assert(
      fc.property(sequences, (commands) => {
        for (const event of played(commands).events) {
          if (event.type === 'block.finished' && event.data.outcome.kind !== 'exited')
            expect(event.data.passed).toBe(false)
        }
      }),
      RUNS,
    )
  })

  it('never starts something destructive without two persons, one of them the commander of that moment', () => {
    fc.assert(
      fc.property(sequences, (commands) => {
        let commander = 'Ada'
        let approvals = new Set<string>()
        for (const event of played(commands).events) {
          if (event.type === 'role.accepted' && event.data.role === 'commander')
            commander = event.data.by
          if (
            event.type === 'approval.granted' &&
            event.data.block === 'three/1' &&
            event.data.text === 'echo three/1'
          )
            approvals.add(event.data.by)
          if (event.type === 'approval.refused' && event.data.block === 'three/1')
            approvals = new Set()
          if (event.type === 'block.started' && event.data.block === 'three/1') {
            expect(event.data.text).toBe('echo three/1')
            expect(approvals.size).toBeGreaterThanOrEqual(2)
            expect(approvals.has(commander)).toBe(true)
            approvals = new Set()
          }
        }
      }),
      RUNS,
    )
  })

  it('finishes a run with exactly its open steps on record', () => {
    fc.assert(
      fc.property(sequences, (commands) => {
        const play = played(commands)
        const finished = play.events.find(({ type }) => type === 'run.finished')
        if (finished?.type !== 'run.finished') return
        const open = Object.values(play.now.steps).filter(({ status }) => !isSettled(status))
        expect(finished.data.open).toEqual(open.map(({ id }) => id))
      }),
      RUNS,
    )
  })
})
