import { z } from 'zod'
import { environmentSchema, profileSchema } from '../core/connection/profile.ts'
import { targetStateSchema } from '../core/connection/state.ts'
import { TARGET_KINDS } from '../core/runbook/model.ts'

/** The part of the contract about environments, profiles, and whether they can be reached. */

const done = z.strictObject({})
const name = z.string().min(1)

const positionSchema = z.strictObject({ line: z.int(), column: z.int(), offset: z.int() })

const diagnosticSchema = z.strictObject({
  severity: z.enum(['error', 'warning', 'info']),
  code: z.string(),
  message: z.string(),
  range: z.strictObject({ start: positionSchema, end: positionSchema }),
  suggestion: z.string().optional(),
})

export const PROBE_STAGES = [
  'resolve',
  'connect',
  'host-key',
  'certificate',
  'authenticate',
  'first-query',
] as const

export const probeStageSchema = z.strictObject({
  name: z.enum(PROBE_STAGES),
  /** For ssh through hops and databases through ssh: which host this stage is about. */
  of: z.string(),
  ok: z.boolean(),
  /** What was found, or what went wrong and what to do. */
  detail: z.string(),
  durationMs: z.int().nonnegative(),
})
export type ProbeStage = Readonly<z.infer<typeof probeStageSchema>>

export const probeSchema = z.strictObject({
  ok: z.boolean(),
  stages: z.array(probeStageSchema).readonly(),
  /** In one line: what answered, or why nothing did. */
  summary: z.string(),
})
export type Probe = Readonly<z.infer<typeof probeSchema>>

/** Whether one target of a runbook can be reached. */
export const targetProbeSchema = z.strictObject({
  target: z.string(),
  kind: z.enum(TARGET_KINDS),
  /** The name that was resolved: the runbook's, or the one it was mapped to. */
  profile: z.string(),
  /** Where it leads, in one line. Absent when it leads nowhere. */
  summary: z.string().optional(),
  /** Why it leads nowhere, and what to do. */
  problem: z.string().optional(),
  /** Absent for this laptop, where there is nothing to try, and where there is a problem. */
  probe: probeSchema.optional(),
})
export type TargetProbe = Readonly<z.infer<typeof targetProbeSchema>>

export const connectionRequests = {
  /** The environments and profiles as the file stands now, with what is wrong in it. */
  'connections.list': {
    params: done,
    result: z.strictObject({
      file: z.string(),
      environments: z.array(environmentSchema).readonly(),
      diagnostics: z.array(diagnosticSchema).readonly(),
    }),
  },
  /** Adds a profile, or replaces the one called `replaces` (the same name when absent). */
  'connections.save': {
    params: z.strictObject({
      environment: name,
      profile: profileSchema,
      replaces: name.optional(),
    }),
    result: done,
  },
  'connections.remove': {
    params: z.strictObject({ environment: name, profile: name }),
    result: done,
  },
  'connections.saveEnvironment': {
    params: z.strictObject({ name, production: z.boolean() }),
    result: done,
  },
  /** Takes over a team's file; `kept` names profiles that were here already and were not replaced. */
  'connections.import': {
    params: z.strictObject({ path: name, replace: z.boolean() }),
    result: z.strictObject({ added: z.int(), kept: z.array(z.string()).readonly() }),
  },
  /** Tries one profile. Its stages arrive as `probe.stage` with this `probe` id while it runs. */
  'connections.test': {
    params: z.strictObject({
      probe: name,
      environment: name.optional(),
      /** A saved profile by its name, or one that is being edited. */
      profile: z.union([name, profileSchema]),
    }),
    result: probeSchema,
  },
  /** Tries every target of a runbook at once. Each result also arrives as `preflight.target` as soon as it is there. */
  'runs.preflight': {
    params: z.strictObject({
      probe: name,
      path: z.string(),
      /** What the person sees: refused if the file is no longer that. */
      sha256: z.string().optional(),
      environment: name.optional(),
      connections: z.record(z.string(), z.string()).optional(),
    }),
    result: z.array(targetProbeSchema),
  },
  /** Gives up a test or a preflight that is running; what was not reached by then says so. */
  'probe.cancel': { params: z.strictObject({ probe: name }), result: done },
} as const satisfies Record<string, { params: z.ZodType; result: z.ZodType }>

export const connectionPushes = {
  /** `connections.yaml` was changed here. */
  'connections.changed': z.strictObject({}),
  'probe.stage': z.strictObject({
    probe: z.string(),
    /** In a preflight: which target. */
    target: z.string().optional(),
    stage: probeStageSchema,
  }),
  /**
   * A connection that a run uses was made, lost, is tried again or given up; to who follows the run, and all of them when
   * following begins.
   */
  'target.state': targetStateSchema,
  'preflight.target': z.strictObject({ probe: z.string(), result: targetProbeSchema }),
} as const satisfies Record<string, z.ZodType>
