import { safeFileName } from '../../core/files/file-name.ts'
import { bytesText } from '../../core/report/duration.ts'
import { MOST_ATTACHED, type attachmentRequests } from '../../contract/attachments.ts'
import { ContractError } from '../../contract/frames.ts'
import type { RequestHandlers, RequestParams, RequestResult } from '../../contract/requests.ts'
import type { Client, EngineOptions, RequestContext } from '../options.ts'
import type { Runs } from '../runs.ts'
import { Upload } from './upload.ts'

/** Files that one client hands over at the same time. */
const MOST_AT_ONCE = 8

/**
 * Files that people give to runs. What a client began and did not end is gone with it: an interrupted upload leaves
 * nothing.
 */
export class Attachments {
  readonly #options: EngineOptions
  readonly #runs: Runs
  readonly #uploads = new Map<string, { readonly upload: Upload; readonly client: Client }>()

  constructor(options: EngineOptions, runs: Runs) {
    this.#options = options
    this.#runs = runs
  }

  get handlers(): Pick<RequestHandlers<RequestContext>, keyof typeof attachmentRequests> {
    return {
      'attachments.begin': (params, { client }) => this.#begin(params, client),
      'attachments.piece': ({ upload, offset, base64 }, { client }) =>
        this.#piece(upload, client, offset, Buffer.from(base64, 'base64')),
      'attachments.add': (params, { client }) => this.#add(params, client),
      'attachments.cancel': async ({ upload }, { client }) => {
        if (this.#uploads.get(upload)?.client === client) await this.#forget(upload)
        return {}
      },
    }
  }

  /** The client is gone. */
  release(client: Client): void {
    this.#forgetAll((upload) => upload.client === client)
  }

  /** The run is about to be deleted. */
  async forgetRun(run: string): Promise<void> {
    await Promise.all(this.#named(({ upload }) => upload.run === run).map((id) => this.#forget(id)))
  }

  async close(): Promise<void> {
    await Promise.all(this.#named(() => true).map((id) => this.#forget(id)))
  }

  #begin(
    { run, name, size }: RequestParams<'attachments.begin'>,
    client: Client,
  ): RequestResult<'attachments.begin'> {
    this.#runs.requireWritable()
    const { secrets, unknown } = this.#runs.secretsOf(run)
    if (size > MOST_ATTACHED)
      throw new ContractError(
        'too-large',
        `This file has ${bytesText(size)}. At most ${bytesText(MOST_ATTACHED)} are kept with a run: attach the part of it that matters, or its digest in a note.`,
      )
    if (this.#named((known) => known.client === client).length >= MOST_AT_ONCE)
      throw new ContractError(
        'too-many',
        `${MOST_AT_ONCE} files are on their way already. Wait for one of them.`,
      )
    const id = this.#options.crypto.randomId()
    this.#uploads.set(id, {
      client,
      upload: new Upload({
        run,
        name: safeFileName(name),
        size,
        blob: this.#options.store.blobs.createPending(run),
        secrets,
      }),
    })
    return { upload: id, unknownSecrets: [...unknown] }
  }

  async #piece(
    id: string,
    client: Client,
    offset: number,
    bytes: Uint8Array,
  ): Promise<RequestResult<'attachments.piece'>> {
    const upload = this.#upload(id, client)
    try {
      return { bytes: await upload.take(offset, bytes) }
    } catch (error) {
      await this.#forget(id)
      throw error
    }
  }

  async #add(
    { upload: id, actor, step, caption }: RequestParams<'attachments.add'>,
    client: Client,
  ): Promise<RequestResult<'attachments.add'>> {
    const upload = this.#upload(id, client)
    try {
      const { name, size, run } = upload
      const { redacted, ...received } = await upload.finish()
      const recorded = this.#runs.attach(run, actor, {
        type: 'attachment.add',
        name,
        size,
        ...received,
        ...(redacted && { redacted }),
        ...(step !== undefined && { step }),
        ...(caption !== undefined && { caption }),
      })
      this.#uploads.delete(id)
      upload.keep()
      const { mediaType, sha256 } = received
      return { ...recorded, mediaType, size, sha256, redacted }
    } catch (error) {
      await this.#forget(id)
      throw error
    }
  }

  #upload(id: string, client: Client): Upload {
    const found = this.#uploads.get(id)
    if (found === undefined || found.client !== client)
      throw new ContractError('no-upload', 'This file is not on its way any more. Attach it again.')
    return found.upload
  }

  #named(which: (upload: { upload: Upload; client: Client }) => boolean): readonly string[] {
    return [...this.#uploads].filter(([, upload]) => which(upload)).map(([id]) => id)
  }

  #forgetAll(which: (upload: { upload: Upload; client: Client }) => boolean): void {
    for (const id of this.#named(which)) this.#forget(id).catch(() => undefined)
  }

  async #forget(id: string): Promise<void> {
    const found = this.#uploads.get(id)
    this.#uploads.delete(id)
    await found?.upload.discard()
  }
}
