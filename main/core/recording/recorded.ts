import type { BlobReference, Outcome } from '../run/events.ts'

/** What was recorded of one execution, or of one terminal that a person typed into. */
export interface Recorded {
  /** The event that has it: with which it ended. */
  readonly seq: number
  /** The event with which it began; where none tells, `seq`. */
  readonly from: number
  /** What it is called within its run: `BLOCK#ATTEMPT`, with `@HOST` where it is one of several, or a terminal's id. */
  readonly label: string
  /** Epoch milliseconds. */
  readonly began: number
  readonly durationMs: number
  readonly title: string
  readonly target: string
  readonly host?: string
  readonly step?: string
  /** What was sent; absent where a person typed. */
  readonly command?: string
  /** The bytes were made for a screen; otherwise they come from pipes. */
  readonly forScreen: boolean
  readonly outcome: Outcome
  /** Of a check that polls: how many times. Only the last is kept. */
  readonly polls?: number
  readonly stdout?: BlobReference
  readonly stderr?: BlobReference
  readonly timing?: BlobReference
  /** Bytes that the disk refused. */
  readonly unrecorded?: number
}

/** A moment of the run that somebody who watches a recording wants to know about. */
export interface Mark {
  readonly seq: number
  /** Epoch milliseconds. */
  readonly at: number
  readonly text: string
  /** The step that begins here. */
  readonly step?: string
}

export interface RunRecordings {
  /** In the order in which they began. */
  readonly recordings: readonly Recorded[]
  /** In the order of the log. */
  readonly marks: readonly Mark[]
  /** Names of outputs that were taken out, with why. */
  readonly takenOut: ReadonlyMap<string, { readonly by: string; readonly reason: string }>
}

/** Those that an event has: of a check between two batches, one of each host. */
export function recordedBy(
  { recordings }: Pick<RunRecordings, 'recordings'>,
  seq: number,
  host?: string,
): readonly Recorded[] {
  return recordings.filter((one) => one.seq === seq && (host === undefined || one.host === host))
}

/** Bytes of output that the record has of it, or had. */
export function bytesOf({ stdout, stderr }: Recorded): number {
  return (stdout?.bytes ?? 0) + (stderr?.bytes ?? 0)
}

/** Whether there is anything to see: a timing alone, or nothing, was recorded of what printed nothing. */
export function isShown({ stdout, stderr }: Recorded): boolean {
  return stdout !== undefined || stderr !== undefined
}

const NAME_CHARACTERS = 80

/** Names for files of recordings, which say the event, the step and the place; no two are the same. */
export function namesFor(recordings: readonly Recorded[]): ReadonlyMap<Recorded, string> {
  const digits = String(Math.max(0, ...recordings.map(({ seq }) => seq))).length
  const taken = new Set<string>()
  const names = new Map<Recorded, string>()
  for (const recorded of recordings) {
    const { seq, title } = recorded
    const words = plain(/^\d/u.test(title) ? `step ${title}` : title)
    const wanted = [String(seq).padStart(digits, '0'), ...(words === '' ? [] : [words])].join('-')
    let name = wanted
    for (let again = 2; taken.has(name); again++) name = `${wanted}-${again}`
    taken.add(name)
    names.set(recorded, name)
  }
  return names
}

/** Small letters, digits and dashes: what every system takes as a name. */
function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, '-')
    .slice(0, NAME_CHARACTERS)
    .replaceAll(/^-|-$/gu, '')
}
