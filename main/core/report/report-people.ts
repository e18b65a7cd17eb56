import { z } from 'zod'
import { modeSchema, REDACTION_KINDS, severitySchema } from '../run/events.ts'
import { reportRowSchema } from '../run/report-rows.ts'
import { REPORT_STATUSES } from '../run/reports.ts'
import { RUN_PHASES } from '../run/state.ts'

/** What people did, wrote and vouched for, as a report has it. */

const at = z.int()
const ms = z.int().nonnegative()
const seq = z.int().positive()

export const writtenFieldSchema = z.strictObject({
  id: z.string(),
  label: z.string(),
  help: z.string(),
  shape: z.enum(['text', 'line', 'moment', 'duration', 'rows']),
  /** Empty: nobody has written it yet. */
  text: z.string(),
  /** Of a list; the text says the same. */
  rows: z.array(reportRowSchema).readonly().optional(),
  by: z.string().optional(),
  at: at.optional(),
})
export type WrittenField = Readonly<z.infer<typeof writtenFieldSchema>>

/** How the draft went from state to state. */
export const moveSchema = z.strictObject({
  seq,
  at,
  by: z.string(),
  from: z.enum(REPORT_STATUSES),
  to: z.enum(REPORT_STATUSES),
  reason: z.string().optional(),
})

export const roleHeldSchema = z.strictObject({
  role: z.string(),
  who: z.string(),
  from: at,
  to: at.optional(),
  seq,
  /** The words of the handover. */
  brief: z.string().optional(),
})

/** A person whom the record names. */
export const participantSchema = z.strictObject({
  who: z.string(),
  roles: z.array(z.string()).readonly(),
  /** Events that are theirs, while the run went on. */
  acts: z.int().nonnegative(),
  from: at,
  to: at,
})

/**
 * Moments of the incident. `written`: by a person. `declared`: at the latest, for then it was declared. `ended`: the end
 * of the run, which finished.
 */
export const momentSchema = z.strictObject({
  at,
  source: z.enum(['written', 'declared', 'ended']),
})
export type IncidentMoment = Readonly<z.infer<typeof momentSchema>>

export const incidentSchema = z.strictObject({
  began: momentSchema.optional(),
  detected: momentSchema.optional(),
  mitigated: momentSchema.optional(),
  recovered: momentSchema.optional(),
  /** From its beginning to when it was known. */
  detectMs: ms.optional(),
  /** From its beginning, or where that is not written from when it was known. */
  mitigateMs: ms.optional(),
  recoverMs: ms.optional(),
})
export type Incident = Readonly<z.infer<typeof incidentSchema>>

export const updatesSchema = z.strictObject({
  to: z.string(),
  everyMs: ms,
  due: z.int().nonnegative(),
  sent: z.array(z.strictObject({ seq, at })).readonly(),
  /** The longest time that nobody was told anything. */
  longestMs: ms,
})

export const escalationSchema = z.strictObject({
  to: z.string(),
  /** When it was due. */
  at,
  /** When it was noted. */
  done: z.strictObject({ seq, at }).optional(),
  /** The run was over before. */
  due: z.boolean(),
})

/** The run of the same runbook in the same mode before this one. */
export const previousSchema = z.strictObject({
  run: z.string(),
  mode: modeSchema,
  startedAt: at,
  status: z.enum(RUN_PHASES),
  elapsedMs: ms,
  deviations: z.int().nonnegative(),
  unknowns: z.int().nonnegative(),
  stepsDone: z.int().nonnegative(),
  steps: z.int().nonnegative(),
  /** The runbook is another one since then. */
  changed: z.boolean(),
  /** What was to be done after it, as its reports say. */
  actions: z.array(reportRowSchema).readonly(),
})
export type PreviousRun = Readonly<z.infer<typeof previousSchema>>

export const redactionSchema = z.strictObject({
  /** The event whose output it was. */
  event: seq,
  sha256: z.string(),
  kind: z.enum(REDACTION_KINDS),
  reason: z.string(),
  by: z.string(),
  at,
})

export const witnessSchema = z.strictObject({
  seq,
  /** Up to which event. */
  size: seq,
  kind: z.enum(['words', 'muster', 'ssh', 'timestamp']),
  by: z.string(),
  how: z.string().optional(),
  at,
})

export const severityTimeSchema = z.strictObject({ severity: severitySchema, ms })
