import { z } from 'zod'
import { givenInject, injectsOf } from '../run/injects.ts'
import type { RunState } from '../run/state.ts'
import { durationText } from './duration.ts'

/** Injects of an exercise, as a report has them: what was planned, and what was made of it. */

export const reportInjectSchema = z.strictObject({
  /** Its place in the runbook, from 1. */
  number: z.int().positive(),
  /** When it was planned: the moment, and how long after the start of the run. */
  at: z.int(),
  atMs: z.int().nonnegative(),
  fault: z.string(),
  expected: z.string(),
  /** Absent where it was not given. */
  given: z
    .strictObject({
      seq: z.int().positive(),
      at: z.int(),
      by: z.string(),
      /** How it was played, or what was seen. */
      note: z.string().optional(),
    })
    .optional(),
})
export type ReportInject = Readonly<z.infer<typeof reportInjectSchema>>

/** When an inject is planned, in words that follow “planned”. */
export function plannedText({ atMs }: Pick<ReportInject, 'atMs'>): string {
  return atMs === 0 ? 'at the start' : `${durationText(atMs)} after the start`
}

/** Every inject that the exercise planned, in the order of their times. A live run has none. */
export function reportInjects(state: RunState): readonly ReportInject[] {
  return injectsOf(state).map(({ number, at, atMs, fault, expected }) => {
    const given = givenInject(state, number)
    return {
      number,
      at,
      atMs,
      fault,
      expected,
      ...(given !== undefined && {
        given: {
          seq: given.seq,
          at: given.at,
          by: given.by,
          ...(given.note !== undefined && { note: given.note }),
        },
      }),
    }
  })
}
