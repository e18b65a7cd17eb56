import { z } from 'zod'

/** What has become of a connection that a run uses. Times are epoch milliseconds. */
export const connectionStateSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('connected'), since: z.number() }),
  /** Lost; the next attempt is `tryAt`. */
  z.strictObject({
    state: z.literal('waiting'),
    lostAt: z.number(),
    /** How it was lost, or why the last attempt failed. */
    why: z.string(),
    /** Which attempt comes next, from 1. */
    attempt: z.int().positive(),
    tryAt: z.number(),
  }),
  z.strictObject({
    state: z.literal('connecting'),
    lostAt: z.number(),
    attempt: z.int().positive(),
  }),
  /** Nothing is tried any more until a block needs it. */
  z.strictObject({ state: z.literal('given-up'), lostAt: z.number(), because: z.string() }),
])
export type ConnectionState = Readonly<z.infer<typeof connectionStateSchema>>

/** The connection to one host of a run. */
export const targetStateSchema = z.strictObject({
  run: z.string(),
  /** Targets that lead there. Empty for a host that others are only reached through. */
  targets: z.array(z.string()).readonly(),
  profile: z.string(),
  environment: z.string().optional(),
  host: z.string(),
  connection: connectionStateSchema,
})
export type TargetState = Readonly<z.infer<typeof targetStateSchema>>

/** One line for a person. `clock` writes a time of day. */
export function connectionStateText(
  { host, connection }: Pick<TargetState, 'host' | 'connection'>,
  now: number,
  clock: (at: number) => string,
): string {
  switch (connection.state) {
    case 'connected':
      return `Connected to ${host}.`
    case 'waiting': {
      const seconds = Math.max(0, Math.round((connection.tryAt - now) / 1000))
      return `The connection to ${host} was lost at ${clock(connection.lostAt)}. Trying again in ${seconds} s: ${connection.why}`
    }
    case 'connecting':
      return `The connection to ${host} was lost at ${clock(connection.lostAt)}. Trying again now.`
    case 'given-up':
      return `The connection to ${host} was lost at ${clock(connection.lostAt)}, and is not tried again until a block needs it: ${connection.because}`
  }
}
