import { z } from 'zod'
import { modeSchema } from '../run/events.ts'
import { canonicalise } from './canonical.ts'

/**
 * What is left of a run that was deleted whole: a signed note with one line of canonical JSON. It says that there was such
 * a run, how it ended, who deleted it and why; and whoever has a copy of the run can prove that it was this one.
 */
export const tombstoneSchema = z.strictObject({
  v: z.literal(1),
  run: z.string().min(1),
  device: z.string(),
  /** How many events it had, the root of the tree over them (hex), and the hash of the last. */
  events: z.int().positive(),
  root: z.string(),
  head: z.string(),
  title: z.string(),
  kind: z.string(),
  mode: modeSchema,
  /** How it ended. */
  phase: z.enum(['finished', 'aborted']),
  startedAt: z.int(),
  endedAt: z.int().optional(),
  /** SHA-256 of the runbook's file. */
  runbook: z.string(),
  /** Who deleted it, why, and when: epoch milliseconds. */
  by: z.string().min(1),
  reason: z.string().min(1),
  wall: z.int(),
})
export type Tombstone = z.infer<typeof tombstoneSchema>

const TITLE = 'muster/tombstone'

/** The text that is signed, with its last newline. */
export function formatTombstone(tombstone: Tombstone): string {
  return `${TITLE}\n${canonicalise(tombstone)}\n`
}

/** What the text says, or undefined when it is no tombstone. */
export function parseTombstone(text: string): Tombstone | undefined {
  const [title, line, end, ...more] = text.split('\n')
  if (title !== TITLE || line === undefined || end !== '' || more.length > 0) return undefined
  try {
    const found = tombstoneSchema.safeParse(JSON.parse(line)).data
    // Exactly what would be signed again: nothing else may mean the same.
    return found !== undefined && formatTombstone(found) === text ? found : undefined
  } catch {
    return undefined
  }
}
