import { bytesText, durationText, utcText } from '../report/duration.ts'
import { shownLine, shownText } from '../report/hostile.ts'
import { outcomeText } from '../report/words.ts'
import { framesOf, type Frame, type OutputOf } from './frames.ts'
import { bytesOf, type Mark, type Recorded, type RunRecordings } from './recorded.ts'

/** What somebody sees who plays one recording, or all of a run. */
export type SceneItem =
  | (Frame & {
      /** The bytes were made for a screen: a line feed does not return the carriage. */
      readonly forScreen: boolean
    })
  /** Muster's own words between recordings, with the escape sequences that set them apart. */
  | { readonly kind: 'words'; readonly at: number; readonly text: string }
  | {
      readonly kind: 'mark'
      readonly at: number
      readonly text: string
      readonly seq: number
      readonly step: string | undefined
    }

/** Size of a screen where the recording tells none: that of a command's terminal. */
export const USUAL_SIZE = { columns: 120, rows: 32 } as const

/** How much of a command is shown before its output. */
const SHOWN_LINES = 40
const SHOWN_CHARACTERS = 4_000

/** The most that is wanted of one recording. */
export interface SceneLimit {
  readonly bytes: number
  readonly frames: number
  /** In words: where the rest is. */
  readonly rest: string
}

const UNLIMITED: SceneLimit = { bytes: Infinity, frames: Infinity, rest: '' }

/**
 * One recording: its size where it has one, then every byte as it came, nothing added. Marks of the run that fall into it
 * are at their time; what is missing of it, at the beginning or because of a limit, is a mark too.
 */
export async function* sceneOf(
  recorded: Recorded,
  { marks, takenOut }: RunRecordings,
  output: OutputOf,
  limit: SceneLimit = UNLIMITED,
): AsyncGenerator<SceneItem> {
  const { forScreen, seq, began } = recorded
  const due = new Due(within(recorded, marks), began)
  const absences = absencesOf(recorded, takenOut, output)
  let at = 0
  let bytes = 0
  let frames = 0
  const beginning = function* (): Generator<SceneItem> {
    for (const text of absences) yield { kind: 'mark', at: 0, text, seq, step: undefined }
  }
  for await (const frame of framesOf(recorded, output)) {
    const isFirst = frames++ === 0
    // A player makes its screen of this.
    if (isFirst && frame.kind === 'size') yield { ...frame, at: 0, forScreen }
    if (isFirst) yield* beginning()
    if (isFirst && frame.kind === 'size') continue
    if (bytes >= limit.bytes || frames > limit.frames) {
      const text = `The rest of the output, ${bytesText(bytesOf(recorded) - bytes)}, is not shown: ${limit.rest}`
      yield { kind: 'mark', at, text, seq, step: undefined }
      break
    }
    yield* due.until(frame.at)
    at = frame.at
    yield { ...frame, forScreen }
    if (frame.kind === 'output') bytes += frame.bytes.length
  }
  if (frames === 0) yield* beginning()
  yield* due.until(Infinity)
}

/** The marks between the events with which it began and ended, none of them later than its end. */
function within(
  { from, seq, began, durationMs }: Recorded,
  marks: readonly Mark[],
): readonly Mark[] {
  const first = firstFrom(marks, from)
  return marks
    .slice(first, firstFrom(marks, seq + 1))
    .map((mark) => ({ ...mark, at: Math.min(mark.at, began + durationMs) }))
}

/** Where the marks of this event and later ones begin. */
function firstFrom(marks: readonly Mark[], seq: number): number {
  let [low, high] = [0, marks.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((marks[middle]?.seq ?? 0) < seq) low = middle + 1
    else high = middle
  }
  return low
}

/** Hands out marks in their turn. */
class Due {
  readonly #marks: readonly Mark[]
  readonly #zero: number
  #next = 0
  #at = 0

  /** `zero`: where the scene begins, epoch milliseconds. */
  constructor(marks: readonly Mark[], zero: number) {
    this.#marks = marks
    this.#zero = zero
  }

  /** Those that are due by `at`, which everything that follows is at or after. */
  *until(at: number): Generator<SceneItem> {
    for (
      let mark = this.#marks[this.#next];
      mark !== undefined && mark.at - this.#zero <= at;
      mark = this.#marks[++this.#next]
    ) {
      // Clocks can be set: the time of a mark is not before what was handed out.
      this.#at = Math.max(this.#at, mark.at - this.#zero)
      yield { kind: 'mark', at: this.#at, text: mark.text, seq: mark.seq, step: mark.step }
    }
    if (at !== Infinity) this.#at = Math.max(this.#at, at)
  }
}

/** Where the scene of a run begins. Epoch milliseconds; undefined where nothing was executed. */
export function runSceneBegan({ recordings, marks }: RunRecordings): number | undefined {
  const [first] = recordings
  return first && Math.min(first.began, marks[0]?.at ?? first.began)
}

/**
 * Everything that was recorded in a run, one after the other in the order in which it began, each with the words of what it
 * is. What ran side by side is shown in turn, so the times are those of the run only where nothing did.
 */
export async function* runScene(found: RunRecordings, output: OutputOf): AsyncGenerator<SceneItem> {
  const zero = runSceneBegan(found)
  if (zero === undefined) return
  const { recordings, marks, takenOut } = found
  const due = new Due(marks, zero)
  let at = 0
  for (const recorded of recordings) {
    const { forScreen, title, seq, step } = recorded
    const start = Math.max(at, recorded.began - zero)
    yield* due.until(start)
    yield { kind: 'mark', at: start, text: title, seq, step }
    yield { kind: 'size', at: start, ...USUAL_SIZE, forScreen: true }
    yield { kind: 'words', at: start, text: beginning(recorded) }
    for (const gone of absencesOf(recorded, takenOut, output))
      yield { kind: 'words', at: start, text: `${aside(`[${gone}]`)}\r\n` }
    at = start
    for await (const frame of framesOf(recorded, output)) {
      at = Math.max(at, start + frame.at)
      yield* due.until(at)
      yield { ...frame, at, forScreen }
    }
    at = Math.max(at, start + recorded.durationMs)
    yield* due.until(at)
    yield { kind: 'words', at, text: ending(recorded) }
  }
  yield* due.until(Infinity)
}

/** What is not there of a recording, and why, in words. */
export function absencesOf(
  { stdout, stderr, unrecorded, polls }: Recorded,
  takenOut: RunRecordings['takenOut'],
  output: OutputOf,
): readonly string[] {
  const reasons = [stdout, stderr].flatMap((blob) => {
    if (blob === undefined || output(blob) !== undefined) return []
    const gone = takenOut.get(blob.sha256)
    return gone === undefined
      ? ['An output is not in the record any more, and nobody said why']
      : [`Output taken out by ${gone.by}: ${gone.reason}`]
  })
  return [
    ...new Set(reasons),
    ...(unrecorded === undefined ? [] : [`${unrecorded} bytes of output could not be recorded`]),
    ...(polls === undefined || polls === 1
      ? []
      : [`Tried ${polls} times; the output is that of the last`]),
  ].map(shownLine)
}

function aside(text: string): string {
  return `\u001b[2m${text}\u001b[0m`
}

const RESET = '\u001b[0m\r\n'
/** What was made for a screen may leave it in any state: the other screen, a scroll region, colours, modes. */
const AFRESH = `\u001b[?1049l\u001b[!p\u001b[r\u001b[999B${RESET}`

function beginning({ title, target, began, command }: Recorded): string {
  const head = `${RESET}\u001b[7m ${title} \u001b[0m ${aside(`on ${target}, ${utcText(began)}`)}\r\n`
  if (command === undefined) return head
  const text = shownText(command.trimEnd())
  const lines = text.slice(0, SHOWN_CHARACTERS).split('\n').slice(0, SHOWN_LINES)
  const cut = lines.join('\n').length < text.length
  return `${head}${[...lines, ...(cut ? ['[…]'] : [])].map((line) => `${aside(`> ${line}`)}\r\n`).join('')}`
}

function ending({ outcome, durationMs, host, forScreen }: Recorded): string {
  const on = host === undefined ? '' : `${host}: `
  return `${forScreen ? AFRESH : RESET}${aside(`= ${shownText(on + outcomeText(outcome))}, after ${durationText(durationMs)}`)}\r\n`
}
