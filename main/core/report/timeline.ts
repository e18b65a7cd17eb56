import type { RunEvent } from '../run/events.ts'
import type { PlanNames } from './names.ts'
import type { Group, MomentText, Sentence } from './sentence.ts'
import { sentenceOf } from './sentences.ts'

export const TIMELINE_FILTERS = ['all', 'people', 'commands', 'deviations'] as const
export type TimelineFilter = (typeof TIMELINE_FILTERS)[number]

export interface TimelineEntry extends Sentence {
  readonly seq: number
  /** Epoch milliseconds. */
  readonly at: number
  readonly actor: string
  readonly type: RunEvent['type']
  /** The block whose output this entry can open. */
  readonly block?: string
  readonly attempt?: number
  /** Of several hosts, the one it is about. */
  readonly host?: string
}

/** The timeline's entry for an event. */
export function entryOf(event: RunEvent, names: PlanNames, moment: MomentText): TimelineEntry {
  return {
    ...sentenceOf(event, names, moment),
    seq: event.seq,
    at: event.wall,
    actor: event.actor,
    type: event.type,
    ...(event.type === 'block.finished'
      ? { block: event.data.block, attempt: event.data.attempt }
      : event.type === 'block.host-finished'
        ? { block: event.data.block, attempt: event.data.attempt, host: event.data.host }
        : {}),
  }
}

/**
 * Entries for a growing list of events. Events are never changed, so entries made before are kept: a new event costs
 * one sentence, not ten thousand.
 */
export function timelineCache(
  names: PlanNames,
  moment: MomentText,
): (events: readonly RunEvent[]) => readonly TimelineEntry[] {
  const made = new WeakMap<RunEvent, TimelineEntry>()
  return (events) =>
    events.map((event) => {
      const known = made.get(event)
      if (known !== undefined) return known
      const entry = entryOf(event, names, moment)
      made.set(event, entry)
      return entry
    })
}

function belongs(entry: TimelineEntry, group: Group): boolean {
  return entry.groups.includes(group)
}

/** The entries of a filter, in the order given. */
export function filterTimeline(
  entries: readonly TimelineEntry[],
  filter: TimelineFilter,
): readonly TimelineEntry[] {
  return filter === 'all' ? entries : entries.filter((entry) => belongs(entry, filter))
}

/** Events named in the summary where nobody has chosen any. */
export const MOST_HIGHLIGHTS = 60

/** The events of the summary: those that people chose, else the first that stand out. */
export function highlightsOf(
  pins: readonly number[],
  timeline: Iterable<TimelineEntry>,
): readonly TimelineEntry[] {
  const chosen = new Set(pins)
  const found: TimelineEntry[] = []
  for (const entry of timeline) {
    if (chosen.size > 0 ? chosen.has(entry.seq) : entry.strong === true) found.push(entry)
    if (found.length >= (chosen.size > 0 ? chosen.size : MOST_HIGHLIGHTS)) break
  }
  return found
}
