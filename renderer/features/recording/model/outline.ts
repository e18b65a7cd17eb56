import type { WatchedRecording } from '../../../../main/contract/recordings.ts'

/** A moment that can be jumped to: the beginning of a recording, or a mark in it. */
export interface Stop {
  /** Of the recording in the list. */
  readonly index: number
  /** Milliseconds since the recording began. */
  readonly at: number
}

/** All of them, in order. */
export function stopsOf(recordings: readonly WatchedRecording[]): readonly Stop[] {
  return recordings.flatMap(({ marks }, index) => [
    { index, at: 0 },
    ...marks
      .map(({ at }) => ({ index, at }))
      .filter(({ at }, place, all) => at > (all[place - 1]?.at ?? 0)),
  ])
}

/** So soon after a mark, going back means the one before it. */
const JUST_NOW_MS = 1000

function compare(left: Stop, right: Stop): number {
  return left.index - right.index || left.at - right.at
}

/** The next stop after a moment; undefined at the end. */
export function stopAfter(stops: readonly Stop[], here: Stop): Stop | undefined {
  return stops.find((stop) => compare(stop, here) > 0)
}

/** The stop before a moment; undefined at the beginning. */
export function stopBefore(stops: readonly Stop[], here: Stop): Stop | undefined {
  const before = stops.filter((stop) => compare(stop, here) < 0)
  const last = before.at(-1)
  const isJustPassed = last?.index === here.index && here.at - last.at < JUST_NOW_MS
  return isJustPassed ? (before.at(-2) ?? last) : last
}

/** Which mark of a recording was passed last; undefined before the first. */
export function markAt({ marks }: WatchedRecording, at: number): number | undefined {
  const index = marks.findLastIndex((mark) => mark.at <= at)
  return index === -1 ? undefined : index
}
