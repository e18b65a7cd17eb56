import type { LibraryEntry } from '../../../main/contract/requests.ts'

/** Which entries are shown, and in which groups. */

export interface LibraryFilter {
  readonly text: string
  /** `all`, or a kind. */
  readonly kind: string
  readonly attention: boolean
}

export interface LibraryGroup {
  readonly system: string
  readonly entries: readonly LibraryEntry[]
}

const CADENCE_DAYS: Readonly<Record<string, number>> = {
  daily: 1,
  weekly: 7,
  monthly: 31,
  quarterly: 92,
  yearly: 366,
}
const DAY_MS = 86_400_000

/** Whether the runbook's own cadence says that it should have been run by now. */
export function isDue(entry: LibraryEntry, now: number): boolean {
  const days = entry.cadence === undefined ? undefined : CADENCE_DAYS[entry.cadence]
  if (days === undefined) return false
  return entry.lastRun === undefined || now - entry.lastRun.startedAt > days * DAY_MS
}

export function needsAttention(entry: LibraryEntry, now: number): boolean {
  return entry.errors > 0 || entry.warnings > 0 || entry.trust === 'changed' || isDue(entry, now)
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
    if (filter.attention && !needsAttention(entry, now)) continue
    if (!matches(entry, words)) continue
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
