import { describe, expect, it } from 'vitest'
import type { WatchedRecording } from '../../../main/contract/recordings.ts'
import {
  markAt,
  stopAfter,
  stopBefore,
  stopsOf,
} from '../../../renderer/features/recording/model/outline.ts'

function recording(...marks: readonly number[]): WatchedRecording {
  return {
    label: 'one/1#1',
    seq: 1,
    began: 0,
    durationMs: 10_000,
    title: 'One',
    target: 'db',
    forScreen: true,
    outcome: 'exited with code 0',
    bytes: 1,
    absences: [],
    marks: marks.map((at, index) => ({ seq: index + 1, at, text: `${at}` })),
    moreMarks: 0,
  }
}

describe('the stops of recordings', () => {
  const stops = stopsOf([recording(0, 3000, 3000, 8000), recording(5000)])

  it('are their beginnings and their marks, each once', () => {
    expect(stops).toEqual([
      { index: 0, at: 0 },
      { index: 0, at: 3000 },
      { index: 0, at: 8000 },
      { index: 1, at: 0 },
      { index: 1, at: 5000 },
    ])
  })

  it('lead on, and into the next recording', () => {
    expect(stopAfter(stops, { index: 0, at: 3000 })).toEqual({ index: 0, at: 8000 })
    expect(stopAfter(stops, { index: 0, at: 8000 })).toEqual({ index: 1, at: 0 })
    expect(stopAfter(stops, { index: 1, at: 5000 })).toBeUndefined()
  })

  it('lead back to the one before, also when one has just been passed', () => {
    expect(stopBefore(stops, { index: 0, at: 5000 })).toEqual({ index: 0, at: 3000 })
    expect(stopBefore(stops, { index: 0, at: 3500 })).toEqual({ index: 0, at: 0 })
    expect(stopBefore(stops, { index: 1, at: 0 })).toEqual({ index: 0, at: 8000 })
    expect(stopBefore(stops, { index: 0, at: 500 })).toEqual({ index: 0, at: 0 })
    expect(stopBefore(stops, { index: 0, at: 0 })).toBeUndefined()
  })

  it('say which mark was passed last', () => {
    expect(markAt(recording(3000, 8000), 2999)).toBeUndefined()
    expect(markAt(recording(3000, 8000), 3000)).toBe(0)
    expect(markAt(recording(3000, 8000), 99_999)).toBe(1)
  })
})
