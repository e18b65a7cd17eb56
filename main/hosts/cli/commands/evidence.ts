import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { PIECE_BYTES, MOST_ATTACHED } from '../../../contract/attachments.ts'
import { ContractError } from '../../../contract/frames.ts'
import { falseClaim, mediaTypeWords } from '../../../core/files/media-type.ts'
import { bytesText } from '../../../core/report/duration.ts'
import type { Connection } from '../../../engine/engine.ts'
import { CliError, usage } from '../cli-error.ts'
import type { Console } from '../console.ts'
import { EXIT } from '../exit-codes.ts'
import { printable } from '../printable.ts'
import { findRun } from '../record/find-run.ts'
import { openToWrite } from '../record/open.ts'
import { stateOf } from '../record/read-run.ts'
import { reading } from '../validate/runbook-files.ts'
import { DATA_OPTION, readWords } from '../words.ts'

/** A file to be attached. */
interface Source {
  readonly name: string
  readonly size: number
  /** At most that many bytes, from there on. */
  read(offset: number, length: number): Promise<Uint8Array>
  close(): Promise<void>
}

/** `muster evidence RUN FILE [--step ID] [--caption TEXT] [--name NAME] [--as NAME]` */
export async function run(words: readonly string[], console: Console): Promise<number> {
  const { values, positionals } = readWords(words, {
    ...DATA_OPTION,
    step: { type: 'string' },
    caption: { type: 'string' },
    name: { type: 'string' },
    as: { type: 'string' },
  })
  const [word, file, ...more] = positionals
  if (word === undefined || file === undefined || more.length > 0)
    throw usage('Give the run and the file that belongs to it.')
  const source = file === '-' ? await standardInput(values.name) : await onDisk(file, values.name)
  try {
    const opened = await openToWrite(values.data, () => undefined)
    try {
      const { connection } = opened
      const { run } = await findRun(connection, word)
      const { step, caption } = values
      // Before a large file travels for nothing.
      const state = await stateOf(connection, run)
      if (step !== undefined && state.plan.steps.every(({ id }) => id !== step))
        throw usage(
          `The run has no step ${printable(step)}; it has ${state.plan.steps.map(({ id }) => printable(id)).join(', ')}.`,
        )
      const { upload, unknownSecrets } = await connection.request('attachments.begin', {
        run,
        name: source.name,
        size: source.size,
      })
      if (unknownSecrets.length > 0)
        console.say(
          `The value of ${unknownSecrets.map(printable).join(', ')} is not known any more, so it is not looked for in the file.`,
        )
      await send(connection, upload, source)
      const { user } = await connection.request('session.info', {})
      const { seq, name, mediaType, size, sha256, redacted } = await connection.request(
        'attachments.add',
        {
          upload,
          actor: values.as ?? user,
          ...(step !== undefined && { step }),
          ...(caption !== undefined && caption.trim() !== '' && { caption }),
        },
      )
      console.out(
        `Kept with the run as ${printable(name)}: ${mediaTypeWords(mediaType)}, ${bytesText(size)}, event ${seq}.`,
      )
      console.out(`sha256 ${sha256}${redacted ? ' (of what is kept)' : ''}`)
      if (redacted) console.say('Secrets of the run stood in it and were taken out.')
      const claimed = falseClaim(name, mediaType)
      if (claimed !== undefined)
        console.say(
          `Its name says ${mediaTypeWords(claimed)}, and its bytes are ${mediaTypeWords(mediaType)}.`,
        )
      return EXIT.ok
    } catch (error) {
      if (error instanceof ContractError)
        throw new CliError(EXIT.problems, printable(error.message))
      throw error
    } finally {
      await opened.close()
    }
  } finally {
    await source.close()
  }
}

async function send(connection: Connection, upload: string, source: Source): Promise<void> {
  for (let offset = 0; offset < source.size;) {
    const bytes = await source.read(offset, PIECE_BYTES)
    // It has become shorter; what the engine says of it is right.
    if (bytes.length === 0) return
    const base64 = Buffer.from(bytes).toString('base64')
    await connection.request('attachments.piece', { upload, offset, base64 })
    offset += bytes.length
  }
}

async function onDisk(path: string, name: string | undefined): Promise<Source> {
  return await reading(path, async () => {
    const file = await open(path)
    const facts = await file.stat()
    if (!facts.isFile()) {
      await file.close()
      throw new Error('it is no file. Give a file, or - for what comes in a pipe')
    }
    const buffer = Buffer.allocUnsafe(PIECE_BYTES)
    return {
      name: name ?? basename(path),
      size: facts.size,
      async read(offset, length) {
        const { bytesRead } = await reading(path, () => file.read(buffer, 0, length, offset))
        return buffer.subarray(0, bytesRead)
      },
      close: () => file.close(),
    }
  })
}

/** How long a pipe is shows only at its end, so it is held until then: no more than is taken. */
async function standardInput(name: string | undefined): Promise<Source> {
  if (name === undefined || name.trim() === '')
    throw usage('What comes in a pipe has no name: give it one with --name.')
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of process.stdin) {
    const bytes = Buffer.from(piece)
    size += bytes.length
    if (size > MOST_ATTACHED)
      throw new CliError(
        EXIT.problems,
        `More than ${bytesText(MOST_ATTACHED)} came. At most so much is kept with a run.`,
      )
    pieces.push(bytes)
  }
  const whole = Buffer.concat(pieces)
  return {
    name,
    size,
    read: (offset, length) => Promise.resolve(whole.subarray(offset, offset + length)),
    close: () => Promise.resolve(),
  }
}
