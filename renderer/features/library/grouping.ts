import type { LibraryEntry } from '../../../main/contract/requests.ts'

/** Which entries are shown, and in which groups. */

export const STATES = ['any', 'due', 'untrusted', 'problems'] as const
export type StateFilter = (typeof STATES)[number]

export interface LibraryFilter {
  readonly text: string
  /** `all`, or a kind. */
  readonly kind: string
  readonly state: StateFilter
}

export interface LibraryGroup {
  readonly system: string
  readonly entries: readonly LibraryEntry[]
}

/** A line of the list: the name of a group, or an entry with its place among all entries, from 1. */
export type LibraryRow =
  | { readonly kind: 'system'; readonly system: string; readonly count: number }
  | { readonly kind: 'entry'; readonly entry: LibraryEntry; readonly place: number }

const CADENCE_DAYS: Readonly<Record<string, number>> = {
  daily: 1,
  weekly: 7,
  monthly: 31,
  quarterly: 92,
  yearly: 366,
}
const DAY_MS = 86_400_000
const UNIT_DAYS: Readonly<Record<string, number>> = { m: 1 / 1440, h: 1 / 24, d: 1, w: 7 }

/** Days of a cadence: a word, or a duration such as `90d`. Undefined when it is neither. */
export function cadenceDays(cadence: string): number | undefined {
  if (Object.hasOwn(CADENCE_DAYS, cadence)) return CADENCE_DAYS[cadence]
  const [, count, unit = ''] = /^(\d+)\s*([mhdw])$/u.exec(cadence) ?? []
  const days = UNIT_DAYS[unit]
  return count === undefined || days === undefined ? undefined : Number(count) * days
}

/** Whether the runbook's own cadence says that it should have been run by now. */
export function isDue(entry: LibraryEntry, now: number): boolean {
  const days = entry.cadence === undefined ? undefined : cadenceDays(entry.cadence)
  if (days === undefined) return false
  return entry.lastRun === undefined || now - entry.lastRun.startedAt > days * DAY_MS
}

function isIn(entry: LibraryEntry, state: StateFilter, now: number): boolean {
  switch (state) {
    case 'any':
      return true
    case 'due':
      return isDue(entry, now)
    case 'untrusted':
      return entry.trust !== 'trusted'
    case 'problems':
      return entry.errors > 0 || entry.warnings > 0
  }
}

function matches(entry: LibraryEntry, words: readonly string[]): boolean {
  const text =
    `${entry.title} ${entry.system} ${entry.name} ${entry.kind} ${entry.summary ?? ''}`.toLowerCase()
  return words.every((word) => text.includes(word))
}

/** Groups by system, in alphabetical order; every word of the search must occur. */
export function groupEntries(
  entries: readonly LibraryEntry[],
  filter: LibraryFilter,
  now: number,
): readonly LibraryGroup[] {
  const words = filter.text.toLowerCase().split(/\s+/u).filter(Boolean)
  const groups = new Map<string, LibraryEntry[]>()
  for (const entry of entries) {
    if (filter.kind !== 'all' && entry.kind !== filter.kind) continue
    if (!isIn(entry, filter.state, now) || !matches(entry, words)) continue
    const group = groups.get(entry.system) ?? []
    group.push(entry)
    groups.set(entry.system, group)
  }
  return [...groups]
    .map(([system, found]) => ({
      system,
      entries: found.toSorted((left, right) => left.title.localeCompare(right.title)),
    }))
    .toSorted((left, right) => left.system.localeCompare(right.system))
}

/** The groups as the lines of one list. */
export function rowsOf(groups: readonly LibraryGroup[]): readonly LibraryRow[] {
  let place = 0
  return groups.flatMap(({ system, entries }): readonly LibraryRow[] => [
    { kind: 'system', system, count: entries.length },
    ...entries.map((entry) => {
      place += 1
      return { kind: 'entry' as const, entry, place }
    }),
  ])
}
