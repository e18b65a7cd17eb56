import { z } from 'zod'
import {
  blobReferenceSchema,
  gateResultSchema,
  modeSchema,
  outcomeSchema,
  severitySchema,
} from '../run/events.ts'
import { REPORT_KINDS, REPORT_STATUSES } from '../run/reports.ts'
import { BLOCK_STATUSES, RUN_PHASES, STEP_STATUSES } from '../run/state.ts'
import { ACTION_VERBS, RISKS } from '../runbook/model.ts'

/**
 * The content of a report: what a run was, computed from its events and from nothing else, with what people wrote into
 * it. Times are epoch milliseconds, durations milliseconds. Every fact that comes from an event names it by `seq`.
 * `resources/report.schema.json` is made from these schemas.
 */

const at = z.int()
const ms = z.int().nonnegative()
const seq = z.int().positive()

const resolutionSchema = z.strictObject({
  as: z.enum(['done', 'failed']),
  by: z.string(),
  reason: z.string(),
})

const outputShape = {
  stdout: blobReferenceSchema.optional(),
  stderr: blobReferenceSchema.optional(),
}

export const reportAttemptSchema = z.strictObject({
  number: z.int().positive(),
  startedAt: at,
  endedAt: at.optional(),
  durationMs: ms.optional(),
  by: z.string(),
  target: z.string(),
  /** Where it was sent, in one line. */
  place: z.string().optional(),
  /** The exact text that was sent. */
  text: z.string(),
  edited: z.boolean(),
  outcome: outcomeSchema.optional(),
  passed: z.boolean().optional(),
  gates: z.array(gateResultSchema).readonly(),
  ...outputShape,
  /** Bytes of output that the disk refused. */
  unrecorded: z.int().positive().optional(),
  notice: z.string().optional(),
  resolution: resolutionSchema.optional(),
  hosts: z
    .array(
      z.strictObject({
        host: z.string(),
        status: z.string(),
        batch: z.int().positive().optional(),
        outcome: outcomeSchema.optional(),
        durationMs: ms.optional(),
        gates: z.array(gateResultSchema).readonly(),
        ...outputShape,
      }),
    )
    .readonly(),
})
export type ReportAttempt = Readonly<z.infer<typeof reportAttemptSchema>>

export const reportStepSchema = z.strictObject({
  id: z.string(),
  /** From 1, in the order of the runbook. */
  number: z.int().positive(),
  title: z.string(),
  phase: z.string(),
  risk: z.enum(RISKS),
  status: z.enum(STEP_STATUSES),
  reason: z.string().optional(),
  outOfOrder: z.boolean(),
  begunAt: at.optional(),
  endedAt: at.optional(),
  durationMs: ms.optional(),
  budgetMs: ms.optional(),
  /** Median of the earlier runs that did this step. */
  usualMs: ms.optional(),
  pointOfNoReturn: z.boolean(),
  blocks: z
    .array(
      z.strictObject({
        id: z.string(),
        verb: z.enum(ACTION_VERBS),
        language: z.string(),
        status: z.enum(BLOCK_STATUSES),
        attempts: z.array(reportAttemptSchema).readonly(),
      }),
    )
    .readonly(),
  items: z
    .array(
      z.strictObject({
        text: z.string(),
        confirmed: z.strictObject({ by: z.string(), at }).optional(),
      }),
    )
    .readonly(),
})
export type ReportStep = Readonly<z.infer<typeof reportStepSchema>>

export const recoverySchema = z.strictObject({
  /** From when it counts: when the outage was declared, else the start of the run. */
  basis: z.enum(['declared', 'started']),
  from: at,
  actualMs: ms,
  targetMs: ms.optional(),
  /** Negative: over the target. */
  marginMs: z.int().optional(),
  /** `none`: there is no target. `not-completed`: in time, but the run was aborted or steps were left undone. */
  verdict: z.enum(['met', 'missed', 'open', 'none', 'not-completed']),
  pausedMs: ms,
})
export type Recovery = Readonly<z.infer<typeof recoverySchema>>

export const earlierRunSchema = z.strictObject({
  run: z.string(),
  startedAt: at,
  phase: z.string(),
  elapsedMs: ms,
  targetMs: ms.optional(),
})
export type EarlierRun = Readonly<z.infer<typeof earlierRunSchema>>

export const writtenFieldSchema = z.strictObject({
  id: z.string(),
  label: z.string(),
  help: z.string(),
  /** Empty: nobody has written it yet. */
  text: z.string(),
  by: z.string().optional(),
  at: at.optional(),
})
export type WrittenField = Readonly<z.infer<typeof writtenFieldSchema>>

export const reportSchema = z.strictObject({
  /** Version of this form. */
  form: z.literal(1),
  kind: z.enum(REPORT_KINDS),
  run: z.string(),
  title: z.string(),
  runbook: z.strictObject({
    kind: z.string(),
    system: z.string().optional(),
    path: z.string(),
    sha256: z.string(),
  }),
  mode: modeSchema,
  /** `interrupted`: it was left open by a program that is gone. */
  status: z.enum([...RUN_PHASES, 'interrupted']),
  draft: z.enum(REPORT_STATUSES),
  environment: z.string().optional(),
  production: z.boolean(),
  /** Version of Muster at the start. */
  version: z.string(),
  device: z.string(),
  commander: z.string(),
  times: z.strictObject({
    declared: at.optional(),
    started: at,
    ended: at.optional(),
    /** From the start of the run to its end, or to `asOf`. */
    durationMs: ms,
  }),
  /** The moment up to which an open run is told. */
  asOf: at,
  recovery: recoverySchema,
  recoveryPoint: z.strictObject({ targetMs: ms.optional(), written: z.string().optional() }),
  severities: z.array(z.strictObject({ severity: severitySchema, from: at, ms })).readonly(),
  pauses: z
    .array(z.strictObject({ from: at, to: at.optional(), ms, reason: z.string().optional() }))
    .readonly(),
  /** Times when Muster was not running while the run was open. */
  gaps: z
    .array(
      z.strictObject({
        from: at,
        to: at.optional(),
        after: z.enum(['suspension', 'crash']),
        seq,
      }),
    )
    .readonly(),
  roles: z
    .array(z.strictObject({ role: z.string(), who: z.string(), from: at, to: at.optional(), seq }))
    .readonly(),
  inputs: z.array(z.strictObject({ name: z.string(), value: z.string() })).readonly(),
  secretInputs: z.array(z.string()).readonly(),
  connections: z
    .array(z.strictObject({ target: z.string(), profile: z.string(), summary: z.string() }))
    .readonly(),
  answers: z.string().optional(),
  steps: z.array(reportStepSchema).readonly(),
  decisions: z
    .array(
      z.strictObject({
        seq,
        at,
        by: z.string(),
        step: z.string(),
        question: z.string(),
        options: z.array(z.string()).readonly(),
        chosen: z.string(),
        instead: z.string().optional(),
        reason: z.string().optional(),
        objections: z.string().optional(),
      }),
    )
    .readonly(),
  approvals: z
    .array(
      z.strictObject({
        seq,
        at,
        by: z.string(),
        granted: z.boolean(),
        step: z.string(),
        target: z.string(),
        text: z.string(),
        reason: z.string().optional(),
      }),
    )
    .readonly(),
  deviations: z
    .array(
      z.strictObject({
        seq,
        at,
        by: z.string(),
        kind: z.string(),
        step: z.string().optional(),
        reason: z.string(),
      }),
    )
    .readonly(),
  /** Executions that ended, and nobody saw how. */
  unknowns: z
    .array(
      z.strictObject({
        seq,
        at,
        step: z.string(),
        target: z.string(),
        host: z.string().optional(),
        outcome: outcomeSchema,
        /** What a person found out later. */
        settled: resolutionSchema.optional(),
      }),
    )
    .readonly(),
  notes: z
    .array(
      z.strictObject({
        seq,
        at,
        by: z.string(),
        kind: z.enum(['note', 'todo', 'evidence']),
        text: z.string(),
      }),
    )
    .readonly(),
  /** What the plan asks to be said to whom, and when that was noted. */
  updates: z
    .strictObject({
      to: z.string(),
      everyMs: ms,
      due: z.int().nonnegative(),
      sent: z.array(z.strictObject({ seq, at })).readonly(),
    })
    .optional(),
  written: z.array(writtenFieldSchema).readonly(),
  /** Events that people put into the summary. */
  pins: z.array(seq).readonly(),
  counts: z.strictObject({
    events: z.int(),
    executions: z.int(),
    passed: z.int(),
    failed: z.int(),
    unknown: z.int(),
    hosts: z.int(),
  }),
  /** Hash of the last event, hex. */
  head: z.string(),
  /** What a check of the record found, where one was made. */
  verification: z
    .strictObject({
      ok: z.boolean(),
      events: z.int(),
      outputs: z.int(),
      problems: z.array(z.string()).readonly(),
    })
    .optional(),
  /** Other runs of the same runbook in the same mode, oldest first. */
  earlier: z.array(earlierRunSchema).readonly(),
})
export type Report = Readonly<z.infer<typeof reportSchema>>

/** What a report needs beside the events. */
export interface ReportContext {
  readonly kind: Report['kind']
  /** Epoch milliseconds: until when an open run is told. */
  readonly now: number
  /** It is open in a Muster that runs. */
  readonly open: boolean
  readonly earlier: readonly EarlierRun[]
  /** Median duration of each step in earlier runs, by step. */
  readonly usualMs: Readonly<Record<string, number>>
  readonly verification?: Report['verification']
}
