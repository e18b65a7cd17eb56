import type { CheckpointReason } from '../../core/evidence/checkpoint.ts'
import type { RunEvent } from '../../core/run/events.ts'
import type { RunState } from '../../core/run/state.ts'
import type { Clock, Crypto, DeviceKeys, Store, StoredCheckpoint } from '../ports.ts'
import { Notary } from './notary.ts'
import type { ReportTrouble } from '../troubles.ts'

/** How often a run in which something happens is signed, milliseconds. */
export const CHECKPOINT_EVERY_MS = 5 * 60_000

export interface NotariesOptions {
  readonly store: Store
  readonly deviceKeys: DeviceKeys | undefined
  readonly clock: Clock
  readonly crypto: Crypto
  readonly everyMs?: number
  /** Told why something could not be signed, until it can be; the run goes on. */
  readonly trouble: ReportTrouble
}

/** Makes the checkpoints of the runs that are written here: at the moments that matter, and every few minutes. */
export class Notaries {
  readonly #options: NotariesOptions
  readonly #notaries = new Map<string, Notary>()
  readonly #timer: NodeJS.Timeout | undefined

  constructor(options: NotariesOptions) {
    this.#options = options
    const { store, deviceKeys, everyMs = CHECKPOINT_EVERY_MS } = options
    if (store.readOnly !== undefined || deviceKeys === undefined) return
    this.#timer = setInterval(() => this.#all('interval'), everyMs)
    this.#timer.unref()
    // What was recorded before the keychain had opened is signed as soon as it has.
    if (deviceKeys.signer() === undefined) void deviceKeys.ready.then(() => this.#all('start'))
  }

  /** Called with what has just become durable, before anything is done because of it. */
  recorded(run: string, events: readonly RunEvent[], state: RunState): void {
    const over = state.phase === 'finished' || state.phase === 'aborted'
    const why = reasonFor(events, state) ?? (over ? 'afterwards' : undefined)
    if (why !== undefined) this.#sign(run, why)
    // The newest checkpoint has what it takes to go on from there.
    else if (!this.#notaries.has(run)) this.#of(run)
    if (over || state.suspended) this.#notaries.delete(run)
  }

  /** A checkpoint over all that is recorded now, for a person who wants to read out its words. Throws what the disk says. */
  now(run: string): StoredCheckpoint | undefined {
    return this.#of(run)?.checkpoint('asked')
  }

  close(): void {
    clearInterval(this.#timer)
    this.#notaries.clear()
  }

  #of(run: string): Notary | undefined {
    const { store, deviceKeys, clock, crypto } = this.#options
    if (deviceKeys === undefined || store.readOnly !== undefined) return undefined
    const known = this.#notaries.get(run)
    if (known !== undefined) return known
    const hash = (bytes: Uint8Array): Uint8Array => Buffer.from(crypto.sha256(bytes), 'hex')
    const notary = new Notary({ run, store, deviceKeys, clock, hash })
    this.#notaries.set(run, notary)
    return notary
  }

  #all(why: CheckpointReason): void {
    for (const run of this.#notaries.keys()) this.#sign(run, why)
  }

  #sign(run: string, why: CheckpointReason): void {
    try {
      this.#of(run)?.checkpoint(why)
      this.#options.trouble(this)
    } catch (error) {
      // A failover goes on unsigned; the next checkpoint covers this too.
      const message = error instanceof Error ? error.message : String(error)
      this.#options.trouble(this, `The record could not be signed: ${message}`)
    }
  }
}

/** The moment these events are, where they are one that is signed. */
function reasonFor(events: readonly RunEvent[], state: RunState): CheckpointReason | undefined {
  for (const event of events.toReversed()) {
    switch (event.type) {
      case 'run.started':
        return 'start'
      case 'run.finished':
      case 'run.aborted':
        return 'close'
      case 'run.paused':
        return 'pause'
      case 'run.suspended':
        return 'suspend'
      case 'run.reopened':
        return 'reopen'
      case 'approval.granted':
      case 'approval.refused':
        return 'approval'
      case 'role.accepted':
        return 'handover'
      case 'block.started': {
        const step = state.plan.steps.find(({ id }) => id === event.data.step)
        if (step?.pointOfNoReturn === true) return 'point-of-no-return'
        break
      }
      default:
        break
    }
  }
  return undefined
}
