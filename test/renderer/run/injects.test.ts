import { describe, expect, test } from 'vitest'
import { nextInject } from '../../../renderer/features/run/model/injects.ts'
import { planWith, Play, starting, step } from '../../core/run/support/play.ts'

const MINUTE = 60_000

function exercise(mode: 'live' | 'walkthrough' = 'walkthrough'): Play {
  const injects = [
    { atMs: 20 * MINUTE, fault: 'later', expected: 'this' },
    { atMs: 10 * MINUTE, fault: 'first', expected: 'that' },
  ]
  return new Play().must(starting({ ...planWith(step('one')), injects }, mode))
}

describe('the next inject', () => {
  test('is the one that is due first, and says how its time stands', () => {
    const { now: state } = exercise()
    const due = state.startedAt + 10 * MINUTE
    const at = (ms: number): readonly [string | undefined, string | undefined] => {
      const next = nextInject(state, due + ms)
      return [next?.due, next?.urgency]
    }
    expect(nextInject(state, due)).toMatchObject({ inject: { number: 2, fault: 'first' }, left: 2 })
    expect(at(-5 * MINUTE)).toEqual(['due in 05:00', 'calm'])
    expect(at(-30_000)).toEqual(['due in 00:30', 'near'])
    expect(at(0)).toEqual(['due now', 'near'])
    expect(at(MINUTE)).toEqual(['due now', 'near'])
    expect(at(2 * MINUTE + 10_000)).toEqual(['overdue by 02:10', 'over'])
  })

  test('is another one as soon as one was given, in whatever order; and none at the end', () => {
    const play = exercise().must({ type: 'inject.give', inject: 2 })
    expect(nextInject(play.now, play.now.startedAt)).toMatchObject({
      inject: { number: 1 },
      left: 1,
    })
    play.must({ type: 'inject.give', inject: 1 })
    expect(nextInject(play.now, play.now.startedAt)).toBeUndefined()
  })

  test('is none in a live run', () => {
    const { now: state } = exercise('live')
    expect(nextInject(state, state.startedAt)).toBeUndefined()
  })
})
