import { z } from 'zod'
import { modeSchema, severitySchema } from '../../run/events.ts'
import { REDACTION_KINDS } from '../../run/evidence-schemas.ts'
import { REPORT_KINDS, REPORT_STATUSES } from '../../run/reports.ts'
import { writtenFieldSchema } from '../report-people.ts'
import { recoverySchema, reportSchema } from '../report.ts'

/**
 * The content of an audit pack: every run of a period, what was out of the ordinary in each, and what all of it is evidence
 * for. Times are epoch milliseconds, durations milliseconds. `resources/audit-pack.schema.json` is made from these schemas.
 */

const at = z.int()
const count = z.int().nonnegative()
const { shape } = reportSchema

/** `began`: in the period. `carried-over`: before it, and it was still open when the period began. */
export const MEMBERSHIPS = ['began', 'carried-over'] as const
export type Membership = (typeof MEMBERSHIPS)[number]

export const packRunSchema = z.strictObject({
  run: z.string(),
  membership: z.enum(MEMBERSHIPS),
  title: z.string(),
  runbook: shape.runbook,
  mode: modeSchema,
  status: shape.status,
  environment: z.string().optional(),
  production: z.boolean(),
  version: z.string(),
  device: z.string(),
  commander: z.string(),
  /** Everybody who held a role, in the order they took it. */
  people: z.array(z.strictObject({ role: z.string(), who: z.string() })).readonly(),
  /** The worst there was. */
  severity: severitySchema.optional(),
  times: shape.times,
  recovery: recoverySchema,
  recoveryPoint: shape.recoveryPoint,
  /** `left`: not begun or not ended when the run was over, or up to now. */
  steps: z.strictObject({
    total: count,
    done: count,
    failed: count,
    skipped: count,
    rolledBack: count,
    notNeeded: count,
    left: count,
  }),
  counts: shape.counts,
  decisions: count,
  /** Terminals in which a person typed freely. */
  terminals: count,
  approvals: shape.approvals,
  deviations: shape.deviations,
  unknowns: shape.unknowns,
  gaps: shape.gaps,
  redactions: z
    .array(
      z.strictObject({
        /** Name of the output. */
        sha256: z.string(),
        /** The event that had it. */
        event: z.int().positive(),
        kind: z.enum(REDACTION_KINDS),
        reason: z.string(),
        by: z.string(),
        at,
      }),
    )
    .readonly(),
  witnesses: z
    .array(
      z.strictObject({
        seq: z.int().positive(),
        /** How many events the witness vouches for. */
        size: z.int().positive(),
        kind: z.enum(['words', 'muster', 'ssh', 'timestamp']),
        by: z.string(),
        at,
      }),
    )
    .readonly(),
  /** What people wrote about the run; a report that nobody touched is absent. */
  reports: z
    .array(
      z.strictObject({
        kind: z.enum(REPORT_KINDS),
        status: z.enum(REPORT_STATUSES),
        fields: z.array(writtenFieldSchema).readonly(),
      }),
    )
    .readonly(),
  /** What a check of the record found when the pack was made. */
  verification: z.strictObject({
    ok: z.boolean(),
    events: count,
    outputs: count,
    problems: z.array(z.string()).readonly(),
    checkpoints: count,
    /** The last event that is signed. */
    signedUpTo: count,
    /** Recorded witnesses whose word holds. */
    witnesses: count,
  }),
  /** Hash of the last event, hex. */
  head: z.string(),
})
export type PackRun = Readonly<z.infer<typeof packRunSchema>>

/** A run of which only a tombstone is left. */
export const packDeletedSchema = z.strictObject({
  run: z.string(),
  /** `deleted`: it is older than the period, and was deleted in it. */
  membership: z.enum([...MEMBERSHIPS, 'deleted']),
  title: z.string(),
  kind: z.string(),
  mode: modeSchema,
  status: z.enum(['finished', 'aborted']),
  runbook: z.string(),
  started: at,
  ended: at.optional(),
  events: count,
  head: z.string(),
  deleted: at,
  by: z.string(),
  reason: z.string(),
  /** A key of this device has signed the tombstone. */
  signed: z.boolean(),
})
export type PackDeleted = Readonly<z.infer<typeof packDeletedSchema>>

/** A run whose record cannot be read any more. */
export const packUnreadableSchema = z.strictObject({
  run: z.string(),
  /** One of which nobody can say when it began belongs to every period. */
  membership: z.enum(MEMBERSHIPS),
  /** When it began; undefined where not even that can be read. */
  started: at.optional(),
  message: z.string(),
})
export type PackUnreadable = Readonly<z.infer<typeof packUnreadableSchema>>

export const packRunbookSchema = z.strictObject({
  path: z.string(),
  title: z.string(),
  kind: z.string(),
  system: z.string().optional(),
  /** SHA-256 of each version of the file that was run, in the order of first use. */
  versions: z.array(z.string()).readonly(),
  runs: count,
  live: count,
  drill: count,
  walkthrough: count,
  completed: count,
  /** Runs by their verdict on the recovery time. */
  met: count,
  missed: count,
  last: at,
  lastCompleted: at.optional(),
})
export type PackRunbook = Readonly<z.infer<typeof packRunbookSchema>>

export const packControlSchema = z.strictObject({
  framework: z.string(),
  control: z.string(),
  /** What the control asks for, in our own words. */
  asks: z.string(),
  /** What the runs of the period show. */
  shows: z.string(),
  /** What no run shows and somebody else has to bring. */
  elsewhere: z.string(),
  /** The runs that this is taken from. */
  runs: z.array(z.string()).readonly(),
})
export type PackControl = Readonly<z.infer<typeof packControlSchema>>

export const packTotalsSchema = z.strictObject({
  /** Runs that began in the period: those with a record, deleted and unreadable ones. */
  population: count,
  carriedOver: count,
  live: count,
  drill: count,
  walkthrough: count,
  /** Finished, and no step failed or was left undone. This and the next five add up to the population. */
  completed: count,
  /** Finished, but a step had failed or was left undone. */
  notEverything: count,
  aborted: count,
  /** Still open, or interrupted and not resumed. */
  open: count,
  deleted: count,
  unreadable: count,
  met: count,
  missed: count,
  notCompleted: count,
  noObjective: count,
  deviations: count,
  unknowns: count,
  unsettled: count,
  granted: count,
  refused: count,
  redactions: count,
  verified: count,
  notVerified: count,
  witnessed: count,
})
export type PackTotals = Readonly<z.infer<typeof packTotalsSchema>>

export const auditPackSchema = z.strictObject({
  /** Version of this form. */
  form: z.literal(1),
  kind: z.literal('audit-pack'),
  /** From this moment on. */
  from: at,
  /** Before this moment. */
  to: at,
  /** IANA name of the zone in which the period was meant. */
  zone: z.string(),
  madeAt: at,
  madeBy: z.string(),
  version: z.string(),
  device: z.string(),
  totals: packTotalsSchema,
  controls: z.array(packControlSchema).readonly(),
  runbooks: z.array(packRunbookSchema).readonly(),
  /** In the order they began; those that were carried over first. */
  runs: z.array(packRunSchema).readonly(),
  deleted: z.array(packDeletedSchema).readonly(),
  unreadable: z.array(packUnreadableSchema).readonly(),
  /** What is odd about the population as a whole. */
  problems: z.array(z.string()).readonly(),
  /** SHA-256 of the population: see `populationLines`. */
  digest: z.string(),
})
export type AuditPack = Readonly<z.infer<typeof auditPackSchema>>

/** A period as people mean it: from a moment on, up to but without another one. */
export interface Period {
  readonly from: number
  readonly to: number
}
