/** Bytes that are a function of their position, with a period that shares nothing with any buffer's size. */
const PERIOD = 65_521
const DOUBLE = Buffer.alloc(PERIOD * 2 + 2 * 1024 * 1024)
for (let at = 0; at < DOUBLE.length; at++)
  DOUBLE[at] = ((at % PERIOD) * 31 + ((at % PERIOD) >> 8)) & 0xff

/** `length` bytes (at most 2 MiB) of the pattern from `offset` on. */
export function patternPart(offset: number, length: number): Buffer {
  const from = offset % PERIOD
  return DOUBLE.subarray(from, from + length)
}
