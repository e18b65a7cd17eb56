import { z } from 'zod'
import { ACTION_KINDS, RATINGS } from '../../../../main/core/run/report-rows.ts'

/**
 * What is being written and not yet in the record. It is kept by the window at every key, so that neither a lost
 * connection nor a reload takes a sentence along.
 */

/** A row as it is written: nothing of it needs to be there yet. */
export const draftRowSchema = z.strictObject({
  kind: z.enum(['', ...ACTION_KINDS]),
  what: z.string(),
  rating: z.enum(['', ...RATINGS]),
  owner: z.string(),
  due: z.string(),
  remark: z.string(),
})
export type DraftRow = z.infer<typeof draftRowSchema>

export const draftSchema = z.strictObject({
  text: z.string(),
  /** Of a list. */
  rows: z.array(draftRowSchema).optional(),
  /** What the record said when the writing began. */
  before: z.string(),
})
export type Draft = Readonly<z.infer<typeof draftSchema>>

export interface DraftPlace {
  readonly run: string
  readonly report: string
  readonly field: string
}

function keyOf({ run, report, field }: DraftPlace): string {
  return `muster.draft/${encodeURIComponent(run)}/${report}/${field}`
}

/** The draft of a field; undefined where there is none. */
export function readDraft(place: DraftPlace): Draft | undefined {
  try {
    const stored = window.localStorage.getItem(keyOf(place))
    if (stored === null) return undefined
    const parsed = draftSchema.safeParse(JSON.parse(stored))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}

/** Keeps a draft; whether it could. */
export function keepDraft(place: DraftPlace, draft: Draft | undefined): boolean {
  try {
    if (draft === undefined) window.localStorage.removeItem(keyOf(place))
    else window.localStorage.setItem(keyOf(place), JSON.stringify(draft))
    return true
  } catch {
    // A browser that keeps nothing: the text is still in the window, as long as that is open.
    return false
  }
}
