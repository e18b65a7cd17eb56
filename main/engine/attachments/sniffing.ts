import { BINARY, MAGIC_BYTES, signatureOf, TEXT } from '../../core/files/media-type.ts'

/** Finds out what a file is while its bytes pass: by the signature at its beginning, else whether all of it is UTF-8. */
export class Sniffing {
  #first: Uint8Array = new Uint8Array(0)
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  #isText = true

  push(bytes: Uint8Array): void {
    if (this.#first.length < MAGIC_BYTES)
      this.#first = Buffer.concat([
        this.#first,
        bytes.subarray(0, MAGIC_BYTES - this.#first.length),
      ])
    if (!this.#isText) return
    this.#isText = !bytes.includes(0) && this.#decodes(bytes, true)
  }

  /** What it was, all of it. */
  end(): string {
    const signature = signatureOf(this.#first)
    if (signature !== undefined) return signature
    return this.#isText && this.#decodes(new Uint8Array(0), false) ? TEXT : BINARY
  }

  #decodes(bytes: Uint8Array, stream: boolean): boolean {
    try {
      this.#decoder.decode(bytes, { stream })
      return true
    } catch {
      return false
    }
  }
}
