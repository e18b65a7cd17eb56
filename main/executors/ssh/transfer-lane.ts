import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, resolve } from 'node:path'
import { mediaTypeOf } from '../../core/files/media-type.ts'
import {
  baseName,
  filledPath,
  MAX_MB,
  readTransfer,
  type Download,
  type FileFacts,
  type Upload,
} from '../../core/files/transfer.ts'
import type { Execution, ExecutionResult, OutputSink } from '../../engine/ports.ts'
import type { RemoteFiles, RemoteWriter, Transport } from '../../engine/transport.ts'
import { deferred } from '../lanes/deferred.ts'
import { connectionProblem } from './lane.ts'

/**
 * One file from or to a host, over SFTP. A file under its final name is the old one or the new one, whole: it is written
 * beside and renamed. What is downloaded goes into the record and nowhere else.
 */

export interface TransferOptions {
  readonly verb: 'upload' | 'download'
  readonly text: string
  readonly values: Readonly<Record<string, string>>
  /** Where relative paths on this laptop start; undefined: the person's home. */
  readonly folder: string | undefined
  readonly connect: (signal: AbortSignal) => Promise<Transport>
  /** Where it goes or comes from, for words. */
  readonly where: string
  readonly timeoutMs: number | undefined
}

/** How much is read from the laptop at a time. */
const PIECE = 256 * 1024
const MEGABYTE = 1_000_000
/** For so long the end of a stopped upload waits until the host has removed what was there of it. */
const DISCARD_MS = 2_000
/** Enough to tell what a file is. */
const FIRST_BYTES = 512

/** A mistake that is known to have changed nothing. */
class KnownProblem extends Error {}

export function startTransfer(options: TransferOptions, sink: OutputSink): Execution {
  const lane = new TransferLane(options, sink)
  return { result: lane.result, stop: (rung) => lane.stop(rung === 'abandon') }
}

type End = 'stopped' | 'timed-out' | 'abandoned'

class TransferLane {
  readonly #options: TransferOptions
  readonly #sink: OutputSink
  readonly #result = deferred<ExecutionResult>()
  readonly #aborting = new AbortController()
  #end: End | undefined
  #lost: string | undefined
  /** Something was asked of the host: opening, writing, renaming. */
  #begun = false
  /** The name is being taken: whether it has been, only the host knows. */
  #renaming = false
  #timer: NodeJS.Timeout | undefined
  #facts: FileFacts

  constructor(options: TransferOptions, sink: OutputSink) {
    this.#options = options
    this.#sink = sink
    this.#facts = { direction: options.verb, from: '', to: '', bytes: 0 }
    void this.#run()
  }

  get result(): Promise<ExecutionResult> {
    return this.#result.promise
  }

  stop(abandon: boolean): void {
    this.#finish(abandon ? 'abandoned' : 'stopped')
  }

  #finish(end: End): void {
    this.#end ??= end
    this.#aborting.abort(new Error('It was stopped.'))
  }

  async #run(): Promise<void> {
    const { verb, text, timeoutMs } = this.#options
    try {
      const read = readTransfer(verb, text)
      if ('problem' in read) return this.#notStarted(read.problem)
      const transport = await this.#options
        .connect(this.#aborting.signal)
        .catch((error: unknown) => this.#notStarted(connectionProblem(error)))
      if (transport === undefined) return
      void transport.lost.then((why) => {
        this.#lost = why ?? 'it was closed.'
        this.#aborting.abort(new Error(`The connection was lost: ${this.#lost}`))
      })
      if (timeoutMs !== undefined)
        this.#timer = setTimeout(() => this.#finish('timed-out'), timeoutMs)
      const files = await this.#stoppable(transport.files())
      await (read.verb === 'upload'
        ? this.#upload(read.upload, files)
        : this.#download(read.download, files))
      this.#done()
    } catch (error) {
      this.#failed(error)
    } finally {
      clearTimeout(this.#timer)
    }
  }

  async #upload(upload: Upload, files: RemoteFiles): Promise<void> {
    const from = this.#local(this.#filled(upload.from))
    const to = this.#filled(upload.to)
    this.#facts = { ...this.#facts, from, to, ...(upload.mode && { mode: upload.mode }) }
    const file = await open(from, 'r').catch((error: unknown) => {
      throw new KnownProblem(`${from} on this laptop cannot be read: ${wordsOf(error)}`)
    })
    try {
      const { size } = await plainFile(file, from)
      this.#facts = { ...this.#facts, size }
      if (upload.sha256 !== undefined) await this.#matches(file, from, upload.sha256)
      const there = await this.#stoppable(files.stat(to))
      if (there?.folder === true)
        throw new KnownProblem(`${to} on ${this.#options.where} is a folder. Name the file in it.`)
      if (there !== undefined && upload.replace !== true)
        throw new KnownProblem(
          `${to} is there on ${this.#options.where} already. Say “replace: true” to replace it.`,
        )
      this.#begun = true
      const mode = upload.mode === undefined ? undefined : Number.parseInt(upload.mode, 8)
      const writer = await this.#opened(files.write(to, mode))
      await this.#send(file, size, writer)
      this.#facts = { ...this.#facts, ...(there !== undefined && { replaced: true }) }
    } finally {
      await file.close()
    }
  }

  /** The host may have made the file by the time that the wish to stop is heard. */
  async #opened(opening: Promise<RemoteWriter>): Promise<RemoteWriter> {
    try {
      return await this.#stoppable(opening)
    } catch (error) {
      if (this.#lost === undefined)
        await within(
          DISCARD_MS,
          opening.then(async (writer) => await writer.discard()),
        )
      throw error
    }
  }

  async #send(file: FileHandle, size: number, writer: RemoteWriter): Promise<void> {
    const hash = createHash('sha256')
    const first = Buffer.alloc(FIRST_BYTES)
    const piece = Buffer.allocUnsafe(PIECE)
    let sent = 0
    try {
      for (;;) {
        const { bytesRead } = await file.read(piece, 0, PIECE, sent)
        if (bytesRead === 0) break
        const bytes = piece.subarray(0, bytesRead)
        if (sent === 0) bytes.copy(first)
        hash.update(bytes)
        await this.#stoppable(writer.write(bytes))
        sent += bytesRead
        this.#facts = { ...this.#facts, bytes: sent }
        this.#sink.progress?.(sent, size)
      }
      this.#renaming = true
      await this.#stoppable(writer.finish())
      this.#renaming = false
    } catch (error) {
      // Nothing half written stays there, as far as the connection still carries that wish.
      if (!this.#renaming && this.#lost === undefined) await within(DISCARD_MS, writer.discard())
      throw error
    }
    const sha256 = hash.digest('hex')
    const mediaType = mediaTypeOf(first.subarray(0, Math.min(sent, FIRST_BYTES)))
    this.#facts = { ...this.#facts, sha256, mediaType }
    const said = `${sent} bytes are at ${this.#facts.to} on ${this.#options.where}, SHA-256 ${sha256}\n`
    await this.#sink.stdout(Buffer.from(said))
  }

  async #download(download: Download, files: RemoteFiles): Promise<void> {
    const { where } = this.#options
    const from = this.#filled(download.from)
    const name = download.name === undefined ? baseName(from) : this.#filled(download.name)
    this.#facts = { ...this.#facts, from, to: name }
    const most = (download['max-mb'] ?? MAX_MB) * MEGABYTE
    const there = await this.#stoppable(files.stat(from))
    if (there === undefined) throw new KnownProblem(`${from} is not there on ${where}.`)
    if (there.folder) throw new KnownProblem(`${from} on ${where} is a folder. Name a file in it.`)
    if (there.bytes > most) throw new KnownProblem(tooLarge(from, there.bytes, most))
    this.#begun = true
    this.#facts = { ...this.#facts, size: there.bytes }
    const hash = createHash('sha256')
    let first: Buffer = Buffer.alloc(0)
    let bytes = 0
    const stream = files.read(from)
    const destroy = (): void => void stream.destroy()
    this.#aborting.signal.addEventListener('abort', destroy, { once: true })
    try {
      for await (const piece of stream) {
        if (!(piece instanceof Uint8Array)) continue
        this.#aborting.signal.throwIfAborted()
        if (first.length < FIRST_BYTES)
          first = Buffer.concat([first, piece.subarray(0, FIRST_BYTES)])
        hash.update(piece)
        bytes += piece.length
        // A log grows while it is read.
        if (bytes > most) throw new KnownProblem(tooLarge(from, bytes, most))
        this.#facts = { ...this.#facts, bytes }
        await this.#sink.stdout(piece)
        this.#sink.progress?.(bytes, there.bytes)
      }
    } finally {
      this.#aborting.signal.removeEventListener('abort', destroy)
      stream.destroy()
    }
    this.#aborting.signal.throwIfAborted()
    const sha256 = hash.digest('hex')
    this.#facts = { ...this.#facts, sha256, mediaType: mediaTypeOf(first) }
    if (download.sha256 !== undefined && download.sha256 !== sha256)
      throw new KnownProblem(
        `${from} on ${where} is not what was expected: its SHA-256 is ${sha256}, not ${download.sha256}. What came is kept.`,
      )
  }

  async #matches(file: FileHandle, from: string, expected: string): Promise<void> {
    const hash = createHash('sha256')
    const piece = Buffer.allocUnsafe(PIECE)
    for (let at = 0; ;) {
      this.#aborting.signal.throwIfAborted()
      const { bytesRead } = await file.read(piece, 0, PIECE, at)
      if (bytesRead === 0) break
      hash.update(piece.subarray(0, bytesRead))
      at += bytesRead
    }
    const found = hash.digest('hex')
    if (found !== expected)
      throw new KnownProblem(
        `${from} is not what the runbook expects: its SHA-256 is ${found}, not ${expected}. Nothing was sent.`,
      )
  }

  #filled(template: string): string {
    const filled = filledPath(template, this.#options.values)
    if ('problem' in filled) throw new KnownProblem(filled.problem)
    return filled.path
  }

  #local(path: string): string {
    return isAbsolute(path) ? path : resolve(this.#options.folder ?? homedir(), path)
  }

  /** The work, or the end of waiting for it. */
  async #stoppable<T>(work: Promise<T>): Promise<T> {
    const { signal } = this.#aborting
    // Nobody hears any more how it came out.
    work.catch(() => undefined)
    signal.throwIfAborted()
    let give: (() => void) | undefined
    try {
      return await Promise.race([
        work,
        new Promise<never>((_resolve, reject) => {
          give = () =>
            reject(signal.reason instanceof Error ? signal.reason : new Error('Stopped.'))
          signal.addEventListener('abort', give, { once: true })
        }),
      ])
    } finally {
      if (give !== undefined) signal.removeEventListener('abort', give)
    }
  }

  #done(): void {
    this.#result.resolve({ outcome: { kind: 'responded' }, files: this.#facts })
  }

  #failed(error: unknown): void {
    const { verb, where, timeoutMs } = this.#options
    const facts = this.#facts
    if (!this.#begun || error instanceof KnownProblem) {
      if (this.#lost !== undefined && !(error instanceof KnownProblem))
        return this.#notStarted(
          `The connection to ${where} was lost: ${this.#lost} Nothing was sent.`,
        )
      if (this.#end !== undefined && !(error instanceof KnownProblem))
        return this.#notStarted('It was stopped before it began; nothing was sent.')
      const files = { ...facts, error: wordsOf(error) }
      return this.#result.resolve({ outcome: { kind: 'responded' }, files })
    }
    const far = `${facts.bytes} of ${facts.size ?? 'an unknown number of'} bytes had arrived.`
    const left =
      verb === 'download'
        ? ''
        : this.#renaming
          ? ` All bytes were there and ${facts.to} was being taken as the name: look whether it is the new file.`
          : ` ${facts.to} is as it was; a part may have been left beside it under a name that begins with it.`
    if (this.#lost !== undefined) {
      const detail = `The connection to ${where} was lost during the ${verb}: ${this.#lost} ${far}${left}`
      return this.#result.resolve({ outcome: { kind: 'disconnected', detail }, files: facts })
    }
    const notice = `${far}${left}`
    switch (this.#end) {
      case 'timed-out':
        return this.#result.resolve({
          outcome: { kind: 'timed-out', afterMs: Math.round(timeoutMs ?? 0) },
          files: facts,
          notice,
        })
      case 'abandoned':
        return this.#result.resolve({
          outcome: { kind: 'unknown', detail: `It was given up on. ${notice}` },
          files: facts,
        })
      case 'stopped':
        return this.#result.resolve({ outcome: { kind: 'cancelled' }, files: facts, notice })
      case undefined: {
        // The host answered with an error: that is known.
        const files = { ...facts, error: wordsOf(error) }
        return this.#result.resolve(
          this.#renaming
            ? { outcome: { kind: 'unknown', detail: `${wordsOf(error)}${left}` }, files }
            : { outcome: { kind: 'responded' }, files },
        )
      }
    }
  }

  #notStarted(detail: string): undefined {
    this.#result.resolve({ outcome: { kind: 'not-started', detail } })
  }
}

async function plainFile(file: FileHandle, path: string): Promise<{ readonly size: number }> {
  const found = await file.stat()
  if (!found.isFile())
    throw new KnownProblem(`${path} on this laptop is not a plain file. Name a file.`)
  return found
}

function tooLarge(path: string, bytes: number, most: number): string {
  return `${path} has ${bytes} bytes, more than the ${most / MEGABYTE} MB that are taken. Say “max-mb” to take more.`
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await Promise.race([
    work.catch(() => undefined),
    new Promise((settle) => {
      timer = setTimeout(settle, milliseconds)
    }),
  ])
  clearTimeout(timer)
}
