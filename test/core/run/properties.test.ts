import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnyCommand } from '../../../main/core/run/commands.ts'
import { decide } from '../../../main/core/run/decide.ts'
import { runEventSchema } from '../../../main/core/run/events.ts'
import { replay } from '../../../main/core/run/replay.ts'
import { openGates } from '../../../main/core/run/rules.ts'
import { isSettled } from '../../../main/core/run/state.ts'
import { block, EPOCH, planWith, Play, starting, step } from './support/play.ts'

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

  it('keeps every step, block and item, each in one state, and settled and open are all', () => {
    fc.assert(
      fc.property(sequences, (commands) => {
        const { steps, blocks, items } = played(commands).now
        expect(Object.keys(steps)).toEqual(STEPS)
        expect(Object.keys(blocks)).toEqual(BLOCKS)
        expect(Object.keys(items)).toEqual(['one/item-1'])
        const settled = Object.values(steps).filter(({ status }) => isSettled(status))
        const open = Object.values(steps).filter(({ status }) =>
          ['pending', 'active', 'rolling-back'].includes(status),
        )
        expect(settled.length + open.length).toBe(STEPS.length)
        for (const block of Object.values(blocks)) {
          const last = block.attempts.at(-1)
          expect(block.status === 'running').toBe(last !== undefined && last.outcome === undefined)
        }
      }),
      RUNS,
    )
  })

  it('never changes a state: what was decided on is what was seen', () => {
    fc.assert(
      fc.property(sequences, (commands) => {
        const play = new Play().must(starting(PLAN))
        for (const one of commands) {
          freeze(play.state)
          play.ask(one)
        }
      }),
      { ...RUNS, numRuns: 100 },
    )
  })

  it('gives the same decision for the same state and command', () => {
    fc.assert(
      fc.property(sequences, command, (commands, last) => {
        const { state } = played(commands)
        const context = { actor: 'Ada', now: EPOCH }
        expect(decide(state, last, context)).toEqual(decide(state, last, context))
      }),
      { ...RUNS, numRuns: 100 },
    )
  })

  it('finishes an active step in the very decision that closes its last gate', () => {
    fc.assert(
      fc.property(sequences, (commands) => {
        const play = new Play().must(starting(PLAN))
        for (const one of commands) {
          const decision = play.ask(one)
          if (!decision.ok || play.now.phase !== 'running') continue
          // Reopened with everything closed, a step waits for a person.
          const reopened = play.now.deviations.some(({ kind }) => kind === 'reopened')
          if (reopened) return
          for (const planned of PLAN.steps) {
            if (play.now.steps[planned.id]?.status === 'active')
              expect(openGates(play.now, planned)).not.toEqual([])
          }
        }
      }),
      RUNS,
    )
  })
})

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return
  Object.freeze(value)
  for (const member of Object.values(value)) freeze(member)
}

describe('any words in a command', () => {
  const words = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1 }),
    fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', '\ud83d', 'a\udc00b'),
  )
  const anything: fc.Arbitrary<AnyCommand> = fc.oneof(
    words.map((text): AnyCommand => ({ type: 'note.add', kind: 'note', text })),
    words.map((id): AnyCommand => ({ type: 'step.begin', step: id, reason: id })),
    words.map((id): AnyCommand => ({ type: 'step.skip', step: id, reason: id })),
    words.map((id): AnyCommand => ({ type: 'block.run', block: id })),
    words.map((id): AnyCommand => ({ type: 'item.confirm', item: id })),
    words.map((role): AnyCommand => ({ type: 'role.accept', role, by: 'Ada' })),
    words.map((role): AnyCommand => ({ type: 'role.offer', role, to: role, brief: role })),
    words.map((id): AnyCommand => ({ type: 'decision.make', step: id, option: id })),
    words.map((id): AnyCommand => ({ type: 'approval.grant', block: id, by: id })),
    words.map((id): AnyCommand => ({
      type: 'terminal.closed',
      terminal: id,
      target: id,
      outcome: { kind: 'unknown', detail: id },
      durationMs: 1,
    })),
  )

  it('are refused or recorded, in a form that can be stored and read again', () => {
    const names = fc.constantFrom('constructor', '__proto__', 'valueOf', 'plain')
    fc.assert(
      fc.property(names, fc.array(anything, { maxLength: 20 }), words, (name, commands, text) => {
        const plan = planWith(
          step(name, {
            blocks: [block(`${name}/1`)],
            items: [{ id: `${name}/item-1`, text: '' }],
            decide: { question: '?', options: [{ id: 'toString', label: text }] },
          }),
        )
        const play = new Play().must(starting({ ...plan, roles: [] }))
        for (const one of commands) play.ask(one)
        // Whatever has been done to it, the step can be worked in.
        play.ask({ type: 'step.begin', step: name })
        play.ask({ type: 'step.reopen', step: name, reason: 'whatever it was' })
        expect(play.now.steps[name]?.status).toBe('active')
        play.ask({ type: 'item.confirm', item: `${name}/item-1` })
        expect(play.now.decisions).toEqual({})
        play.must({ type: 'decision.make', step: name, option: 'toString' })
        expect(replay(play.events)).toEqual(play.state)
      }),
      { numRuns: 300, seed: 20_261_120 },
    )
  })
})
