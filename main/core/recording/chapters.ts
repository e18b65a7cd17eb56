import type { Mark, Recorded, RunRecordings } from './recorded.ts'

/** A recording as a part of its run, with the marks that are shown in it; each mark is in one. */
export interface Chapter {
  readonly recorded: Recorded
  /** In the order of the log. `at`: milliseconds since the recording began. */
  readonly marks: readonly Mark[]
}

/** A moment in one of the chapters. */
export interface ChapterPlace {
  readonly index: number
  /** Milliseconds since the recording began. */
  readonly at: number
}

/** The recordings of a run with their marks: those that fall between two are at the beginning of the later one. */
export function chaptersOf({ recordings, marks }: RunRecordings): readonly Chapter[] {
  const held = new Map<Recorded, Mark[]>(recordings.map((recorded) => [recorded, []]))
  const find = finder(recordings)
  for (const mark of marks) {
    const place = find(mark)
    // That it began is what the chapter itself says.
    if (place !== undefined && place.recorded.from !== mark.seq)
      held.get(place.recorded)?.push({ ...mark, at: place.at })
  }
  return recordings.map((recorded) => ({ recorded, marks: held.get(recorded) ?? [] }))
}

/** Where an event of the run is seen, or a recording with this label begins. */
export function placeOf(
  chapters: readonly Chapter[],
  what: { readonly label: string } | { readonly seq: number; readonly at: number },
): ChapterPlace | undefined {
  if ('label' in what) {
    const index = chapters.findIndex(({ recorded }) => recorded.label === what.label)
    return index === -1 ? undefined : { index, at: 0 }
  }
  const recordings = chapters.map(({ recorded }) => recorded)
  const own = recordings.findIndex(({ seq, from }) => seq === what.seq || from === what.seq)
  if (own !== -1) return { index: own, at: 0 }
  const found = finder(recordings)(what)
  return found && { index: recordings.indexOf(found.recorded), at: found.at }
}

type Moment = Pick<Mark, 'seq' | 'at'>

/**
 * Finds the recording in which a moment is seen: of those that it falls into the one that began last, else the next one,
 * else the last. Has to be asked in the order of the log.
 */
function finder(
  recordings: readonly Recorded[],
): (moment: Moment) => { readonly recorded: Recorded; readonly at: number } | undefined {
  const waiting = recordings.toSorted(
    (left, right) => right.from - left.from || right.seq - left.seq,
  )
  const running: Recorded[] = []
  let last: Recorded | undefined
  return ({ seq, at }) => {
    for (let next = waiting.at(-1); next !== undefined && next.from <= seq; next = waiting.at(-1)) {
      running.push(next)
      waiting.pop()
    }
    for (let top = running.at(-1); top !== undefined && top.seq < seq; top = running.at(-1)) {
      running.pop()
      if (last === undefined || top.seq > last.seq) last = top
    }
    const recorded = running.at(-1)
    if (recorded !== undefined)
      return { recorded, at: Math.min(Math.max(0, at - recorded.began), recorded.durationMs) }
    const next = waiting.at(-1)
    if (next !== undefined) return { recorded: next, at: 0 }
    return last && { recorded: last, at: last.durationMs }
  }
}
