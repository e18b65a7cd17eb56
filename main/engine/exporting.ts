import { ContractError } from '../contract/frames.ts'
import type { Push } from '../contract/pushes.ts'
import type { RequestParams, RequestResult } from '../contract/requests.ts'
import type { Exports } from './ports.ts'
import type { Reports } from './reports.ts'

/** How often a window hears how far it is. */
const PROGRESS_MS = 100

/** Files made of runs: one at a time for each ticket, each can be cancelled. */
export class Exporting {
  readonly #reports: Reports
  readonly #exports: Exports
  readonly #push: (push: Push) => void
  readonly #mono: () => number
  readonly #open = new Map<string, AbortController>()

  constructor(reports: Reports, exports: Exports, push: (push: Push) => void, mono: () => number) {
    this.#reports = reports
    this.#exports = exports
    this.#push = push
    this.#mono = mono
  }

  async write(params: RequestParams<'exports.write'>): Promise<RequestResult<'exports.write'>> {
    const { ticket, run, report, zone, format } = params
    if (this.#open.has(ticket)) {
      throw new ContractError('ticket-used', 'An export with this ticket is being written already.')
    }
    const controller = new AbortController()
    this.#open.set(ticket, controller)
    let told = -PROGRESS_MS
    try {
      const source = await this.#reports.source(run, report, zone)
      return await this.#exports.write(source, {
        format,
        path: params.path,
        replace: params.replace === true,
        signal: controller.signal,
        progress: (done, total, unit) => {
          if (this.#mono() - told < PROGRESS_MS) return
          told = this.#mono()
          this.#push({
            push: 'export.progress',
            data: { ticket, done, unit, ...(total !== undefined && { total }) },
          })
        },
      })
    } finally {
      this.#open.delete(ticket)
    }
  }

  cancel(ticket: string): void {
    this.#open.get(ticket)?.abort()
  }

  /** The program ends: nothing half written stays. */
  close(): void {
    for (const controller of this.#open.values()) controller.abort()
  }
}
