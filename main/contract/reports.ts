import { z } from 'zod'
import { REPORT_KINDS } from '../core/run/reports.ts'
import { reportSchema } from '../core/report/report.ts'

/** Requests and pushes about reports, and about files made of runs. */

export const EXPORT_FORMATS = [
  'html',
  'pdf',
  'md',
  'json',
  'csv',
  'junit',
  'cast',
  'bundle',
] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** How the name of a file of this format ends. */
export function extensionOf(format: ExportFormat): string {
  return format === 'bundle' ? 'zip' : format === 'junit' ? 'xml' : format
}

/** The name of a file about a run. `what`: the report, or the recording, that it has. */
export function exportFileName(run: string, what: string | number, format: ExportFormat): string {
  return `${run.replaceAll(/[^\w.-]/gu, '_')}-${what}.${extensionOf(format)}`
}

/** Of the format `cast`. */
export const castChoiceSchema = z.strictObject({
  /** The event that has the recording. Absent: everything that was recorded in the run, one after the other. */
  recording: z.int().positive().optional(),
  /** Which host's, where the event has those of several. */
  host: z.string().min(1).optional(),
  /** Of asciicast. Absent: 3. */
  version: z.literal([2, 3]).optional(),
})
export type CastChoice = z.infer<typeof castChoiceSchema>

const zone = z.string().min(1).max(100)

export const reportRequests = {
  /** The report of a run as it stands: an open run is told up to now. */
  'reports.get': {
    params: z.strictObject({
      run: z.string().min(1),
      report: z.enum(REPORT_KINDS),
      /** Also checks the record, which reads every output. */
      verify: z.boolean().optional(),
    }),
    result: reportSchema,
  },
  /** Writes a file about a run. It appears whole or not at all; progress comes as `export.progress`. */
  'exports.write': {
    params: z.strictObject({
      run: z.string().min(1),
      format: z.enum(EXPORT_FORMATS),
      /** Which report, for the formats that are one. */
      report: z.enum(REPORT_KINDS),
      /** IANA name of the zone shown beside UTC. */
      zone,
      cast: castChoiceSchema.optional(),
      /** Absolute. Absent: the folder `exports` of the data folder, under a name that tells the run and the format. */
      path: z.string().min(1).optional(),
      /** An existing file is replaced only when told to. */
      replace: z.boolean().optional(),
      /** Chosen by the client, to know progress and to cancel. */
      ticket: z.string().min(1).max(100),
    }),
    result: z.strictObject({ path: z.string(), bytes: z.int(), sha256: z.string() }),
  },
  'exports.cancel': {
    params: z.strictObject({ ticket: z.string() }),
    result: z.strictObject({}),
  },
} as const

export const reportPushes = {
  'export.progress': z.strictObject({
    ticket: z.string(),
    done: z.int().nonnegative(),
    /** Undefined: not known beforehand. */
    total: z.int().nonnegative().optional(),
    /** What of. */
    unit: z.enum(['events', 'bytes', 'runs']),
  }),
} as const
