import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { canonicalise } from '../../../main/core/evidence/canonical.ts'
import { encodeEvent, verifyChain } from '../../../main/core/evidence/chain.ts'
import { EVENT_TYPES, runEventSchema, type RunEvent } from '../../../main/core/run/events.ts'
import { evolve } from '../../../main/core/run/evolve.ts'
import { Replay, replay } from '../../../main/core/run/replay.ts'
import type { RunState } from '../../../main/core/run/state.ts'
import { STORIES } from '../../fixtures/histories/stories.ts'

/**
 * Histories of every version are read by every later one. Files are never changed: what a person once recorded cannot
 * be. Where the form of the state changes on purpose, the saved states are written anew and reviewed as a difference.
 */

const ROOT = join(import.meta.dirname, '../../fixtures/histories')
const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex')

const histories = readdirSync(ROOT)
  .filter((name) => /^v\d+$/u.test(name))
  .flatMap((version) =>
    readdirSync(join(ROOT, version))
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => join(version, name)),
  )

function linesOf(history: string): readonly string[] {
  return readFileSync(join(ROOT, history), 'utf8').trimEnd().split('\n')
}

function read(history: string): readonly RunEvent[] {
  return linesOf(history).map((line) => {
    const content: unknown = JSON.parse(line)
    if (typeof content !== 'object') throw new Error('not an event')
    return runEventSchema.parse({ ...content, hash: sha256(line) })
  })
}

describe.each(histories)('%s', (history) => {
  const events = read(history)

  it('has a whole chain, and its lines are those Muster writes today', () => {
    const lines = linesOf(history)
    const report = verifyChain(events[0]?.run ?? '', lines, sha256)
    expect(report).toMatchObject({ events: lines.length, problems: [] })
    expect(events.map(encodeEvent)).toEqual(lines)
  })

  it('replays to the state of the day it was recorded', () => {
    const saved: unknown = JSON.parse(
      readFileSync(join(ROOT, history.replace(/jsonl$/u, 'state.json')), 'utf8'),
    )
    const state = replay(events)
    expect(JSON.parse(canonicalise(state))).toEqual(saved)
  })

  it('is a state after each event, the same however far it is replayed at once', () => {
    let state: RunState | undefined
    for (const [index, event] of events.entries()) {
      state = evolve(state, event)
      expect(state.seq).toBe(index + 1)
      expect(replay(events.slice(0, index + 1))).toEqual(state)
    }
  })

  it('goes on from any state, and leaves that as it was', () => {
    const whole = replay(events)
    for (let count = 1; count < events.length; count++) {
      const before = replay(events.slice(0, count))
      const copy = structuredClone(before)
      const rest = new Replay(before)
      for (const event of events.slice(count)) rest.add(event)
      expect(rest.end()).toEqual(whole)
      expect(before).toEqual(copy)
    }
  })
})

describe('the histories', () => {
  it('contain every kind of event there is', () => {
    const seen = new Set(histories.flatMap((history) => read(history).map(({ type }) => type)))
    expect(EVENT_TYPES.filter((type) => !seen.has(type))).toEqual([])
  })

  it('have one for every story', () => {
    for (const name of Object.keys(STORIES))
      expect(histories.some((history) => history.endsWith(`${name}.jsonl`))).toBe(true)
  })

  // The stories are today's commands; that they still lead to the recorded events says that no rule changed unnoticed.
  it.each(Object.entries(STORIES))('%s is still what its story leads to', (name, tell) => {
    const recorded = histories.find((history) => history.endsWith(`${name}.jsonl`)) ?? ''
    expect(tell().events.map(encodeEvent)).toEqual(linesOf(recorded))
  })
})
