/**
 * A list that only grows, in chunks: adding to it copies one chunk and leaves earlier lists as they are. A list in one
 * piece would be copied whole for each item, which for a hundred thousand takes minutes.
 */
export type Chunked<T> = readonly (readonly T[])[]

const CHUNK = 256

/** The list with one more item at its end. */
export function appended<T>(list: Chunked<T>, item: T): Chunked<T> {
  const last = list.at(-1)
  return last === undefined || last.length >= CHUNK
    ? [...list, [item]]
    : [...list.slice(0, -1), [...last, item]]
}

/** The last item that is so. */
export function findLastIn<T>(list: Chunked<T>, is: (item: T) => boolean): T | undefined {
  for (const chunk of list.toReversed()) {
    const found = chunk.findLast(is)
    if (found !== undefined) return found
  }
  return undefined
}
