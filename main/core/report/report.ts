import { z } from 'zod'
import { modeSchema, outcomeSchema, severitySchema } from '../run/events.ts'
import { REPORT_KINDS, REPORT_STATUSES } from '../run/reports.ts'
import { RUN_PHASES } from '../run/state.ts'
import {
  escalationSchema,
  incidentSchema,
  moveSchema,
  participantSchema,
  previousSchema,
  redactionSchema,
  roleHeldSchema,
  severityTimeSchema,
  updatesSchema,
  witnessSchema,
  writtenFieldSchema,
} from './report-people.ts'
import { reportAttachmentSchema } from './report-attachments.ts'
import { reportInjectSchema } from './report-injects.ts'
import { reportStepSchema, resolutionSchema } from './report-steps.ts'

export type { WrittenField } from './report-people.ts'
export type { ReportAttempt, ReportStep } from './report-steps.ts'

/**
 * The content of a report: what a run was, computed from its events and from nothing else, with what people wrote into
 * it. Times are epoch milliseconds, durations milliseconds. Every fact that comes from an event names it by `seq`.
 * `resources/report.schema.json` is made from these schemas.
 */

const at = z.int()
const ms = z.int().nonnegative()
const seq = z.int().positive()

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
  /** What was said when it ended: why it was aborted, or finished with steps open. */
  endReason: z.string().optional(),
  /** The moment up to which an open run is told. */
  asOf: at,
  recovery: recoverySchema,
  recoveryPoint: z.strictObject({
    targetMs: ms.optional(),
    /** As a person wrote it. */
    actualMs: ms.optional(),
    /** Negative: over the target. */
    marginMs: z.int().optional(),
    verdict: z.enum(['met', 'missed', 'none', 'not-written']),
    /** How it was measured. */
    written: z.string().optional(),
  }),
  incident: incidentSchema,
  severities: z.array(z.strictObject({ severity: severitySchema, from: at, ms })).readonly(),
  /** The same summed, the worst first. */
  severityTimes: z.array(severityTimeSchema).readonly(),
  /** Until when the worst kind of incident is to be reviewed. */
  reviewBy: at.optional(),
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
  roles: z.array(roleHeldSchema).readonly(),
  /** Roles of the runbook that nobody held. */
  rolesNotHeld: z.array(z.string()).readonly(),
  participants: z.array(participantSchema).readonly(),
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
  updates: updatesSchema.optional(),
  escalations: z.array(escalationSchema).readonly(),
  /** Of an exercise, in the order of their planned times; a live run has none. */
  injects: z.array(reportInjectSchema).readonly(),
  written: z.array(writtenFieldSchema).readonly(),
  moves: z.array(moveSchema).readonly(),
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
      /** Signed checkpoints that hold, and up to which event. */
      signed: z.strictObject({ checkpoints: z.int(), upTo: z.int() }).optional(),
    })
    .optional(),
  witnesses: z.array(witnessSchema).readonly(),
  redactions: z.array(redactionSchema).readonly(),
  /** Files that are kept with the run, in the order they came. */
  attachments: z.array(reportAttachmentSchema).readonly(),
  /** Other runs of the same runbook in the same mode, oldest first. */
  earlier: z.array(earlierRunSchema).readonly(),
  /** The last of them, for a comparison; absent where there is none, or it is too long to be read again. */
  previous: previousSchema.optional(),
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
  readonly previous?: Report['previous']
  readonly verification?: Report['verification']
}
