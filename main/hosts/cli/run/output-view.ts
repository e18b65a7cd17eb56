import type { PushData } from '../../../contract/pushes.ts'
import type { Connection } from '../../../engine/engine.ts'
import { bytesText } from '../../../core/report/duration.ts'
import { EscapeFilter, type Allowance } from './escape-filter.ts'
import { Columns } from './columns.ts'
import { HostLines } from './host-lines.ts'
import { printable } from '../printable.ts'
import { Margin } from './margin.ts'

/** Shows the output of running blocks, as far as the terminal keeps up; the record has all of it. */

export interface OutputViewOptions {
  readonly connection: Connection
  /** Undefined: nothing is shown. */
  readonly stream: NodeJS.WritableStream | undefined
  readonly colour: boolean
}

interface Shown {
  readonly filters: Readonly<Record<'o' | 'e', EscapeFilter>>
  readonly margin: Margin | HostLines | undefined
  /** Of rows, which are laid out. */
  readonly columns: Columns | undefined
  /** The last tenth of a file that was said. */
  readonly tenth?: number
}

export class OutputView {
  readonly #options: OutputViewOptions
  readonly #streams = new Map<string, Shown>()
  /** The next stream draws on the whole screen: its keys go through. */
  #drawing = false
  #onOpened: (() => void) | undefined

  constructor(options: OutputViewOptions) {
    this.#options = options
  }

  /** The stream that opened last and is still open. */
  get newest(): string | undefined {
    return [...this.#streams.keys()].at(-1)
  }

  /** Called when a stream has opened. */
  onOpened(handler: (() => void) | undefined): void {
    this.#onOpened = handler
  }

  /** Whether streams that open from now on may move the cursor. */
  draw(drawing: boolean): void {
    this.#drawing = drawing
  }

  opened({ stream, tabular, host }: PushData<'stream.opened'>): void {
    const allowance: Allowance = this.#drawing
      ? 'screen'
      : this.#options.colour
        ? 'colour'
        : 'plain'
    this.#streams.set(stream, {
      filters: { o: new EscapeFilter(allowance), e: new EscapeFilter(allowance) },
      margin: this.#drawing
        ? undefined
        : host === undefined
          ? new Margin('  │ ')
          : new HostLines(printable(host)),
      columns: tabular === true && !this.#drawing ? new Columns() : undefined,
    })
    this.#onOpened?.()
  }

  data({ stream, base64, channel, skipped }: PushData<'stream.data'>): void {
    const shown = this.#streams.get(stream)
    const bytes = Buffer.from(base64, 'base64')
    const acknowledge = (): void => {
      if (bytes.length === 0) return
      // It may have ended meanwhile; then nobody waits for this.
      void this.#options.connection
        .request('stream.acknowledge', { stream, bytes: bytes.length })
        .catch(() => undefined)
    }
    if (shown === undefined || this.#options.stream === undefined) {
      acknowledge()
      return
    }
    if (skipped > 0) this.#skipped(shown, skipped)
    const filtered = shown.filters[channel].write(bytes)
    const text =
      channel === 'o' && shown.columns !== undefined ? shown.columns.write(filtered) : filtered
    this.#options.stream.write(shown.margin?.write(text) ?? text, acknowledge)
  }

  /** How far a file is: a line of its own now and then, for terminals and logs alike. */
  progress({ stream, done, total }: PushData<'stream.progress'>): void {
    const shown = this.#streams.get(stream)
    if (shown === undefined) return
    const percent = total === undefined || total === 0 ? 100 : Math.floor((done / total) * 100)
    // Each tenth once: a log is not made of progress.
    const tenth = Math.floor(percent / 10)
    if (tenth === (shown.tenth ?? 0) || tenth === 0) return
    this.#streams.set(stream, { ...shown, tenth })
    const of = total === undefined ? '' : ` of ${bytesText(total)}`
    this.#write(shown.margin?.write(`${bytesText(done)}${of}, ${percent} %\n`) ?? '')
  }

  closed({ stream, skipped }: PushData<'stream.closed'>): void {
    const shown = this.#streams.get(stream)
    this.#streams.delete(stream)
    if (shown === undefined) return
    const out = shown.filters.o.end()
    const rows = shown.columns === undefined ? out : shown.columns.write(out) + shown.columns.end()
    const rest = rows + shown.filters.e.end()
    this.#write(shown.margin?.write(rest) ?? rest)
    if (skipped > 0) this.#skipped(shown, skipped)
    // What a program set (a colour, a hidden cursor) ends with it.
    const reset = this.#options.colour ? '\u001B[0m' : ''
    this.#write((shown.margin?.end() ?? '') + reset)
  }

  #skipped(shown: Shown, skipped: number): void {
    this.#write(`${shown.margin?.end() ?? ''}  ⋮ ${skipped} bytes not shown, all recorded\n`)
  }

  #write(text: string): void {
    if (text !== '') this.#options.stream?.write(text)
  }
}
