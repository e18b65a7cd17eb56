import { describe, expect, it } from 'vitest'
import { commandSchema } from '../../../main/core/run/commands.ts'
import type { Decision } from '../../../main/core/run/decision.ts'
import type { Mode } from '../../../main/core/run/events.ts'
import { givenInject, injectsLeft, injectsOf } from '../../../main/core/run/injects.ts'
import type { Plan } from '../../../main/core/run/plan.ts'
import { replay } from '../../../main/core/run/replay.ts'
import { EPOCH, planWith, Play, starting, step } from './support/play.ts'

const MINUTE = 60_000
const START = EPOCH + 1_000

const INJECTS: Plan['injects'] = [
  { atMs: 20 * MINUTE, fault: 'The replica falls behind', expected: 'The lag is looked at' },
  { atMs: 10 * MINUTE, fault: 'The primary is cut off', expected: 'The primary is fenced' },
]

function exercise(mode: Mode = 'walkthrough', injects = INJECTS): Play {
  return new Play().must(starting({ ...planWith(step('one')), injects }, mode))
}

/** Says why the command was not accepted, in a word and a sentence. */
function refusal(decision: Decision): readonly [string, string] {
  return decision.ok ? ['accepted', ''] : [decision.code, decision.message]
}

describe('an inject', () => {
  it.each(['walkthrough', 'drill'] as const)(
    'is given by hand in a %s, and the event repeats what was planned',
    (mode) => {
      const play = exercise(mode).must(
        { type: 'inject.give', inject: 2, note: 'By telephone.' },
        'Grace',
      )
      expect(play.events.at(-1)).toMatchObject({
        type: 'inject.given',
        actor: 'Grace',
        data: {
          inject: 2,
          fault: 'The primary is cut off',
          expected: 'The primary is fenced',
          atMs: 10 * MINUTE,
          note: 'By telephone.',
        },
      })
      expect(givenInject(play.now, 2)).toMatchObject({ by: 'Grace', at: START + 1_000, seq: 2 })
      expect(givenInject(play.now, 1)).toBeUndefined()
      expect(replay(play.events)).toEqual(play.state)
    },
  )

  it('without a note has none, and an empty one is no note', () => {
    const play = exercise().must({ type: 'inject.give', inject: 1 })
    expect(play.now.injects?.[0]).not.toHaveProperty('note')
    const empty = { type: 'inject.give', inject: 1, note: '  ' }
    expect(commandSchema.safeParse(empty).success).toBe(false)
  })

  it('is never given in a live run', () => {
    const play = exercise('live')
    expect(injectsOf(play.now)).toEqual([])
    expect(refusal(play.ask({ type: 'inject.give', inject: 1 }))).toEqual([
      'live',
      'This run is live: injects belong to an exercise, and nothing is made up in a live run.',
    ])
  })

  it('has to be one of the runbook', () => {
    expect(refusal(exercise().ask({ type: 'inject.give', inject: 3 }))).toEqual([
      'no-inject',
      'The runbook has no inject 3; it has 1, 2.',
    ])
    const without = new Play().must(starting(planWith(step('one')), 'walkthrough'))
    expect(refusal(without.ask({ type: 'inject.give', inject: 1 }))).toEqual([
      'no-inject',
      'The runbook has no inject 1; it has none.',
    ])
    for (const inject of [0, -1, 1.5])
      expect(commandSchema.safeParse({ type: 'inject.give', inject }).success).toBe(false)
  })

  it('is given once: the second time it is said when that was', () => {
    const play = exercise().must({ type: 'inject.give', inject: 1 }, 'Grace')
    expect(refusal(play.ask({ type: 'inject.give', inject: 1 }))).toEqual([
      'inject-given',
      'Inject 1 was given already, by Grace at 2026-01-28 03:00:02 UTC.',
    ])
  })

  it('is not given by the program, in a paused run, or in one that is over', () => {
    const play = exercise()
    const give = { type: 'inject.give', inject: 1 } as const
    expect(refusal(play.ask(give, 'muster'))[0]).toBe('not-a-person')
    play.must({ type: 'run.pause' })
    expect(refusal(play.ask(give))[0]).toBe('run-paused')
    play.must({ type: 'run.resume' }).must({ type: 'run.finish', reason: 'enough' })
    expect(refusal(play.ask(give))[0]).toBe('run-over')
  })
})

describe('the injects that are left', () => {
  it('come by the time they are due, under their number in the runbook, until they are given', () => {
    const play = exercise()
    expect(injectsLeft(play.now).map(({ number, at }) => [number, at - START])).toEqual([
      [2, 10 * MINUTE],
      [1, 20 * MINUTE],
    ])
    play.must({ type: 'inject.give', inject: 2 })
    expect(injectsLeft(play.now).map(({ number }) => number)).toEqual([1])
    expect(injectsOf(play.now)).toHaveLength(2)
    play.must({ type: 'run.abort', reason: 'enough' })
    expect(injectsLeft(play.now)).toEqual([])
  })
})
