import { canonicalise } from './canonical.ts'

/** Events nest a few levels; more is not one of ours, and not every reader can follow. */
const DEEPEST = 40

/**
 * What a line says, or undefined for one that Muster does not write: canonical JSON, whole numbers, not nested deeply. A line
 * with a name twice, or with a number that is rounded, is read by other programs as another event.
 */
export function readLine(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    if (!isWithin(value, DEEPEST)) return undefined
    return isCanonical(value, line) ? { ...value } : undefined
  } catch {
    return undefined
  }
}

function isWithin(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return levels > 0 && Object.values(value).every((member) => isWithin(member, levels - 1))
}

/** What the engine's own JSON gives back is canonical where the names are in order: that is much faster than writing it. */
function isCanonical(value: object, line: string): boolean {
  const mayBeHalfACharacter = line.includes(String.raw`\ud`)
  if (!mayBeHalfACharacter && JSON.stringify(value) === line && isInOrder(value)) return true
  return canonicalise(value) === line
}

function isInOrder(value: unknown): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value)
  if (typeof value !== 'object' || value === null) return true
  if (!Array.isArray(value)) {
    let before = ''
    for (const name of Object.keys(value)) {
      if (name < before) return false
      before = name
    }
  }
  return Object.values(value).every(isInOrder)
}
