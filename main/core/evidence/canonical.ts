/**
 * Canonical JSON, RFC 8785 (JCS), for the values Muster records: objects, arrays, strings, booleans, null and
 * integers. Fractions are refused rather than formatted, so that nobody who verifies the log has to implement the
 * number formatting of ECMAScript.
 */

/** Something that has no canonical form here; `path` says where. */
export class CanonicalError extends Error {
  readonly path: string
  readonly problem: string
  constructor(path: string, problem: string) {
    super(`At ${path === '' ? 'the top' : path}: ${problem}`)
    this.name = 'CanonicalError'
    this.path = path
    this.problem = problem
  }
}

/** With the `u` flag a pair is one character, so what matches is a surrogate without its other half. */
const LONE_SURROGATE = /\p{Surrogate}/u

/**
 * The canonical text of a value. Members that are undefined are left out, as JSON does.
 * Throws `CanonicalError` on fractions, unsafe integers, lone surrogates (RFC 8785 section 3.2.2.2) and anything that is
 * not JSON.
 */
export function canonicalise(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new CanonicalError('', `${value} is not a safe integer`)
    return Object.is(value, -0) ? '0' : String(value)
  }
  if (typeof value === 'string') {
    if (LONE_SURROGATE.test(value)) throw new CanonicalError('', 'the text has a lone surrogate')
    return JSON.stringify(value)
  }
  if (typeof value !== 'object') throw new CanonicalError('', `a ${typeof value} is not JSON`)
  return Array.isArray(value) ? canonicalArray(value) : canonicalObject(value)
}

/** The text of a member. Where it stands is put together only when something is wrong: verifying writes every event again. */
function member(value: unknown, at: string): string {
  try {
    return canonicalise(value)
  } catch (error) {
    if (!(error instanceof CanonicalError)) throw error
    const joint = error.path === '' || error.path.startsWith('[') ? '' : '.'
    throw new CanonicalError(`${at}${joint}${error.path}`, error.problem)
  }
}

function canonicalArray(values: readonly unknown[]): string {
  return `[${values.map((value, index) => member(value, `[${index}]`)).join(',')}]`
}

function canonicalObject(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) {
    throw new CanonicalError('', 'only plain objects are JSON')
  }
  // The default order of sort is by UTF-16 code units, which is what RFC 8785 section 3.2.3 asks for.
  const members = Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, one]) => {
      if (LONE_SURROGATE.test(name)) throw new CanonicalError(name, 'the name has a lone surrogate')
      return `${JSON.stringify(name)}:${member(one, name)}`
    })
  return `{${members.join(',')}}`
}
