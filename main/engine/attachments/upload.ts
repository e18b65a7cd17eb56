import { createHash } from 'node:crypto'
import { createRedactor, type Redactor } from '../../core/evidence/redact.ts'
import { TEXT } from '../../core/files/media-type.ts'
import { bytesText } from '../../core/report/duration.ts'
import type { BlobReference } from '../../core/run/events.ts'
import { ContractError } from '../../contract/frames.ts'
import type { PendingBlob } from '../ports.ts'
import { referenceTo } from '../recording.ts'
import { Sniffing } from './sniffing.ts'

export interface UploadOptions {
  readonly run: string
  /** Safe already. */
  readonly name: string
  /** How many bytes were announced. */
  readonly size: number
  readonly blob: PendingBlob
  /** Everything to be redacted; another list when there is more of it. */
  readonly secrets: () => readonly string[]
}

/** What became of a file that was handed over whole. */
export interface Received {
  readonly mediaType: string
  readonly blob: BlobReference
  /** As it came; where `redacted`, of what is kept: over a secret it would give that away. */
  readonly sha256: string
  readonly redacted: boolean
}

/**
 * A file on its way into the record. Its pieces go, redacted, to a blob that counts only once an event names it. Text is
 * recorded as output is; of anything else nothing can be taken out, so where a secret stands in it, it is refused.
 */
export class Upload {
  readonly run: string
  readonly name: string
  readonly size: number
  readonly #blob: PendingBlob
  readonly #secrets: () => readonly string[]
  readonly #plain = createHash('sha256')
  readonly #sniffing = new Sniffing()
  #redactor: Redactor
  #known: readonly string[]
  #received = 0
  /** Pieces are taken one after the other. */
  #last: Promise<unknown> = Promise.resolve()

  constructor({ run, name, size, blob, secrets }: UploadOptions) {
    this.run = run
    this.name = name
    this.size = size
    this.#blob = blob
    this.#secrets = secrets
    this.#known = secrets()
    this.#redactor = redactorOf(this.#known)
  }

  /** Takes the piece that begins at `offset`; gives how many bytes there are now. Throws a `ContractError`. */
  async take(offset: number, bytes: Uint8Array): Promise<number> {
    if (offset !== this.#received)
      throw new ContractError('no-upload', 'A piece of this file is missing. Send it again.')
    if (offset + bytes.length > this.size)
      throw new ContractError(
        'too-large',
        `More of this file came than the ${bytesText(this.size)} that were announced: it has grown meanwhile. Attach it again.`,
      )
    this.#received += bytes.length
    const received = this.#received
    await this.#inTurn(() => this.#write(bytes))
    return received
  }

  /** Everything has come: it is on disk when this resolves. Throws a `ContractError`, and then nothing of it counts. */
  async finish(): Promise<Received> {
    return await this.#inTurn(async () => {
      if (this.#received !== this.size)
        throw new ContractError(
          'no-upload',
          `Of this file ${bytesText(this.#received)} came, and not the ${bytesText(this.size)} that were announced. Attach it again.`,
        )
      await this.#record(this.#redactor.end())
      const written = await inWords(() => this.#blob.finish())
      if (written.bytes < this.#blob.bytes)
        throw new ContractError(
          'unrecorded',
          'The disk refused the end of this file, so it was not attached. Free space on the disk of the data folder and attach it again.',
        )
      const mediaType = this.#sniffing.end()
      const came = this.#plain.digest('hex')
      const redacted = written.content !== came
      if (redacted && mediaType !== TEXT)
        throw new ContractError(
          'secret-in-file',
          'A secret of this run stands in this file, and it is no text that it could be taken out of. Make a copy without the secret and attach that.',
        )
      return { mediaType, blob: referenceTo(written), sha256: written.content, redacted }
    })
  }

  /** An event names it. */
  keep(): void {
    this.#blob.keep()
  }

  /** Nothing of it is left afterwards. */
  async discard(): Promise<void> {
    await this.#last.catch(() => undefined)
    await this.#blob.discard()
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#plain.update(bytes)
    this.#sniffing.push(bytes)
    const secrets = this.#secrets()
    let arrived = bytes
    if (secrets !== this.#known) {
      // What was held back may be the beginning of a secret that is known only now.
      const held = this.#redactor.release()
      if (held.length > 0) arrived = Buffer.concat([held, bytes])
      this.#redactor = redactorOf(secrets)
      this.#known = secrets
    }
    await this.#record(this.#redactor.push(arrived))
  }

  async #record(bytes: Uint8Array): Promise<void> {
    if (bytes.length > 0) await inWords(() => this.#blob.write(bytes))
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work)
    // Whatever comes after a piece that was refused is refused too.
    this.#last = result
    return await result
  }
}

/** What the disk refuses reaches the person as the store says it. */
async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw new ContractError(
      'unrecorded',
      `This file was not attached. ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

function redactorOf(secrets: readonly string[]): Redactor {
  return createRedactor(secrets, (text) => Buffer.from(text, 'utf8'))
}
