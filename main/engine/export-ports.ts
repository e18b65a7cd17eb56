import type { PackFormat } from '../contract/audit.ts'
import type { CastChoice, ExportFormat } from '../contract/reports.ts'
import type { AuditPack } from '../core/report/pack/pack.ts'
import type { ReportClock } from '../core/report/zone.ts'
import type { ExportSource } from './export-source.ts'

/** Makes files of runs. */
export interface Exports {
  /** The file appears whole or not at all. Throws a `ContractError` in words. */
  write(
    source: ExportSource,
    request: FileOrder & {
      readonly format: ExportFormat
      /** Of the format `cast`. */
      readonly cast?: CastChoice | undefined
    },
  ): Promise<FileWritten>
  /** The same for an audit pack. */
  writePack(
    pack: AuditPack,
    clock: ReportClock,
    request: FileOrder & { readonly format: PackFormat },
  ): Promise<FileWritten>
}

/** Where a file goes, and who wants to know how far it is. */
export interface FileOrder {
  /** Absolute; undefined: where the program keeps its own. */
  readonly path: string | undefined
  readonly replace: boolean
  readonly signal: AbortSignal
  readonly progress: (done: number, total: number | undefined, unit: 'events' | 'bytes') => void
}

export interface FileWritten {
  readonly path: string
  readonly bytes: number
  readonly sha256: string
}
