import { z } from 'zod'
import { fileFactsSchema } from '../files/transfer.ts'
import { certificateFactsSchema } from '../certificate/expectation.ts'
import { hostResultShape } from './host-schemas.ts'
import { planSchema } from './plan.ts'
import { reportRowsSchema } from './report-rows.ts'
import { REPORT_KINDS, REPORT_STATUSES } from './reports.ts'
import { sqlFactsSchema } from './sql-facts.ts'
import {
  blobReferenceSchema,
  eventDataSchemas,
  gateResultSchema,
  httpFactsSchema,
  redisFactsSchema,
  modeSchema,
  outcomeSchema,
  placeAtStartSchema,
  REDACTION_KINDS,
  severitySchema,
  stopRungSchema,
} from './events.ts'

/**
 * What can be asked of a run. A person's commands come over the contract; those of `engineCommandSchema` come only from
 * the run loop, which reports what the world did.
 */

const id = z.string().min(1)
const reason = z.string().trim().min(1)
const person = z.string().trim().min(1)

export const commandSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('step.begin'), step: id, reason: reason.optional() }),
  /** A step with no gate of its own (prose only, or a walkthrough) is completed by hand. */
  z.strictObject({ type: z.literal('step.complete'), step: id }),
  z.strictObject({ type: z.literal('step.skip'), step: id, reason }),
  z.strictObject({
    type: z.literal('step.mark'),
    step: id,
    outcome: z.enum(['done', 'failed']),
    reason,
  }),
  z.strictObject({ type: z.literal('step.reopen'), step: id, reason }),
  z.strictObject({
    type: z.literal('block.run'),
    block: id,
    /** In a guide: where to run it. */
    target: z.string().optional(),
    /** Run this text instead: a deviation. */
    edit: z.strictObject({ text: z.string(), reason }).optional(),
    /** Needed where the block ran before and that was not a plain, known failure. */
    reason: reason.optional(),
    /** Only on these hosts of the target. */
    hosts: z.array(id).min(1).optional(),
  }),
  z.strictObject({
    type: z.literal('block.stop'),
    block: id,
    rung: stopRungSchema,
    /** Only this host of a fan-out; the batches go on. */
    host: id.optional(),
  }),
  z.strictObject({
    type: z.literal('block.resolve'),
    block: id,
    /** Only this host of a fan-out. */
    host: id.optional(),
    as: z.enum(['done', 'failed']),
    reason,
  }),
  z.strictObject({ type: z.literal('item.confirm'), item: id }),
  z.strictObject({ type: z.literal('item.unconfirm'), item: id }),
  z.strictObject({
    type: z.literal('approval.grant'),
    block: id,
    by: person,
    /** The edited text, where the block is going to be run edited. */
    text: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('approval.refuse'),
    block: id,
    by: person,
    reason,
    text: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('decision.make'),
    step: id,
    option: id,
    reason: reason.optional(),
    objections: reason.optional(),
  }),
  z.strictObject({
    type: z.literal('severity.change'),
    to: severitySchema,
    reason: reason.optional(),
  }),
  z.strictObject({ type: z.literal('role.offer'), role: id, to: person, brief: z.string() }),
  z.strictObject({ type: z.literal('role.accept'), role: id, by: person }),
  z.strictObject({
    type: z.literal('note.add'),
    kind: z.enum(['note', 'todo', 'evidence']),
    text: z.string().trim().min(1),
  }),
  /** Only in an exercise; `inject` is its place in the runbook, from 1. */
  z.strictObject({
    type: z.literal('inject.give'),
    inject: z.int().positive(),
    note: reason.optional(),
  }),
  z.strictObject({ type: z.literal('rollback.begin'), step: id, reason }),
  z.strictObject({
    type: z.literal('rollback.complete'),
    step: id,
    outcome: z.enum(['done', 'failed']),
    reason: reason.optional(),
  }),
  /** A field of a report, written by a person; an empty text empties it. */
  z.strictObject({
    type: z.literal('report.edit'),
    report: z.enum(REPORT_KINDS),
    field: id,
    text: z.string().trim().max(50_000),
    /** Of a field that is a list: its text is made from these. */
    rows: reportRowsSchema.optional(),
    /** What the field said when the writing began: refused if somebody has changed it meanwhile. */
    before: z.string().trim().max(500_000).optional(),
  }),
  /** The next state of a draft, or back to an earlier one with a reason. */
  z.strictObject({
    type: z.literal('report.move'),
    report: z.enum(REPORT_KINDS),
    to: z.enum(REPORT_STATUSES),
    reason: reason.optional(),
  }),
  /** Whether the summary of the reports shows this event. */
  z.strictObject({
    type: z.literal('timeline.pin'),
    event: z.int().positive(),
    pinned: z.boolean(),
  }),
  /** Somebody else took down the words of the head after event `size`. */
  z.strictObject({
    type: z.literal('checkpoint.witness'),
    size: z.int().positive(),
    head: z.string(),
    by: person,
    how: reason.optional(),
  }),
  /** Takes an output out of the record for good. */
  z.strictObject({
    type: z.literal('output.redact'),
    /** The event that refers to it. */
    event: z.int().positive(),
    sha256: z.string(),
    kind: z.enum(REDACTION_KINDS),
    reason,
  }),
  z.strictObject({ type: z.literal('run.pause'), reason: reason.optional() }),
  z.strictObject({ type: z.literal('run.resume') }),
  /** `reason` is needed when steps are still open. */
  z.strictObject({ type: z.literal('run.finish'), reason: reason.optional() }),
  z.strictObject({ type: z.literal('run.abort'), reason }),
])
export type Command = z.infer<typeof commandSchema>

export const engineCommandSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('run.start'),
    mode: modeSchema,
    plan: planSchema,
    /** The pinned file: its SHA-256, and the blob that keeps it. */
    runbook: z.strictObject({ path: z.string(), sha256: z.string(), source: blobReferenceSchema }),
    commander: person,
    inputs: z.record(z.string(), z.string()),
    secretInputs: z.array(z.string()),
    severity: severitySchema.optional(),
    declaredAt: z.int().optional(),
    environment: z.string().optional(),
    connections: z.record(z.string(), placeAtStartSchema).optional(),
    production: z.boolean().optional(),
    answers: z.string().optional(),
    version: z.string(),
  }),
  /** A signature that was checked, by somebody else's key or by a timestamp service. */
  z.strictObject({
    type: z.literal('checkpoint.countersign'),
    ...eventDataSchemas['checkpoint.countersigned'].shape,
  }),
  /** A file of a person, whose bytes are recorded already. */
  z.strictObject({
    type: z.literal('attachment.add'),
    ...eventDataSchemas['attachment.added'].omit({ source: true }).shape,
  }),
  z.strictObject({ type: z.literal('run.suspend') }),
  /** Every block in flight becomes `unknown`. A run that is over takes it only where something was left in flight. */
  z.strictObject({
    type: z.literal('run.reopen'),
    after: z.enum(['suspension', 'crash']),
    /** Output that was found half written: it goes into the `unknown` results of its blocks. */
    recovered: z.array(
      z.strictObject({
        block: id,
        attempt: z.int().positive(),
        /** Of one host of a fan-out. */
        host: id.optional(),
        stdout: blobReferenceSchema.optional(),
        stderr: blobReferenceSchema.optional(),
      }),
    ),
    /** The same of interactive terminals that were open. */
    terminals: z.array(z.strictObject({ terminal: id, stdout: blobReferenceSchema })).optional(),
  }),
  z.strictObject({
    type: z.literal('block.report'),
    block: id,
    attempt: z.int().positive(),
    outcome: outcomeSchema,
    gates: z.array(gateResultSchema),
    durationMs: z.int().nonnegative(),
    stdout: blobReferenceSchema.optional(),
    stderr: blobReferenceSchema.optional(),
    timing: blobReferenceSchema.optional(),
    captured: z.strictObject({ name: z.string(), value: z.string() }).optional(),
    polls: z.int().positive().optional(),
    place: z.string().optional(),
    http: httpFactsSchema.optional(),
    redis: redisFactsSchema.optional(),
    sql: sqlFactsSchema.optional(),
    certificate: certificateFactsSchema.optional(),
    files: fileFactsSchema.optional(),
    unrecorded: z.int().positive().optional(),
    notice: z.string().optional(),
  }),
  /** The next batch of a fan-out is about to be sent. */
  z.strictObject({
    type: z.literal('block.batch'),
    block: id,
    attempt: z.int().positive(),
    /** More hosts of the batch that runs, or the one after it, from 1; undefined: the one after it. */
    batch: z.int().positive().optional(),
    hosts: z.array(id).min(1),
  }),
  /** What a check between two batches found on the hosts of the one before. */
  z.strictObject({
    type: z.literal('block.batch-report'),
    block: id,
    attempt: z.int().positive(),
    /** 0: before the first, on hosts that had passed in an attempt before. */
    batch: z.int().nonnegative(),
    /** The block that was run as the check. */
    check: id,
    hosts: z.array(z.strictObject(hostResultShape)),
  }),
  z.strictObject({
    type: z.literal('block.host-report'),
    block: id,
    attempt: z.int().positive(),
    ...hostResultShape,
  }),
  /** A declared retry of a known failure. */
  z.strictObject({ type: z.literal('block.retry'), block: id, attempt: z.int().positive() }),
  z.strictObject({
    type: z.literal('terminal.opened'),
    terminal: id,
    target: z.string(),
    host: id.optional(),
  }),
  z.strictObject({
    type: z.literal('terminal.closed'),
    terminal: id,
    target: z.string(),
    host: id.optional(),
    outcome: outcomeSchema,
    stdout: blobReferenceSchema.optional(),
    timing: blobReferenceSchema.optional(),
    durationMs: z.int().nonnegative(),
  }),
])
export type EngineCommand = z.infer<typeof engineCommandSchema>

export type AnyCommand = Command | EngineCommand
export type CommandType = AnyCommand['type']
