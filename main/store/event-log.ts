import { encodeEvent, GENESIS } from '../core/evidence/chain.ts'
import { runEventSchema, type EventBody, type RunEvent } from '../core/run/events.ts'
import type { Clock, Crypto, EventLog } from '../engine/ports.ts'
import { reading, requireRunName, writing, type Access } from './access.ts'
import { StoreError } from './errors.ts'

interface StoredEvent {
  readonly seq: number
  readonly bytes: Buffer
  readonly hash: string
}

export interface EventLogOptions {
  readonly clock: Clock
  readonly crypto: Crypto
  /** This laptop. */
  readonly device: string
  /** This process: monotonic times can be compared only within it. */
  readonly boot: string
}

/** The log of all runs, one hash chain each. */
export function createEventLog(access: Access, options: EventLogOptions): EventLog {
  const { database } = access
  const head = database.prepare<[string], { seq: number; hash: string }>(
    'select seq, hash from event where run = ? order by seq desc limit 1',
  )
  const page = database.prepare<[string, number, number], StoredEvent>(
    'select seq, bytes, hash from event where run = ? and seq > ? order by seq limit ?',
  )
  const noteAt = database
    .prepare<[string, number], Buffer>('select note from checkpoint where run = ? and size = ?')
    .pluck()
  const insert = database.prepare<[string, number, Uint8Array, string]>(
    'insert into event (run, seq, bytes, hash) values (?, ?, ?, ?)',
  )

  function storeNext(
    run: string,
    actor: string,
    body: EventBody,
    seq: number,
    prev: string,
    checkpoint: string | undefined,
  ): RunEvent {
    const line = lineOf({
      v: 1,
      seq,
      run,
      actor,
      device: options.device,
      wall: Math.round(options.clock.wall()),
      mono: Math.round(options.clock.mono()),
      boot: options.boot,
      prev,
      ...(checkpoint !== undefined && { checkpoint }),
      ...body,
    })
    const bytes = Buffer.from(line, 'utf8')
    const hash = options.crypto.sha256(bytes)
    // Read back before it is written: the log takes nothing that it could not give again.
    const event = parseEvent(line, hash)
    if (event === undefined) {
      throw new StoreError(
        'invalid',
        `An event of type ${body.type} was refused because it does not have the form of one; nothing was recorded. This is a fault in Muster: please report it.`,
      )
    }
    insert.run(run, seq, bytes, hash)
    return event
  }

  return {
    append(run, actor, bodies) {
      requireRunName(run)
      return writing(access, `What happened in run ${run} could not be recorded`, () => {
        const last = head.get(run)
        let seq = last?.seq ?? 0
        let prev = last?.hash ?? GENESIS
        // What follows a checkpoint names it: one that is taken away later is missed.
        const note = noteAt.get(run, seq)
        let checkpoint = note === undefined ? undefined : options.crypto.sha256(note)
        return bodies.map((body) => {
          const event = storeNext(run, actor, body, ++seq, prev, checkpoint)
          prev = event.hash
          checkpoint = undefined
          return event
        })
      })
    },

    read(run, after, limit) {
      return reading(access, `Run ${run} could not be read`, () => page.all(run, after, limit)).map(
        ({ seq, bytes, hash }) => {
          const event = parseEvent(bytes.toString('utf8'), hash)
          // An event that stands in another's place would also lead whoever reads page by page in a circle.
          if (event === undefined || event.seq !== seq || event.run !== run) {
            throw new StoreError(
              'damaged',
              `Event ${seq} of run ${run} cannot be read: it was damaged, or a newer Muster wrote it. Nothing was changed. “muster verify ${run}” says more.`,
            )
          }
          return event
        },
      )
    },

    readStored(run, after, limit) {
      return reading(access, `Run ${run} could not be read`, () => page.all(run, after, limit))
    },
  }
}

function lineOf(event: Omit<RunEvent, 'hash'>): string {
  try {
    return encodeEvent(event)
  } catch (error) {
    throw new StoreError(
      'invalid',
      `An event could not be recorded: ${error instanceof Error ? error.message : String(error)}`,
      error,
    )
  }
}

function parseEvent(line: string, hash: string): RunEvent | undefined {
  try {
    const content: unknown = JSON.parse(line)
    if (typeof content !== 'object' || content === null) return undefined
    return runEventSchema.safeParse({ ...content, hash }).data
  } catch {
    return undefined
  }
}
