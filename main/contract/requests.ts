import { z } from 'zod'
import { commandSchema } from '../core/run/commands.ts'
import { attachmentRequests } from './attachments.ts'
import { auditRequests } from './audit.ts'
import { connectionRequests } from './connections.ts'
import { evidenceRequests } from './evidence.ts'
import { promptRequests } from './prompts.ts'
import { recordingRequests } from './recordings.ts'
import { reportRequests } from './reports.ts'
import { modeSchema, runEventSchema, severitySchema } from '../core/run/events.ts'

/**
 * The one API between a window (or any other client) and the engine. Both sides check every payload against these
 * schemas. Bytes travel as base64.
 *
 * A window is a replica: it parses the same source with the same parser and folds the same events with the same
 * `evolve`, so the contract carries sources and events and no second model of either.
 */

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const runId = z.string().min(1)
const epoch = z.int()

/** new: never seen. changed: differs from what was trusted. */
export const trustSchema = z.enum(['trusted', 'new', 'changed'])
export type Trust = z.infer<typeof trustSchema>

export const runSummarySchema = z.strictObject({
  run: runId,
  title: z.string(),
  kind: z.string(),
  system: z.string().optional(),
  path: z.string(),
  mode: modeSchema,
  phase: z.enum(['running', 'paused', 'finished', 'aborted']),
  commander: z.string(),
  severity: severitySchema.optional(),
  startedAt: epoch,
  endedAt: epoch.optional(),
  /** When the outage was declared: the recovery clock counts from there. */
  declaredAt: epoch.optional(),
  /** The recovery time that the runbook promises, in milliseconds. */
  rtoMs: z.int().optional(),
  events: z.int(),
  steps: z.strictObject({ total: z.int(), settled: z.int() }),
  deviations: z.int(),
  /** True while this engine has the run open for writing. */
  open: z.boolean(),
})
export type RunSummary = z.infer<typeof runSummarySchema>

export const libraryEntrySchema = z.strictObject({
  /** Absolute path of the file: its identity. */
  path: z.string(),
  /** Path within the library folder it was found in, with forward slashes. */
  name: z.string(),
  folder: z.string(),
  system: z.string(),
  title: z.string(),
  kind: z.string(),
  format: z.enum(['1', 'guide']),
  summary: z.string().optional(),
  cadence: z.string().optional(),
  steps: z.int(),
  blocks: z.int(),
  items: z.int(),
  errors: z.int(),
  warnings: z.int(),
  destructive: z.int(),
  sha256,
  trust: trustSchema,
  lastRun: z
    .strictObject({ run: runId, mode: modeSchema, phase: z.string(), startedAt: epoch })
    .optional(),
})
export type LibraryEntry = z.infer<typeof libraryEntrySchema>

export const searchHitSchema = z.strictObject({
  run: runId,
  title: z.string(),
  startedAt: epoch,
  /** What matched: `run`, `note`, or `output`. */
  where: z.string(),
  step: z.string().optional(),
  block: z.string().optional(),
  /** Text around the match; the match stands between U+E000 and U+E001. */
  excerpt: z.string(),
})
export type SearchHit = z.infer<typeof searchHitSchema>

export const settingsSchema = z.strictObject({
  theme: z.enum(['system', 'dark', 'light']),
  /** Who acts at this laptop by default. */
  name: z.string(),
  /** Folders with the user's own runbooks. */
  folders: z.array(z.string()),
  terminalFontSize: z.int().min(8).max(32),
  /** Keep a text-size factor for a projector, in percent. */
  scale: z.int().min(80).max(160),
  /** For how many days finished runs are kept, by mode; a mode that is not named is kept for ever. */
  retention: z.partialRecord(modeSchema, z.int().min(1).max(36_500)).optional(),
  /** By path of a runbook: the environment it was last run in, and per environment the profiles that were chosen. */
  places: z.record(
    z.string(),
    z.strictObject({
      environment: z.string().optional(),
      chosen: z.record(z.string(), z.record(z.string(), z.string())),
    }),
  ),
})
export type Settings = z.infer<typeof settingsSchema>

const done = z.strictObject({})

export const requests = {
  /** What this engine is. The first request of every client. */
  'session.info': {
    params: done,
    result: z.strictObject({
      version: z.string(),
      host: z.enum(['electron', 'web', 'cli']),
      device: z.string(),
      data: z.string(),
      /** Why nothing can be written here, when that is so. */
      readOnly: z.string().optional(),
      user: z.string(),
      hostname: z.string(),
      platform: z.string(),
      now: epoch,
    }),
  },
  'settings.get': { params: done, result: settingsSchema },
  'settings.set': { params: settingsSchema.partial(), result: settingsSchema },

  'library.list': {
    params: done,
    result: z.strictObject({
      entries: z.array(libraryEntrySchema),
      /** Folders that could not be read, and why. */
      problems: z.array(z.strictObject({ folder: z.string(), message: z.string() })),
    }),
  },
  'library.read': {
    params: z.strictObject({ path: z.string() }),
    result: z.strictObject({ path: z.string(), source: z.string(), sha256, trust: trustSchema }),
  },
  /** Adds a single Markdown file from anywhere to the library. */
  'library.add': { params: z.strictObject({ path: z.string() }), result: libraryEntrySchema },
  /** Says that exactly this content was read and may be run. */
  'library.trust': { params: z.strictObject({ path: z.string(), sha256 }), result: done },

  'runs.list': {
    params: z.strictObject({ limit: z.int().min(1).max(1000), before: epoch.optional() }),
    result: z.array(runSummarySchema),
  },
  'runs.search': {
    params: z.strictObject({ query: z.string(), limit: z.int().min(1).max(200) }),
    result: z.array(searchHitSchema),
  },
  'runs.start': {
    params: z.strictObject({
      path: z.string(),
      /** What the person saw: refused if the file is no longer that. */
      sha256,
      mode: modeSchema,
      inputs: z.record(z.string(), z.string()),
      commander: z.string().trim().min(1),
      severity: severitySchema.optional(),
      declaredAt: epoch.optional(),
      environment: z.string().optional(),
      /** Target -> profile of the environment, where it is not the one the runbook names. */
      connections: z.record(z.string(), z.string()).optional(),
      /** The person has seen what it would execute and accepts it; needed unless trusted. */
      acceptContent: z.boolean(),
      /** The text of answers prepared beforehand, recorded with the run. */
      answers: z.string().optional(),
    }),
    result: z.strictObject({ run: runId }),
  },
  /**
   * Opens a run to look at it. With `resume` a run that was interrupted (unfinished, and `summary.open` false) goes on
   * here: blocks that were in flight become `unknown`. Commands to a run that is not open are refused.
   */
  'runs.open': {
    params: z.strictObject({ run: runId, resume: z.boolean().optional() }),
    result: z.strictObject({
      summary: runSummarySchema,
      /** The pinned file, as it was when the run started. */
      source: z.string(),
      /** Secret inputs that must be given again before blocks that use them can run. */
      missingSecrets: z.array(z.string()),
    }),
  },
  'runs.secrets': {
    params: z.strictObject({ run: runId, values: z.record(z.string(), z.string()) }),
    result: done,
  },
  /** Events after `after`, at most `limit`. */
  'runs.events': {
    params: z.strictObject({
      run: runId,
      after: z.int().nonnegative(),
      limit: z.int().min(1).max(5000),
    }),
    result: z.array(runEventSchema),
  },
  /** From now on this client receives `run.events` and `stream.*` of the run. */
  'runs.follow': { params: z.strictObject({ run: runId, follow: z.boolean() }), result: done },
  'runs.command': {
    params: z.strictObject({ run: runId, actor: z.string().trim().min(1), command: commandSchema }),
    result: z.discriminatedUnion('ok', [
      z.strictObject({ ok: z.literal(true), seq: z.int() }),
      z.strictObject({
        ok: z.literal(false),
        code: z.string(),
        message: z.string(),
        /** The same command with a reason would be accepted. */
        needsReason: z.boolean(),
      }),
    ]),
  },
  /** A piece of a recorded output. */
  'runs.output': {
    params: z.strictObject({
      run: runId,
      sha256,
      offset: z.int().nonnegative(),
      length: z.int().min(1).max(1_048_576),
    }),
    result: z.strictObject({ base64: z.string(), total: z.int() }),
  },
  'runs.verify': {
    params: z.strictObject({ run: runId }),
    result: z.strictObject({
      ok: z.boolean(),
      events: z.int(),
      blobs: z.int(),
      head: z.string(),
      problems: z.array(z.strictObject({ seq: z.int().optional(), message: z.string() })),
      /** Outputs that were taken out. */
      redacted: z.int(),
      /** Absent where this program cannot check signatures. */
      signed: z
        .strictObject({
          /** Those that hold. */
          checkpoints: z.int(),
          /** Events that the newest of them covers. */
          upTo: z.int(),
          /** Names of the keys. */
          by: z.array(z.string()),
          /** Recorded witnesses and signatures whose head these events had; the signatures are checked elsewhere. */
          witnesses: z.int(),
        })
        .optional(),
    }),
  },

  /** Opens an interactive terminal on a target, or attaches to the running block's. */
  'terminal.open': {
    params: z.strictObject({
      run: runId,
      actor: z.string().trim().min(1),
      target: z.string(),
      /** Where the target is several hosts: on which of them. */
      host: z.string().min(1).optional(),
      columns: z.int().min(2).max(1000),
      rows: z.int().min(2).max(1000),
    }),
    result: z.strictObject({ stream: z.string() }),
  },
  /** Keys for a stream that takes them: an interactive terminal, or a running block with a PTY. */
  'terminal.input': {
    params: z.strictObject({ stream: z.string(), base64: z.string().max(1_400_000) }),
    result: done,
  },
  'terminal.resize': {
    params: z.strictObject({
      stream: z.string(),
      columns: z.int().min(2).max(1000),
      rows: z.int().min(2).max(1000),
    }),
    result: done,
  },
  'terminal.close': { params: z.strictObject({ stream: z.string() }), result: done },
  /** The window has drawn this many more bytes of a stream. Without it a stream pauses its display, never its evidence. */
  'stream.acknowledge': {
    params: z.strictObject({ stream: z.string(), bytes: z.int().positive() }),
    result: done,
  },

  ...connectionRequests,
  ...promptRequests,
  ...recordingRequests,
  ...reportRequests,
  ...auditRequests,
  ...evidenceRequests,
  ...attachmentRequests,
} as const satisfies Record<string, { params: z.ZodType; result: z.ZodType }>

export type RequestName = keyof typeof requests
export type RequestParams<N extends RequestName> = z.infer<(typeof requests)[N]['params']>
export type RequestResult<N extends RequestName> = z.infer<(typeof requests)[N]['result']>

/** A mapped type: a host that answers the contract has a handler for each request, or it does not compile. */
export type RequestHandlers<Context> = {
  readonly [N in RequestName]: (
    params: RequestParams<N>,
    context: Context,
  ) => Promise<RequestResult<N>> | RequestResult<N>
}
