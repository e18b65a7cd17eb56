export type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> }

function isDefined<T extends object>(value: T): value is T & Defined<T> {
  return Object.values(value).every((member) => member !== undefined)
}

/** The object without its undefined members, so that JSON and strict schemas see the same thing. */
export function defined<T extends object>(value: T): T & Defined<T> {
  const copy = { ...value }
  for (const [name, member] of Object.entries(copy)) {
    if (member === undefined) Reflect.deleteProperty(copy, name)
  }
  if (isDefined(copy)) return copy
  throw new Error('A member stayed undefined.')
}
