import { z } from 'zod'

/** Requests about what was recorded of blocks and terminals, to watch it. */

const run = z.string().min(1)
const milliseconds = z.int().nonnegative()
const label = z.string().min(1).max(1_000)

/** Recordings in one answer. */
export const MOST_RECORDINGS = 200
/** Marks of one recording in an answer; all of them stand in the timeline. */
export const MOST_MARKS = 500
/** What a window is given of one recording. All of it is recorded, and can be exported. */
export const WATCHED = { bytes: 8 * 1024 * 1024, frames: 200_000 } as const
/** What one answer has of that. */
export const PIECE = { bytes: 256 * 1024, frames: 4_000 } as const

export const watchedRecordingSchema = z.strictObject({
  label,
  /** The event that has it. */
  seq: z.int().positive(),
  host: z.string().optional(),
  /** Epoch milliseconds. */
  began: z.int(),
  durationMs: milliseconds,
  title: z.string(),
  target: z.string(),
  step: z.string().optional(),
  /** The beginning of what was sent. */
  command: z.string().optional(),
  forScreen: z.boolean(),
  /** How it ended, in words. */
  outcome: z.string(),
  /** Of output, in the record. */
  bytes: z.int().nonnegative(),
  /** What is not there of it and why, in words. */
  absences: z.array(z.string()),
  /** `at`: milliseconds since it began. */
  marks: z.array(z.strictObject({ seq: z.int().positive(), at: milliseconds, text: z.string() })),
  /** How many more marks there are. */
  moreMarks: z.int().nonnegative(),
})
export type WatchedRecording = z.infer<typeof watchedRecordingSchema>

export const frameSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('output'), at: milliseconds, base64: z.string() }),
  z.strictObject({
    kind: z.literal('size'),
    at: milliseconds,
    columns: z.int().min(2).max(1000),
    rows: z.int().min(2).max(1000),
  }),
])

export const recordingRequests = {
  /**
   * What was recorded in a run so far, up to 200 of it: around the event or the recording `of`, or from the recording
   * with the number `first` on, from 0. `place`: where `of` is seen.
   */
  'recordings.list': {
    params: z.strictObject({
      run,
      of: z
        .union([z.strictObject({ event: z.int().positive() }), z.strictObject({ label })])
        .optional(),
      first: z.int().nonnegative().optional(),
    }),
    result: z.strictObject({
      title: z.string(),
      /** Recordings there are. */
      total: z.int().nonnegative(),
      first: z.int().nonnegative(),
      recordings: z.array(watchedRecordingSchema),
      place: z.strictObject({ index: z.int().nonnegative(), at: milliseconds }).optional(),
    }),
  },
  /** The frames of a recording after the first `after`, a piece at a time; without `next` there are no more. */
  'recordings.frames': {
    params: z.strictObject({ run, label, after: z.int().nonnegative() }),
    result: z.strictObject({
      frames: z.array(frameSchema),
      next: z.int().positive().optional(),
      /** Bytes that a window is not given, for there are too many. */
      withheld: z.int().positive().optional(),
    }),
  },
} as const
