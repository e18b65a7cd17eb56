/** Reads and writes the strings of the SSH wire format (RFC 4251, section 5). */

export class WireReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes)
  }

  get rest(): number {
    return this.#bytes.length - this.#at
  }

  /** That many bytes. Throws where there are fewer. */
  bytes(length: number): Buffer {
    if (length > this.rest) throw new RangeError('It ends too early.')
    const part = this.#bytes.subarray(this.#at, this.#at + length)
    this.#at += length
    return part
  }

  uint32(): number {
    return this.bytes(4).readUInt32BE()
  }

  string(): Buffer {
    return this.bytes(this.uint32())
  }
}

export function wireString(value: Uint8Array | string): Buffer {
  const bytes = Buffer.from(value)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}
