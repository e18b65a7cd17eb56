import { z } from 'zod'
import { auditPackSchema, packTotalsSchema } from '../core/report/pack/pack.ts'
import { dayAt } from '../core/report/period.ts'

/** Requests about audit packs: every run of a period, read and verified from its record. */

export const PACK_FORMATS = ['html', 'pdf', 'md', 'json', 'csv'] as const
export type PackFormat = (typeof PACK_FORMATS)[number]

/** The name of a file about a period: its first and its last day by the clocks of its zone, `audit-20260701-20260930.html`. */
export function packFileName(
  { from, to, zone }: { readonly from: number; readonly to: number; readonly zone: string },
  format: PackFormat,
): string {
  const day = (at: number): string => dayAt(at, zone).replaceAll('-', '')
  return `audit-${day(from)}-${day(to - 1)}.${format}`
}

const period = {
  /** Epoch milliseconds: from this moment on, and before that one. */
  from: z.int(),
  to: z.int(),
  /** IANA name of the zone in which the period is meant, and whose times stand beside UTC. */
  zone: z.string().min(1).max(100),
}

/** Chosen by the client, to know progress (`export.progress`) and to cancel (`exports.cancel`). */
const ticket = z.string().min(1).max(100)

export const auditRequests = {
  /** The pack itself. Reads every output of every run of the period. */
  'audit.get': {
    params: z.strictObject({ ...period, ticket }),
    result: auditPackSchema,
  },
  /** Writes it as a file, which appears whole or not at all. */
  'audit.write': {
    params: z.strictObject({
      ...period,
      ticket,
      format: z.enum(PACK_FORMATS),
      /** Absolute. Absent: the folder `exports` of the data folder, under a name that tells the period. */
      path: z.string().min(1).optional(),
      /** An existing file is replaced only when told to. */
      replace: z.boolean().optional(),
    }),
    result: z.strictObject({
      path: z.string(),
      bytes: z.int(),
      sha256: z.string(),
      totals: packTotalsSchema,
      /** Of the population: the same as that of a pack that was got before, unless something was recorded since. */
      digest: z.string(),
      /** What is odd about the population, in words. */
      problems: z.array(z.string()).readonly(),
    }),
  },
} as const
