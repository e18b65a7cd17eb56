import type { EventBody, EventType } from '../run/events.ts'
import type { Tone } from './words.ts'

/** What the timeline can be narrowed to. */
export type Group = 'people' | 'commands' | 'deviations'

/** What the timeline says of an event. */
export interface Sentence {
  /** One sentence, with the actor in it. */
  readonly text: string
  /** Words a person gave: a reason, a note, a brief. Shown under the sentence. */
  readonly quote?: string
  readonly tone: Tone
  readonly groups: readonly Group[]
  /** Stands out: what is asked about afterwards. */
  readonly strong?: boolean
}

/** A moment, epoch milliseconds, in the zone of whoever reads. */
export type MomentText = (at: number) => string

/** The bodies of some types of event. */
export type BodyOf<T extends EventType> = Extract<EventBody, { readonly type: T }>

/** Words of a runbook among sentences: on one line, and with an end. */
export function asSentence(words: string): string {
  const line = words.replaceAll(/\s+/gu, ' ').trim()
  return /[.!?…]$/u.test(line) ? line : `${line}.`
}

/** A quote where there are words to quote. */
export function quoted(words: string | undefined): { readonly quote?: string } {
  return words === undefined || words === '' ? {} : { quote: words }
}
