import { z } from 'zod'

/**
 * Asciicast as its specification has it: docs.asciinema.org/manual/asciicast/v3 and …/v2. Strict, so that nothing is in a
 * file that a player may not know.
 */

const size = z.int().min(1).max(65_535)
const shared = {
  timestamp: z.int().nonnegative(),
  idle_time_limit: z.number().positive(),
  command: z.string().optional(),
  title: z.string(),
}

const headers = {
  3: z.strictObject({
    version: z.literal(3),
    term: z.strictObject({ cols: size, rows: size, type: z.string() }),
    ...shared,
  }),
  2: z.strictObject({
    version: z.literal(2),
    width: size,
    height: size,
    env: z.record(z.string(), z.string()),
    ...shared,
  }),
} as const

const seconds = z.number().nonnegative()
const event = z.union([
  z.tuple([seconds, z.enum(['o', 'm']), z.string()]),
  z.tuple([seconds, z.literal('r'), z.string().regex(/^\d{1,5}x\d{1,5}$/u)]),
  z.tuple([seconds, z.literal('x'), z.string().regex(/^-?\d+$/u)]),
])

export interface Cast {
  readonly columns: number
  readonly rows: number
  readonly title: string
  readonly command: string | undefined
  readonly timestamp: number
  /** With the seconds since the beginning, in both versions. */
  readonly events: readonly (readonly [number, string, string])[]
  /** All of what a terminal would be sent. */
  readonly output: string
}

/** Reads a file. Throws at whatever is not as it is specified. */
export function readCast(text: string, version: 2 | 3): Cast {
  if (!text.endsWith('\n')) throw new Error('It does not end with a line.')
  const [head = '', ...lines] = text.slice(0, -1).split('\n')
  const header: unknown = JSON.parse(head)
  let at = 0
  const events = lines.map((line, index) => {
    const [time, code, data] = event.parse(JSON.parse(line))
    if (/\p{Surrogate}/u.test(data)) throw new Error(`Line ${index + 2} has half a character.`)
    if (version === 2 && code === 'x') throw new Error('Version 2 has no exit.')
    if (version === 2 && time < at) throw new Error(`Line ${index + 2} goes back in time.`)
    if (code === 'x' && index !== lines.length - 1) throw new Error('Something follows the exit.')
    at = version === 2 ? time : at + time
    return [Math.round(at * 1000) / 1000, code, data] as const
  })
  const output = events.flatMap(([, code, data]) => (code === 'o' ? [data] : [])).join('')
  if (version === 3) {
    const { term, title, command, timestamp } = headers[3].parse(header)
    return { columns: term.cols, rows: term.rows, title, command, timestamp, events, output }
  }
  const { width, height, title, command, timestamp } = headers[2].parse(header)
  return { columns: width, rows: height, title, command, timestamp, events, output }
}
