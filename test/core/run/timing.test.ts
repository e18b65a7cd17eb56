import { describe, expect, it } from 'vitest'
import {
  deadlinesOf,
  escalationNote,
  recoveryTime,
  stepTime,
  updateNote,
} from '../../../main/core/run/timing.ts'
import type { AnyCommand } from '../../../main/core/run/commands.ts'
import { EPOCH, planWith, Play, starting, step } from './support/play.ts'

const MINUTE = 60_000
/** The first event is recorded a second after the epoch of the tests, each further one a second later. */
const START = EPOCH + 1_000

function started(change: Partial<Extract<AnyCommand, { type: 'run.start' }>> = {}): Play {
  const plan = {
    ...planWith(step('one', { budgetMs: 3_000 }), step('two')),
    objectives: { rtoMs: 15 * MINUTE },
    escalation: [
      { afterMs: 15 * MINUTE, to: 'Team lead' },
      { afterMs: 30 * MINUTE, to: 'Director' },
    ],
    updates: { everyMs: 20 * MINUTE, to: '#incident' },
  }
  const command = starting(plan)
  if (command.type !== 'run.start') throw new Error('not a start')
  return new Play().must({ ...command, ...change })
}

describe('the recovery clock', () => {
  it('counts from when the outage was declared, else from the start', () => {
    const declared = started({ declaredAt: START - 5 * MINUTE }).now
    expect(recoveryTime(declared, START + MINUTE)).toMatchObject({
      from: START - 5 * MINUTE,
      basis: 'declared',
      elapsedMs: 6 * MINUTE,
      objective: { overMs: -9 * MINUTE },
    })
    expect(recoveryTime(started().now, START + 16 * MINUTE)).toMatchObject({
      basis: 'started',
      elapsedMs: 16 * MINUTE,
      objective: { rtoMs: 15 * MINUTE, overMs: MINUTE },
    })
  })

  it('shows pauses and never subtracts them', () => {
    const play = started().must({ type: 'run.pause' })
    const paused = recoveryTime(play.now, START + 10 * MINUTE)
    expect(paused).toMatchObject({ elapsedMs: 10 * MINUTE, pausedMs: 10 * MINUTE - 1_000 })
    play.must({ type: 'run.resume' })
    expect(recoveryTime(play.now, START + 10 * MINUTE)).toMatchObject({
      elapsedMs: 10 * MINUTE,
      pausedMs: 1_000,
    })
  })

  it('stops with the run, also where a pause is still open', () => {
    const play = started().must({ type: 'run.pause' }).must({ type: 'run.abort', reason: 'enough' })
    expect(recoveryTime(play.now, START + 60 * MINUTE)).toMatchObject({
      elapsedMs: 2_000,
      pausedMs: 1_000,
    })
  })

  it('is never negative on a clock that was set back', () => {
    expect(recoveryTime(started().now, START - MINUTE).elapsedMs).toBe(0)
  })
})

describe('the time of a step', () => {
  it('counts against its budget until it ends', () => {
    const play = started()
    expect(stepTime(play.now, 'one', START)).toBeUndefined()
    play.must({ type: 'step.begin', step: 'one' })
    expect(stepTime(play.now, 'one', START + 6_000)).toEqual({
      elapsedMs: 5_000,
      ended: false,
      budget: { budgetMs: 3_000, overMs: 2_000 },
    })
    play.must({ type: 'step.complete', step: 'one' })
    expect(stepTime(play.now, 'one', START + MINUTE)).toEqual({
      elapsedMs: 1_000,
      ended: true,
      budget: { budgetMs: 3_000, overMs: -2_000 },
    })
  })

  it('ends with the run', () => {
    const play = started().must({ type: 'step.begin', step: 'one' })
    play.must({ type: 'run.finish', reason: 'enough' })
    expect(stepTime(play.now, 'one', START + MINUTE)).toMatchObject({
      elapsedMs: 1_000,
      ended: true,
    })
  })

  it('of a step named like something every object has is nobody’s', () => {
    expect(stepTime(started().now, 'constructor', START)).toBeUndefined()
  })
})

describe('deadlines', () => {
  it('come in order, and go when a note says that it was done', () => {
    const play = started()
    expect(deadlinesOf(play.now).map(({ kind, to, at }) => [kind, to, at - START])).toEqual([
      ['escalation', 'Team lead', 15 * MINUTE],
      ['update', '#incident', 20 * MINUTE],
      ['escalation', 'Director', 30 * MINUTE],
    ])
    play.must({ type: 'note.add', kind: 'note', text: escalationNote('Team lead') })
    play.must({ type: 'note.add', kind: 'note', text: updateNote('#incident') })
    expect(deadlinesOf(play.now).map(({ kind, to, at }) => [kind, to, at - START])).toEqual([
      ['update', '#incident', 20 * MINUTE + 2_000],
      ['escalation', 'Director', 30 * MINUTE],
    ])
  })

  it('escalate from when the outage was declared, and are none once the run is over', () => {
    const play = started({ declaredAt: START - 10 * MINUTE })
    expect(deadlinesOf(play.now)[0]).toMatchObject({ to: 'Team lead', at: START + 5 * MINUTE })
    play.must({ type: 'run.abort', reason: 'enough' })
    expect(deadlinesOf(play.now)).toEqual([])
  })
})
