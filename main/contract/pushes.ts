import { z } from 'zod'
import { runEventSchema } from '../core/run/events.ts'
import { connectionPushes } from './connections.ts'
import { promptPushes } from './prompts.ts'
import { reportPushes } from './reports.ts'

/** What the engine sends without being asked. */
export const pushes = {
  'run.events': z.strictObject({ run: z.string(), events: z.array(runEventSchema) }),
  /** The list of runs changed: something started, ended, or moved on. */
  'runs.changed': z.strictObject({}),
  'library.changed': z.strictObject({}),
  'settings.changed': z.strictObject({}),
  /** A live display stream begins: a running block's output, or an interactive terminal. */
  'stream.opened': z.strictObject({
    run: z.string(),
    stream: z.string(),
    /** `block` or `terminal`. */
    kind: z.enum(['block', 'terminal']),
    block: z.string().optional(),
    attempt: z.int().optional(),
    target: z.string(),
    /** One host of a fan-out. */
    host: z.string().optional(),
    /** Keys typed into it are sent on. */
    interactive: z.boolean(),
    /** Its output is rows with tabs between their cells. */
    tabular: z.boolean().optional(),
  }),
  'stream.data': z.strictObject({
    stream: z.string(),
    base64: z.string(),
    /** `e` for stderr where it is kept apart. */
    channel: z.enum(['o', 'e']),
    /** Bytes left out of the display just before these, because it lagged. All of them are recorded. */
    skipped: z.int().nonnegative(),
  }),
  /** How far a file is that a block uploads or downloads. */
  'stream.progress': z.strictObject({
    stream: z.string(),
    done: z.int().nonnegative(),
    total: z.int().nonnegative().optional(),
  }),
  'stream.closed': z.strictObject({ stream: z.string(), skipped: z.int().nonnegative() }),
  /** Recording fails or works again: disk full, no permission. */
  'engine.trouble': z.strictObject({ message: z.string().optional() }),
  ...connectionPushes,
  ...promptPushes,
  ...reportPushes,
} as const satisfies Record<string, z.ZodType>

export type PushName = keyof typeof pushes
export type PushData<N extends PushName> = z.infer<(typeof pushes)[N]>
export type Push = { [N in PushName]: { readonly push: N; readonly data: PushData<N> } }[PushName]
