/** The size a ring begins with; most outputs need no more. */
const FIRST_CAPACITY = 4 * 1024

/**
 * The last bytes of a stream that may be endless, in memory that is allocated once: it grows up to its limit and is then
 * written over. Positions count from the beginning of the stream, in bytes.
 */
export class ByteRing {
  readonly #limit: number
  #buffer = new Uint8Array(0)
  #end = 0

  /** `limit`: how many bytes are kept, at most. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Position of the oldest byte that is still there. */
  get start(): number {
    return Math.max(0, this.#end - this.#limit)
  }

  /** Position behind the newest byte: how many came in all. */
  get end(): number {
    return this.#end
  }

  /** Takes a copy. */
  write(bytes: Uint8Array): void {
    this.#grow(bytes.length)
    const kept = bytes.length > this.#limit ? bytes.subarray(bytes.length - this.#limit) : bytes
    this.#end += bytes.length
    const capacity = this.#buffer.length
    if (capacity === 0) return
    const at = (this.#end - kept.length) % capacity
    const first = Math.min(kept.length, capacity - at)
    this.#buffer.set(kept.subarray(0, first), at)
    this.#buffer.set(kept.subarray(first), 0)
  }

  /** A copy of the bytes from one position up to another, as far as they are still there. */
  read(from: number, to: number): Uint8Array {
    const start = Math.max(from, this.start)
    const copy = new Uint8Array(Math.max(0, Math.min(to, this.#end) - start))
    if (copy.length === 0) return copy
    const at = start % this.#buffer.length
    const first = Math.min(copy.length, this.#buffer.length - at)
    copy.set(this.#buffer.subarray(at, at + first), 0)
    copy.set(this.#buffer.subarray(0, copy.length - first), first)
    return copy
  }

  #grow(more: number): void {
    const needed = Math.min(this.#limit, this.#end + more)
    if (needed <= this.#buffer.length) return
    let capacity = Math.max(FIRST_CAPACITY, this.#buffer.length)
    while (capacity < needed) capacity *= 2
    const grown = new Uint8Array(Math.min(capacity, this.#limit))
    // Nothing has been written over before the limit is reached, so the old bytes stand from 0 on.
    grown.set(this.#buffer)
    this.#buffer = grown
  }
}
