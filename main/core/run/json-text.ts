/** JSON as programs print it: parsed without losing digits, shown without running away. */

export type Parsed =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string }

const INTEGER = /^-?\d+$/u

/** The text of a number, which an engine that knows it hands to a reviver as the last argument. */
function sourceOf(context: unknown): string | undefined {
  if (typeof context !== 'object' || context === null || !('source' in context)) return undefined
  return typeof context.source === 'string' ? context.source : undefined
}

/**
 * Parses JSON. Integers that a double cannot hold become `bigint`: two identifiers that differ in their last digit must
 * not look the same.
 */
export function parseJson(text: string): Parsed {
  try {
    const value: unknown = JSON.parse(text, (_name, ...rest: readonly unknown[]) => {
      const [member, context] = rest
      if (typeof member !== 'number' || Number.isSafeInteger(member)) return member
      const source = sourceOf(context)
      return source !== undefined && INTEGER.test(source) ? BigInt(source) : member
    })
    return { ok: true, value }
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : String(error) }
  }
}

/** Deeper members are shown as an ellipsis. */
const DEEPEST = 6

/** A JSON value in words for a person: at most about `longest` characters, however large or deep it is. */
export function showJson(value: unknown, longest: number): string {
  let shown = ''
  const add = (text: string): void => {
    shown += text.slice(0, longest + 1)
  }
  const full = (): boolean => shown.length > longest
  const show = (member: unknown, depth: number): void => {
    if (full()) return
    if (typeof member === 'bigint') add(String(member))
    else if (typeof member !== 'object' || member === null)
      add(JSON.stringify(member === undefined ? null : member))
    else if (depth >= DEEPEST) add('…')
    else if (Array.isArray(member)) showAll('[', ']', member.entries(), depth, () => '')
    else showAll('{', '}', Object.entries(member), depth, (name) => `${JSON.stringify(name)}: `)
  }
  const showAll = <Key>(
    open: string,
    close: string,
    members: Iterable<readonly [Key, unknown]>,
    depth: number,
    label: (key: Key) => string,
  ): void => {
    add(open)
    let first = true
    for (const [key, member] of members) {
      if (full()) return
      add((first ? '' : ', ') + label(key))
      first = false
      show(member, depth + 1)
    }
    add(close)
  }
  show(value, 0)
  return shown
}
