import { blobsOf } from '../../core/evidence/blobs.ts'
import { own } from '../../core/own.ts'
import { MUSTER } from '../../core/run/decide.ts'
import type { RunEvent } from '../../core/run/events.ts'
import type { RunState } from '../../core/run/state.ts'
import { ContractError } from '../../contract/frames.ts'
import type { EngineOptions } from '../options.ts'
import type { StoredCheckpoint } from '../ports.ts'
import type { RunSession } from '../run-session.ts'
import { checkedSignature, stampNewest, type GivenSignature } from './countersigning.ts'
import { Notaries } from './notaries.ts'
import type { ReportTrouble } from '../troubles.ts'

export interface RunEvidenceOptions {
  readonly options: EngineOptions
  /** The session that is open, or one for as long as it takes. */
  readonly session: (run: string) => RunSession
  readonly trouble: ReportTrouble
}

/** What makes the records of runs stand up: they are signed, others vouch for them, and what may not be kept is taken out. */
export class RunEvidence {
  readonly #options: EngineOptions
  readonly #session: (run: string) => RunSession
  readonly #trouble: ReportTrouble
  readonly #notaries: Notaries
  /** Time stamps that are on their way. */
  readonly #stamping = new Set<Promise<void>>()

  constructor({ options, session, trouble }: RunEvidenceOptions) {
    this.#options = options
    this.#session = session
    this.#trouble = trouble
    const { store, deviceKeys, clock, crypto, checkpointEveryMs } = options
    this.#notaries = new Notaries({
      store,
      deviceKeys,
      clock,
      crypto,
      ...(checkpointEveryMs !== undefined && { everyMs: checkpointEveryMs }),
      trouble,
    })
  }

  /** Called with what has just become durable, before anything is done because of it. */
  recorded(run: string, events: readonly RunEvent[], state: RunState): void {
    this.#notaries.recorded(run, events, state)
    if (events.some(({ type }) => type === 'run.finished' || type === 'run.aborted'))
      this.#stampEnd(run)
    for (const event of events)
      if (event.type === 'output.redacted') this.#erase(run, [event.data.sha256])
  }

  /** Signs what is recorded now, where this engine writes; otherwise the newest checkpoint there is. */
  checkpoint(run: string): StoredCheckpoint | undefined {
    return this.#notaries.now(run) ?? this.#options.store.checkpoints.last(run)?.checkpoint
  }

  /** Adds a signature of somebody else, once it was found to hold. */
  countersign(run: string, actor: string, given: GivenSignature): { size: number; by: string } {
    const command = checkedSignature(given, run, this.#options)
    const result = this.#session(run).countersign(actor, command)
    if (!result.ok) throw new ContractError(result.code, result.message)
    return { size: command.size, by: command.by }
  }

  /** Asks the configured service for a time stamp of the newest checkpoint. */
  async timestamp(run: string, actor: string): Promise<{ size: number; by: string }> {
    const answer = await stampNewest(run, this.#options)
    return this.countersign(run, actor, { kind: 'timestamp', signature: answer, key: undefined })
  }

  /** Refuses to take out what the event does not refer to. */
  requireOutput(run: string, { event: seq, sha256 }: { event: number; sha256: string }): void {
    const [event] = this.#options.store.log.read(run, seq - 1, 1)
    if (event !== undefined && blobsOf(event).some((blob) => blob.sha256 === sha256)) return
    throw new ContractError('no-output', `Event ${seq} has no output of that name.`)
  }

  /** Takes out what a crash left on the disk after it was redacted. */
  eraseLeft(run: string, state: RunState): void {
    this.#erase(run, Object.keys(state.redactions ?? {}))
  }

  async close(): Promise<void> {
    await Promise.all(this.#stamping)
    this.#notaries.close()
  }

  /** Where a timestamp service is configured it stamps the end of each run; without an answer the run has ended all the same. */
  #stampEnd(run: string): void {
    if (this.#options.timestamps === undefined) return
    const stamping = this.timestamp(run, MUSTER)
      .then(() => this.#trouble(this.#stamping))
      .catch((error: unknown) => {
        this.#trouble(this.#stamping, error instanceof Error ? error.message : String(error))
      })
      .finally(() => this.#stamping.delete(stamping))
    this.#stamping.add(stamping)
  }

  #erase(run: string, names: readonly string[]): void {
    const { store } = this.#options
    const left = names.filter((sha256) => store.blobs.size(run, sha256) !== undefined)
    if (left.length === 0 || store.readOnly !== undefined) return
    try {
      store.erase(run, left)
      this.#trouble(this)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      this.#trouble(this, `What was taken out of the record is still on the disk: ${message}`)
    }
  }
}

/** Why an output is not there, where somebody took it out. */
export function redactionOf(state: RunState, sha256: string): string | undefined {
  const found = own(state.redactions ?? {}, sha256)
  return found && `${found.by} took this output out of the record: ${found.reason}`
}
