import { z } from 'zod'
import { parseDuration } from './duration.ts'
import { RISKS, RUNBOOK_KINDS, STRATEGIES } from './model.ts'

/** The schemas of the frontmatter and of a `yaml step` block: checked here, and the source of runbook.schema.json. */

/** Names become environment variables and bound parameters. */
export const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/u
/** Ids of steps, options, targets and roles. */
export const IDENTIFIER = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,127}$/u

/** Names that would change how programs themselves behave. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set([
  'PATH',
  'HOME',
  'USER',
  'SHELL',
  'PWD',
  'OLDPWD',
  'IFS',
  'ENV',
  'BASH_ENV',
  'BASH_FUNC',
  'SHELLOPTS',
  'BASHOPTS',
  'PS1',
  'PS2',
  'PS4',
  'PROMPT_COMMAND',
  'LD_PRELOAD',
  'LD_LIBRARY_PATH',
  'DYLD_INSERT_LIBRARIES',
  'TERM',
  'TMPDIR',
  'NODE_OPTIONS',
  'SSH_AUTH_SOCK',
  'SSH_ASKPASS',
  'EDITOR',
  'PAGER',
])

const duration = z
  .string({ error: 'a duration needs a unit, such as 90s, 15m or 1h30m' })
  .transform((text, context) => {
    const milliseconds = parseDuration(text)
    if (milliseconds === undefined) {
      context.addIssue({
        code: 'custom',
        message: `“${text}” is not a duration; write 90s, 15m, 1h30m or 7d`,
      })
      return z.NEVER
    }
    return milliseconds
  })
  .meta({ description: 'A duration with units from large to small: 500ms, 90s, 15m, 1h30m, 7d.' })

const text = z.string().min(1)
const identifier = z
  .string()
  .regex(IDENTIFIER, 'use letters, digits, dots, hyphens and underscores')

const inputSchema = z.strictObject({
  label: text.optional(),
  required: z.boolean().optional(),
  pattern: text.optional(),
  default: z.union([z.string(), z.number(), z.boolean()]).transform(String).optional(),
  options: z
    .array(z.union([z.string(), z.number(), z.boolean()]).transform(String))
    .min(1)
    .optional(),
  secret: z.boolean().optional(),
})

const targetSchema = z.union(
  [
    z.literal('local'),
    z.strictObject({ local: z.boolean() }),
    z.strictObject({ ssh: z.union([text, z.array(text).min(1)]) }),
    z.strictObject({ postgres: text }),
    z.strictObject({ redis: text }),
    z.strictObject({ http: text }),
  ],
  {
    error:
      'write local, { ssh: host }, { ssh: [host, host] }, { postgres: name }, { redis: name } or { http: url }',
  },
)

const CADENCE = ['daily', 'weekly', 'monthly', 'quarterly', 'yearly'] as const

export const frontmatterSchema = z
  .strictObject({
    runbook: z
      .literal(1, { error: 'this version of Muster reads format 1' })
      .meta({ description: 'Version of the format.' }),
    title: text.optional(),
    kind: z.enum(RUNBOOK_KINDS),
    system: text.optional(),
    summary: text.optional(),
    objectives: z.strictObject({ rto: duration.optional(), rpo: duration.optional() }).optional(),
    roles: z.array(identifier).optional(),
    inputs: z.record(z.string(), z.union([inputSchema, z.null()])).optional(),
    targets: z.record(identifier, targetSchema).optional(),
    escalation: z.array(z.strictObject({ after: duration, to: text })).optional(),
    updates: z.strictObject({ every: duration, to: text }).optional(),
    cadence: z
      .union([z.enum(CADENCE), z.string().refine((value) => parseDuration(value) !== undefined)], {
        error: `write ${CADENCE.join(', ')}, or a duration such as 90d`,
      })
      .optional(),
    drill: z
      .strictObject({
        targets: z.record(identifier, text).optional(),
        injects: z.array(z.strictObject({ at: duration, fault: text, expected: text })).optional(),
      })
      .optional(),
  })
  .meta({ title: 'Muster runbook frontmatter, format 1' })

const strategySchema = z.union(
  [
    z.enum(STRATEGIES),
    z.strictObject({
      kind: z.enum(STRATEGIES),
      batch: z
        .union([z.int().min(1).max(10_000), z.string().regex(/^(?:100|[1-9]\d?)%$/u)])
        .optional(),
      'max-failures': z.int().min(0).max(10_000).optional(),
      'check-batches': z.boolean().optional(),
    }),
  ],
  {
    error:
      'write all, rolling, canary, or { kind: rolling, batch: 2 or "25%", max-failures: 0, check-batches: true }',
  },
)

export const stepSchema = z
  .strictObject({
    id: identifier.optional(),
    on: identifier.optional(),
    risk: z.enum(RISKS).optional(),
    approve: z
      .strictObject({ role: identifier.optional(), quorum: z.int().min(1).max(9).optional() })
      .optional(),
    timeout: duration.optional(),
    budget: duration.optional(),
    checklist: z.enum(['read-do', 'do-confirm']).optional(),
    decide: z
      .strictObject({ question: text.optional(), options: z.record(identifier, text) })
      .refine(({ options }) => Object.keys(options).length >= 2, {
        error: 'a decision needs at least two options',
      })
      .optional(),
    when: z.union([text, z.array(text).min(1)]).optional(),
    needs: z.union([identifier, z.array(identifier)]).optional(),
    retry: z.strictObject({ attempts: z.int().min(2).max(20), every: duration }).optional(),
    'point-of-no-return': z.boolean().optional(),
    strategy: strategySchema.optional(),
  })
  .meta({ title: 'Muster step, format 1' })

export type FrontmatterData = z.output<typeof frontmatterSchema>
export type StepData = z.output<typeof stepSchema>

const KEYS_OF_FRONTMATTER = Object.keys(frontmatterSchema.shape)
const KEYS_OF_INPUT = Object.keys(inputSchema.shape)

/** The keys that may stand at a path, for a did-you-mean. */
export function knownKeys(
  schema: 'frontmatter' | 'step',
  path: readonly PropertyKey[],
): readonly string[] {
  const [first, , third] = path
  if (schema === 'step') {
    switch (first) {
      case undefined:
        return Object.keys(stepSchema.shape)
      case 'approve':
        return ['role', 'quorum']
      case 'decide':
        return ['question', 'options']
      case 'retry':
        return ['attempts', 'every']
      case 'strategy':
        return ['kind', 'batch', 'max-failures']
      default:
        return []
    }
  }
  switch (first) {
    case undefined:
      return KEYS_OF_FRONTMATTER
    case 'objectives':
      return ['rto', 'rpo']
    case 'inputs':
      return third === undefined ? KEYS_OF_INPUT : []
    case 'targets':
      return ['local', 'ssh', 'postgres', 'redis', 'http']
    case 'escalation':
      return ['after', 'to']
    case 'updates':
      return ['every', 'to']
    case 'drill':
      return path.length === 1 ? ['targets', 'injects'] : ['at', 'fault', 'expected']
    default:
      return []
  }
}
