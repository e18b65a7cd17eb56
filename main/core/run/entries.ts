/**
 * Changed copies of the records of a state. A run of thousands of steps has thousands of entries, and copying all of them
 * for each event makes reading it again quadratic: a replay therefore changes records that nobody else has seen yet.
 */

type Entries<T> = Readonly<Record<string, T>>

const unseen = new WeakSet<object>()

/** The record with one entry more, or another one: a copy, or itself where it was lent for changing. */
export function withEntry<T>(record: Entries<T>, id: string, value: T): Entries<T> {
  if (!unseen.has(record)) return { ...record, [id]: value }
  // Defined and not assigned: an entry may be called `__proto__`.
  Object.defineProperty(record, id, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  })
  return record
}

/** From now on changes are made in the record itself. Only for one that nobody else has. */
export function lend(record: object): void {
  unseen.add(record)
}

/** From now on changes are made in copies. */
export function seal(record: object): void {
  unseen.delete(record)
}
