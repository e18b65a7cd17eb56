import type { AuditPack } from '../core/report/pack/pack.ts'
import { clockIn } from '../core/report/zone.ts'
import { ContractError } from '../contract/frames.ts'
import type { Push } from '../contract/pushes.ts'
import type { RequestParams, RequestResult } from '../contract/requests.ts'
import type { AuditPacks } from './audit.ts'
import type { Exports } from './ports.ts'
import type { Reports } from './reports.ts'

/** How often a window hears how far it is. */
const PROGRESS_MS = 100

export interface ExportingParts {
  readonly reports: Reports
  readonly packs: AuditPacks
  readonly exports: Exports
  readonly push: (push: Push) => void
  readonly mono: () => number
}

interface Order {
  readonly signal: AbortSignal
  readonly progress: (
    done: number,
    total: number | undefined,
    unit: 'events' | 'bytes' | 'runs',
  ) => void
}

/** Files made of runs: one at a time for each ticket, each can be cancelled. */
export class Exporting {
  readonly #reports: Reports
  readonly #packs: AuditPacks
  readonly #exports: Exports
  readonly #push: (push: Push) => void
  readonly #mono: () => number
  readonly #tickets = new Map<string, AbortController>()

  constructor({ reports, packs, exports, push, mono }: ExportingParts) {
    this.#reports = reports
    this.#packs = packs
    this.#exports = exports
    this.#push = push
    this.#mono = mono
  }

  async write(params: RequestParams<'exports.write'>): Promise<RequestResult<'exports.write'>> {
    const { ticket, run, report, zone, format } = params
    return await this.#open(ticket, async (order) => {
      const source = await this.#reports.source(run, report, zone)
      return await this.#exports.write(source, {
        ...order,
        format,
        cast: params.cast,
        path: params.path,
        replace: params.replace === true,
      })
    })
  }

  async pack(params: RequestParams<'audit.get'>): Promise<AuditPack> {
    return await this.#open(params.ticket, (order) => this.#made(params, order))
  }

  async writePack(params: RequestParams<'audit.write'>): Promise<RequestResult<'audit.write'>> {
    const { ticket, zone, format, path } = params
    return await this.#open(ticket, async (order) => {
      const pack = await this.#made(params, order)
      const written = await this.#exports.writePack(pack, clockIn(zone), {
        ...order,
        format,
        path,
        replace: params.replace === true,
      })
      const { totals, digest, problems } = pack
      return { ...written, totals, digest, problems }
    })
  }

  async #made(
    { from, to, zone }: RequestParams<'audit.get'>,
    { signal, progress }: Order,
  ): Promise<AuditPack> {
    return await this.#packs.make({
      period: { from, to },
      zone,
      signal,
      progress: (done, total) => progress(done, total, 'runs'),
    })
  }

  /** Does something that can be cancelled by its ticket, and tells how far it is. */
  async #open<T>(ticket: string, work: (order: Order) => Promise<T>): Promise<T> {
    if (this.#tickets.has(ticket)) {
      throw new ContractError('ticket-used', 'An export with this ticket is being written already.')
    }
    const controller = new AbortController()
    this.#tickets.set(ticket, controller)
    let told = -PROGRESS_MS
    try {
      return await work({
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
      this.#tickets.delete(ticket)
    }
  }

  cancel(ticket: string): void {
    this.#tickets.get(ticket)?.abort()
  }

  /** The program ends: nothing half written stays. */
  close(): void {
    for (const controller of this.#tickets.values()) controller.abort()
  }
}
