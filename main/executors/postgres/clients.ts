import type { ExecutionRequest } from '../../engine/ports.ts'
import { DialError } from '../network/sockets.ts'
import { limited } from '../network/reach.ts'
import { openSession } from './open.ts'
import type { Session, SessionRequest } from './session.ts'

/** The connections of runs: one per run, target and right to write. One block at a time uses each. */

/** How long a kept connection may take to show that it still lives. */
const ALIVE_MS = 5_000

/** A connection and what earlier blocks left in it. */
export class Slot {
  session: Session | undefined
  /** The block that left a transaction open. */
  openedBy: string | undefined
  /** Blocks have run here: settings and temporary tables of theirs may be expected. */
  used = false
  /** statement_timeout was set here, milliseconds. */
  timeoutMs: number | undefined
  /** The run is over. */
  #closed = false
  #tail: Promise<void> = Promise.resolve()

  /** Waits for its turn; the function given back ends it. */
  async enter(): Promise<() => void> {
    const before = this.#tail
    let leave: () => void = () => undefined
    this.#tail = new Promise((resolve) => {
      leave = resolve
    })
    await before
    return leave
  }

  /** What a person should know before the block: the notice. Rejects with a `DialError`; nothing was sent then. */
  async ready(
    request: SessionRequest,
  ): Promise<{ readonly session: Session; readonly notice: string | undefined }> {
    const kept = this.session
    if (kept !== undefined) {
      if (await lives(kept, request)) {
        const status = kept.client.getTransactionStatus()
        const by = this.openedBy
        if (status === 'I' || by === undefined) return { session: kept, notice: undefined }
        const state =
          status === 'E' ? 'has failed: only rollback has an effect in it' : 'is still open'
        return {
          session: kept,
          notice: `It ran inside the transaction that ${by} left open, which ${state}.`,
        }
      }
      kept.destroy()
      this.session = undefined
      this.timeoutMs = undefined
      const by = this.openedBy
      this.openedBy = undefined
      if (by !== undefined)
        throw new DialError(
          `The connection is gone (${kept.lost() ?? 'it does not answer'}), and with it the transaction that ${by} left open: the server has rolled it back. Nothing of this block was sent. Begin again with ${by}.`,
        )
    }
    const session = await openSession(request)
    if (this.#closed) {
      session.close()
      throw new DialError('The run ended before it was connected. Nothing was sent.')
    }
    this.session = session
    const notice = this.used
      ? 'It ran on a new connection: settings and temporary tables of earlier blocks are gone.'
      : undefined
    return { session, notice }
  }

  close(): void {
    this.#closed = true
    this.session?.close()
    this.session = undefined
  }
}

async function lives(session: Session, request: SessionRequest): Promise<boolean> {
  if (session.lost() !== undefined || session.stream.destroyed) return false
  // In a failed transaction nothing but its end is answered without an error, which is an answer too.
  const limit = limited(ALIVE_MS, request.signal, 'It did not answer.')
  const gaveUp = new Promise<false>((resolve) => {
    limit.signal.addEventListener('abort', () => resolve(false), { once: true })
  })
  const answer = session.client.query('select 1').then(
    () => true,
    () => session.lost() === undefined,
  )
  try {
    return await Promise.race([answer, gaveUp])
  } finally {
    limit.clear()
  }
}

export class Clients {
  readonly #runs = new Map<string, Map<string, Slot>>()

  slot(request: ExecutionRequest, readOnly: boolean): Slot {
    const slots = this.#runs.get(request.run) ?? new Map<string, Slot>()
    this.#runs.set(request.run, slots)
    const key = JSON.stringify([request.environment ?? '', request.profile, readOnly])
    const slot = slots.get(key) ?? new Slot()
    slots.set(key, slot)
    return slot
  }

  closeRun(run: string): void {
    for (const slot of this.#runs.get(run)?.values() ?? []) slot.close()
    this.#runs.delete(run)
  }
}
