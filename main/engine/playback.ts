import { chaptersOf, placeOf, type Chapter } from '../core/recording/chapters.ts'
import { framesOf, type Frame, type OutputOf } from '../core/recording/frames.ts'
import { bytesOf, type RunRecordings } from '../core/recording/recorded.ts'
import { recordingsOf } from '../core/recording/recordings.ts'
import { absencesOf } from '../core/recording/scene.ts'
import { defined } from '../core/defined.ts'
import { outcomeText } from '../core/report/words.ts'
import { ContractError } from '../contract/frames.ts'
import {
  MOST_MARKS,
  MOST_RECORDINGS,
  PIECE,
  WATCHED,
  type WatchedRecording,
} from '../contract/recordings.ts'
import type { RequestHandlers, RequestParams, RequestResult } from '../contract/requests.ts'
import type { RequestContext } from './options.ts'
import type { Store } from './ports.ts'
import { recordSource } from './record-source.ts'
import type { Runs } from './runs.ts'

/** Recordings that are being read at the same time; whoever comes back later reads from the beginning again. */
const MOST_READERS = 8
const COMMAND_CHARACTERS = 4_000

interface Known {
  readonly run: string
  readonly events: number
  readonly found: RunRecordings
  readonly chapters: readonly Chapter[]
}

/** A recording that is read a piece at a time. */
interface Reader {
  readonly frames: AsyncIterator<Frame>
  /** The frame that comes next, read already. */
  next: Frame | undefined
  frame: number
  bytes: number
}

/** Hands windows what was recorded, in pieces: never all of a gigabyte. */
export class Playback {
  readonly #runs: Runs
  readonly #store: Store
  /** Of the run that was asked for last: its events do not change, there are only more of them. */
  #known: Known | undefined
  readonly #readers = new Map<string, Reader>()

  constructor(runs: Runs, store: Store) {
    this.#runs = runs
    this.#store = store
  }

  get handlers(): Pick<RequestHandlers<RequestContext>, 'recordings.list' | 'recordings.frames'> {
    return {
      'recordings.list': (params) => this.#list(params),
      'recordings.frames': async (params) => await this.#frames(params),
    }
  }

  #list({ run, of, first }: RequestParams<'recordings.list'>): RequestResult<'recordings.list'> {
    const { title } = this.#runs.summary(run)
    const known = this.#of(run)
    const { chapters } = known
    const place = of && placeOf(chapters, 'label' in of ? of : this.#moment(run, of.event))
    const around = Math.max(0, (place?.index ?? 0) - Math.floor(MOST_RECORDINGS / 2))
    const begin = first ?? Math.max(0, Math.min(around, chapters.length - MOST_RECORDINGS))
    const output = this.#output(run)
    return {
      title,
      total: chapters.length,
      first: begin,
      recordings: chapters
        .slice(begin, begin + MOST_RECORDINGS)
        .map((chapter) => watched(chapter, known.found, output)),
      ...(place !== undefined && { place }),
    }
  }

  #moment(run: string, event: number): { readonly seq: number; readonly at: number } {
    const [found] = this.#store.log.read(run, event - 1, 1)
    if (found?.seq !== event) throw new ContractError('no-event', `There is no event ${event}.`)
    return { seq: event, at: found.wall }
  }

  async #frames({
    run,
    label,
    after,
  }: RequestParams<'recordings.frames'>): Promise<RequestResult<'recordings.frames'>> {
    const recorded = this.#of(run).chapters.find((one) => one.recorded.label === label)?.recorded
    if (recorded === undefined)
      throw new ContractError('no-recording', 'There is no such recording in this run.')
    const key = JSON.stringify([run, label])
    const reader = await this.#reader(key, after, () => framesOf(recorded, this.#output(run)))
    const frames: RequestResult<'recordings.frames'>['frames'] = []
    let bytes = 0
    while (reader.next !== undefined) {
      if (reader.frame >= WATCHED.frames || reader.bytes >= WATCHED.bytes) {
        this.#readers.delete(key)
        return { frames, withheld: Math.max(1, bytesOf(recorded) - reader.bytes) }
      }
      const frame = reader.next
      if (frame.kind === 'size') frames.push(frame)
      else {
        frames.push({
          kind: 'output',
          at: frame.at,
          base64: Buffer.from(frame.bytes).toString('base64'),
        })
        bytes += frame.bytes.length
      }
      await advance(reader)
      if (bytes >= PIECE.bytes || frames.length >= PIECE.frames) break
    }
    if (reader.next !== undefined) return { frames, next: reader.frame }
    this.#readers.delete(key)
    return { frames }
  }

  /** One that stands at this frame: the one that was used before, else one from the beginning. */
  async #reader(key: string, after: number, open: () => AsyncIterable<Frame>): Promise<Reader> {
    const before = this.#readers.get(key)
    this.#readers.delete(key)
    const reader =
      before?.frame === after
        ? before
        : { frames: open()[Symbol.asyncIterator](), next: undefined, frame: -1, bytes: 0 }
    while (reader.frame < after) {
      await advance(reader)
      if (reader.next === undefined) break
    }
    const [oldest] = this.#readers.keys()
    if (oldest !== undefined && this.#readers.size >= MOST_READERS) this.#readers.delete(oldest)
    this.#readers.set(key, reader)
    return reader
  }

  #output(run: string): OutputOf {
    const source = recordSource(run, '', this.#store)
    return (blob) => source.output(blob.sha256)?.read()
  }

  #of(run: string): Known {
    const { events } = this.#runs.summary(run)
    if (this.#known?.run === run && this.#known.events === events) return this.#known
    const found = recordingsOf(this.#runs.events(run))
    this.#known = { run, events, found, chapters: chaptersOf(found) }
    return this.#known
  }
}

async function advance(reader: Reader): Promise<void> {
  if (reader.next?.kind === 'output') reader.bytes += reader.next.bytes.length
  const { done, value } = await reader.frames.next()
  reader.next = done === true ? undefined : value
  reader.frame += 1
}

function watched(
  { recorded, marks }: Chapter,
  { takenOut }: RunRecordings,
  output: OutputOf,
): WatchedRecording {
  const { label, seq, host, began, durationMs, title, target, step, command, forScreen } = recorded
  return {
    ...defined({ host, step, command: command?.slice(0, COMMAND_CHARACTERS) }),
    label,
    seq,
    began,
    durationMs,
    title,
    target,
    forScreen,
    outcome: outcomeText(recorded.outcome),
    bytes: bytesOf(recorded),
    absences: [...absencesOf(recorded, takenOut, output)],
    marks: marks.slice(0, MOST_MARKS).map(({ seq: event, at, text }) => ({ seq: event, at, text })),
    moreMarks: Math.max(0, marks.length - MOST_MARKS),
  }
}
