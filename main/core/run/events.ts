import { z } from 'zod'
import { ACTION_VERBS } from '../runbook/model.ts'
import { evidenceEventSchemas } from './evidence-schemas.ts'
import { fileFactsSchema } from '../files/transfer.ts'
import { certificateFactsSchema } from '../certificate/expectation.ts'
import { hostResultShape } from './host-schemas.ts'
import { injectEventSchemas } from './inject-schemas.ts'
import { httpFactsSchema, redisFactsSchema } from './network-facts.ts'
import { blobReferenceSchema, gateResultSchema, outcomeSchema } from './outcome.ts'
import { planSchema } from './plan.ts'
import { reportRowsSchema } from './report-rows.ts'
import { REPORT_KINDS, REPORT_STATUSES } from './reports.ts'
import { sqlFactsSchema } from './sql-facts.ts'

export { blobReferenceSchema, gateResultSchema, httpFactsSchema, outcomeSchema, redisFactsSchema }
export { REDACTION_KINDS, type RedactionKind } from './evidence-schemas.ts'
export type { HttpFacts, RedisFacts } from './network-facts.ts'
export type { BlobReference, GateResult, Outcome } from './outcome.ts'

/**
 * Everything that can happen in a run. Events are the only truth: the state, the window, the reports and the exports
 * are all computed from them. A new kind of event is added here, in `evolve`, and to `test/fixtures/histories/`.
 * Numbers are integers (RFC 8785 leaves nothing to chance then); times are epoch milliseconds.
 */

export const MODES = ['live', 'drill', 'walkthrough'] as const
export const modeSchema = z.enum(MODES)
export type Mode = z.infer<typeof modeSchema>

/** SEV1 is the worst. */
export const SEVERITIES = ['SEV1', 'SEV2', 'SEV3', 'SEV4'] as const
export const severitySchema = z.enum(SEVERITIES)
export type Severity = z.infer<typeof severitySchema>

export const STOP_RUNGS = ['interrupt', 'terminate', 'kill', 'abandon'] as const
export const stopRungSchema = z.enum(STOP_RUNGS)
export type StopRung = z.infer<typeof stopRungSchema>

/** Where a target led at the start. `hosts`, where it is several. */
export const placeAtStartSchema = z.strictObject({
  profile: z.string(),
  summary: z.string(),
  hosts: z.array(z.string().min(1)).min(2).optional(),
})

const id = z.string().min(1)
const reason = z.string().min(1)
const person = z.string().min(1)

/** Data of each type of event. The key is the event's `type`. */
export const eventDataSchemas = {
  'run.started': z.strictObject({
    mode: modeSchema,
    plan: planSchema,
    /** The pinned file: its SHA-256, and the blob that keeps it. */
    runbook: z.strictObject({ path: z.string(), sha256: z.string(), source: blobReferenceSchema }),
    commander: person,
    /** Values of the inputs that are not secret. */
    inputs: z.record(z.string(), z.string()),
    /** Names of the inputs that are; their values are never recorded. */
    secretInputs: z.array(z.string()),
    severity: severitySchema.optional(),
    /** When the outage was declared: the recovery clock starts here. */
    declaredAt: z.int().optional(),
    environment: z.string().optional(),
    /** Target -> the profile it led to at the start, and in one line where that went. */
    connections: z.record(z.string(), placeAtStartSchema).optional(),
    /** The environment is production. */
    production: z.boolean().optional(),
    /** Step, item and decision answers given beforehand, as given. */
    answers: z.string().optional(),
    /** Program version. */
    version: z.string(),
  }),
  'run.paused': z.strictObject({ reason: z.string().optional() }),
  'run.resumed': z.strictObject({}),
  /** The program closed in order while the run was open. */
  'run.suspended': z.strictObject({}),
  /** The run was opened again, after a suspension or a crash. Blocks in flight then have their own events. */
  'run.reopened': z.strictObject({ after: z.enum(['suspension', 'crash']) }),
  'run.finished': z.strictObject({
    /** Ids of steps that were still open, and why that was accepted. */
    open: z.array(id),
    reason: z.string().optional(),
  }),
  'run.aborted': z.strictObject({ reason, inFlight: z.array(id) }),

  'step.begun': z.strictObject({
    step: id,
    /** Present when earlier or needed steps were not done: a deviation. */
    outOfOrder: z.strictObject({ reason, unmet: z.array(id) }).optional(),
  }),
  'step.finished': z.strictObject({
    step: id,
    outcome: z.enum(['done', 'failed']),
    /** gates: every gate closed by itself. confirmed: a person said so. marked: said against the gates, with a reason. */
    basis: z.enum(['gates', 'confirmed', 'marked']),
    reason: z.string().optional(),
  }),
  'step.skipped': z.strictObject({ step: id, reason }),
  'step.not-needed': z.strictObject({ step: id, decision: id, option: id }),
  'step.reopened': z.strictObject({
    step: id,
    reason,
    /** The decision of the step is open again, and so is everything that depended on it. */
    undecided: z.boolean().optional(),
  }),

  'block.started': z.strictObject({
    step: id,
    block: id,
    /** Counts from 1. */
    attempt: z.int().positive(),
    verb: z.enum(ACTION_VERBS),
    language: z.string(),
    target: z.string(),
    /** The exact text that is sent. */
    text: z.string(),
    edited: z.strictObject({ reason }).optional(),
    /** Why a block that had run before runs again. */
    again: z.strictObject({ after: z.string(), reason: z.string().optional() }).optional(),
    /** A declared retry, not a person's decision. */
    retry: z.boolean().optional(),
    /** The hosts of a fan-out, in their order. Fewer than the target has: only these run again. */
    hosts: z.array(id).min(1).optional(),
  }),
  /** Hosts of one batch; recorded before anything is sent to any of them. */
  'block.batch-started': z.strictObject({
    step: id,
    block: id,
    attempt: z.int().positive(),
    /** Counts from 1. */
    batch: z.int().positive(),
    hosts: z.array(id).min(1),
  }),
  /** A check between two batches, on the hosts of the one before: only when it passed did the next one start. */
  'block.batch-checked': z.strictObject({
    step: id,
    block: id,
    attempt: z.int().positive(),
    /** 0: before the first, on hosts that had passed in an attempt before. */
    batch: z.int().nonnegative(),
    /** The block that was run as the check. */
    check: id,
    passed: z.boolean(),
    hosts: z.array(z.strictObject({ ...hostResultShape, passed: z.boolean() })),
  }),
  'block.host-finished': z.strictObject({
    step: id,
    block: id,
    attempt: z.int().positive(),
    ...hostResultShape,
    passed: z.boolean(),
  }),
  'block.finished': z.strictObject({
    step: id,
    block: id,
    attempt: z.int().positive(),
    outcome: outcomeSchema,
    passed: z.boolean(),
    gates: z.array(gateResultSchema),
    durationMs: z.int().nonnegative(),
    stdout: blobReferenceSchema.optional(),
    stderr: blobReferenceSchema.optional(),
    /**
     * JSON Lines `[milliseconds, "o" | "e", bytes]`: when which stream grew by how much; `[milliseconds, "r", columns,
     * rows]`: from when on a terminal had which size.
     */
    timing: blobReferenceSchema.optional(),
    captured: z.strictObject({ name: z.string(), value: z.string() }).optional(),
    polls: z.int().positive().optional(),
    http: httpFactsSchema.optional(),
    redis: redisFactsSchema.optional(),
    sql: sqlFactsSchema.optional(),
    /** The server's certificate, also when it was not accepted and nothing was sent. */
    certificate: certificateFactsSchema.optional(),
    /** Of an upload or a download. */
    files: fileFactsSchema.optional(),
    /** Where it was sent: the profile, in one line. */
    place: z.string().optional(),
    /** Bytes of output that could not be recorded, because the disk refused them. */
    unrecorded: z.int().positive().optional(),
    /** What a person should know beside the outcome: a process left in the background, output that was refused. */
    notice: z.string().optional(),
  }),
  /** A file that is kept with the run: collected from a host, or given by a person. */
  'attachment.added': z.strictObject({
    name: z.string().min(1),
    mediaType: z.string(),
    /** The kept bytes; secrets in them are redacted. */
    blob: blobReferenceSchema,
    /** SHA-256 of the file as it came, hex; where `redacted`, of what is kept: over a secret it would give that away. */
    sha256: z.string(),
    /** Of the file as it came, bytes. */
    size: z.int().nonnegative(),
    /** Secrets stood in it and were taken out. */
    redacted: z.literal(true).optional(),
    /** Where it was collected. */
    source: z
      .strictObject({
        step: id,
        block: id,
        attempt: z.int().positive(),
        host: id.optional(),
        path: z.string(),
      })
      .optional(),
    /** The step that a person gave it for. */
    step: id.optional(),
    /** What it shows, in a person's words. */
    caption: z.string().min(1).optional(),
  }),
  'block.stopping': z.strictObject({
    step: id,
    block: id,
    attempt: z.int().positive(),
    rung: stopRungSchema,
    /** Only this host of a fan-out. */
    host: id.optional(),
  }),
  /** What a person found out about a block whose outcome was unknown or a failure. */
  'block.resolved': z.strictObject({
    step: id,
    block: id,
    attempt: z.int().positive(),
    /** Only this host of a fan-out. */
    host: id.optional(),
    as: z.enum(['done', 'failed']),
    reason,
  }),

  'item.confirmed': z.strictObject({ step: id, item: id }),
  'item.unconfirmed': z.strictObject({ step: id, item: id }),

  'approval.granted': z.strictObject({
    step: id,
    block: id,
    by: person,
    /** Exactly what was approved. */
    target: z.string(),
    text: z.string(),
    /** Where the target is several hosts. */
    hosts: z.array(id).min(2).optional(),
  }),
  'approval.refused': z.strictObject({
    step: id,
    block: id,
    by: person,
    target: z.string(),
    text: z.string(),
    hosts: z.array(id).min(2).optional(),
    reason,
  }),
  'decision.made': z.strictObject({
    step: id,
    option: id,
    /** The option of an earlier choice that this one replaces: a deviation. */
    instead: id.optional(),
    reason: z.string().optional(),
    objections: z.string().optional(),
  }),

  'severity.changed': z.strictObject({
    from: severitySchema.optional(),
    to: severitySchema,
    reason: z.string().optional(),
  }),
  'role.offered': z.strictObject({
    role: id,
    from: person.optional(),
    to: person,
    brief: z.string(),
  }),
  'role.accepted': z.strictObject({ role: id, by: person }),
  'note.added': z.strictObject({
    kind: z.enum(['note', 'todo', 'evidence']),
    text: z.string().min(1),
  }),
  ...injectEventSchemas,

  /** A person wrote into a report. The last text of a field counts; all are kept. */
  'report.edited': z.strictObject({
    report: z.enum(REPORT_KINDS),
    field: id,
    text: z.string(),
    /** Of a field that is a list; the text says the same. */
    rows: reportRowsSchema.readonly().optional(),
  }),
  'report.moved': z.strictObject({
    report: z.enum(REPORT_KINDS),
    from: z.enum(REPORT_STATUSES),
    to: z.enum(REPORT_STATUSES),
    reason: z.string().optional(),
  }),
  /** Whether the summary of the reports shows an event of this run, by its number. */
  'timeline.pinned': z.strictObject({ event: z.int().positive(), pinned: z.boolean() }),

  ...evidenceEventSchemas,

  'rollback.begun': z.strictObject({
    step: id,
    reason,
    /** Steps begun later that still stand, newest first: a deviation, for going back starts with the newest work. */
    later: z.array(id).optional(),
  }),
  'rollback.finished': z.strictObject({
    step: id,
    outcome: z.enum(['done', 'failed']),
    reason: z.string().optional(),
  }),

  /** An interactive terminal was opened or closed; its recording is a blob. */
  'terminal.opened': z.strictObject({
    terminal: id,
    target: z.string(),
    /** Where the target is several: the one it is on. */
    host: id.optional(),
  }),
  'terminal.closed': z.strictObject({
    terminal: id,
    target: z.string(),
    host: id.optional(),
    outcome: outcomeSchema,
    stdout: blobReferenceSchema.optional(),
    timing: blobReferenceSchema.optional(),
    durationMs: z.int().nonnegative(),
  }),
} as const

export type EventType = keyof typeof eventDataSchemas
export type EventData<T extends EventType> = z.infer<(typeof eventDataSchemas)[T]>

/** An event before it is numbered, timed and chained. */
export type EventBody = {
  [T in EventType]: { readonly type: T; readonly data: EventData<T> }
}[EventType]

/** What the log adds to every event. */
export interface EventEnvelope {
  /** Version of the event's form. */
  readonly v: 1
  /** Position within the run, from 1, without gaps. */
  readonly seq: number
  readonly run: string
  /** A person's name, or `muster` for what the program did by itself. */
  readonly actor: string
  readonly device: string
  /** Wall clock, epoch milliseconds. */
  readonly wall: number
  /** Monotonic clock of the process `boot`, milliseconds. */
  readonly mono: number
  readonly boot: string
  /** Hash of the event before it, hex; 64 zeros for the first. */
  readonly prev: string
  /** SHA-256 of the signed note over all events before this one, hex, where one had been made: it must still be there. */
  readonly checkpoint?: string | undefined
  /** Hash of this event's stored bytes, hex. Not part of those bytes. */
  readonly hash: string
}

export type RunEvent = EventEnvelope & EventBody

function isEventType(name: string): name is EventType {
  return Object.hasOwn(eventDataSchemas, name)
}

export const EVENT_TYPES: readonly EventType[] = Object.keys(eventDataSchemas).filter(isEventType)

const envelopeShape = {
  v: z.literal(1),
  seq: z.int().positive(),
  run: id,
  actor: person,
  device: z.string(),
  wall: z.int(),
  mono: z.int(),
  boot: z.string(),
  prev: z.string(),
  checkpoint: z.string().optional(),
  hash: z.string(),
}

/** Made once: building a schema costs more than an event does. */
const envelopeSchema = z.looseObject({ ...envelopeShape, type: z.string(), data: z.unknown() })

/** Checks a whole event, as read from the log or received from the engine. */
export const runEventSchema: z.ZodType<RunEvent> = z.custom<RunEvent>((value) => {
  const head = envelopeSchema.safeParse(value)
  if (!head.success) return false
  const { type, data } = head.data
  return isEventType(type) && eventDataSchemas[type].safeParse(data).success
}, 'not an event that this version of Muster knows')
