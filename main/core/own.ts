/**
 * The member of a record that is keyed by words from a runbook. A step may be called `constructor`: what every object
 * inherits under such a name is not an entry.
 */
export function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}
