/** What a recording shows at which time, as it is drawn. Milliseconds since it began. */
export type Shown =
  | { readonly kind: 'output'; readonly at: number; readonly bytes: Uint8Array }
  | {
      readonly kind: 'size'
      readonly at: number
      readonly columns: number
      readonly rows: number
    }

/** Where it is drawn. */
export interface Stage {
  /** An empty screen. */
  clear(): void
  /** Draws them in turn; resolves when all is drawn. */
  draw(frames: readonly Shown[]): Promise<void>
}

export const SPEEDS = [1, 2, 4, 8, 16] as const

export interface PlayerView {
  /** Milliseconds since the recording began. */
  readonly at: number
  readonly playing: boolean
  readonly speed: number
  readonly shortens: boolean
  /** All that there is to draw has been read. */
  readonly complete: boolean
  readonly ended: boolean
}

export interface PlayerOptions {
  readonly stage: Stage
  readonly durationMs: number
  /** Moments that a silence is not shortened over, in order. */
  readonly stops: readonly number[]
  readonly at: number
  readonly playing: boolean
  readonly speed: number
  readonly shortens: boolean
}

/** Longer silence is shortened: this much of it stays after what was, and before what comes. */
const QUIET_MS = 1000

/**
 * Plays what it was given so far. `tick` is called as time passes. While the stage draws nothing else is drawn on it: of
 * several places that are asked for meanwhile, the last one counts.
 */
export class Player {
  readonly #stage: Stage
  readonly #durationMs: number
  readonly #stops: readonly number[]
  readonly #frames: Shown[] = []
  readonly #listeners = new Set<() => void>()
  /** Frames that are on the stage. */
  #drawn = 0
  #drawing = false
  #wanted: number | undefined
  /** When time was looked at last. */
  #ticked: number | undefined
  #view: PlayerView

  constructor({ stage, durationMs, stops, at, ...rest }: PlayerOptions) {
    this.#stage = stage
    this.#durationMs = durationMs
    this.#stops = stops
    this.#view = { ...rest, at, complete: false, ended: false }
    this.#wanted = at
  }

  readonly view = (): PlayerView => this.#view

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The end: of the recording or, where its last bytes came later, of these. */
  get endMs(): number {
    return Math.max(this.#durationMs, this.#frames.at(-1)?.at ?? 0)
  }

  add(frames: readonly Shown[], complete: boolean): void {
    for (const frame of frames) this.#frames.push(frame)
    if (complete) this.#change({ complete })
    this.#settle()
  }

  play(): void {
    if (this.#view.ended) this.seek(0)
    this.#ticked = undefined
    this.#change({ playing: true, ended: false })
  }

  pause(): void {
    this.#change({ playing: false })
  }

  setSpeed(speed: number): void {
    this.#change({ speed })
  }

  setShortens(shortens: boolean): void {
    this.#change({ shortens })
  }

  /** Goes to a moment; what is not read yet is drawn when it is. */
  seek(at: number): void {
    const wanted = Math.min(Math.max(0, Math.round(at)), this.endMs)
    this.#wanted = wanted
    this.#change({ at: wanted, ended: false })
    this.#settle()
  }

  /** Time went on. `now`: any clock that never goes back, milliseconds. */
  tick(now: number): void {
    const passed = now - (this.#ticked ?? now)
    this.#ticked = now
    const { at, playing, speed, shortens, complete } = this.#view
    if (!playing || this.#drawing || this.#wanted !== undefined) return
    // Nothing is known beyond what was read.
    const end = complete ? this.endMs : Math.min(this.endMs, this.#frames.at(-1)?.at ?? 0)
    const next = Math.min(end, (shortens ? this.#beyondSilence(at) : at) + passed * speed)
    if (next > at) {
      this.#change({ at: next })
      void this.#drawTo(next)
    }
    if (complete && next >= this.endMs) this.#change({ playing: false, ended: true })
  }

  /** Where it goes on: shortly before what comes next, where nothing happens for long. */
  #beyondSilence(at: number): number {
    const next = Math.min(
      this.#frames[this.#drawn]?.at ?? Infinity,
      this.#stops.find((stop) => stop > at) ?? Infinity,
      this.endMs,
    )
    const before = Math.max(
      this.#frames[this.#drawn - 1]?.at ?? 0,
      this.#stops.findLast((stop) => stop <= at) ?? 0,
    )
    if (next - before <= 2 * QUIET_MS || at - before < QUIET_MS) return at
    return Math.max(at, next - QUIET_MS)
  }

  /** Draws the place that was asked for last, when the stage is free. */
  #settle(): void {
    const wanted = this.#wanted
    if (this.#drawing || wanted === undefined) return
    const isThere = this.#view.complete || (this.#frames.at(-1)?.at ?? -1) > wanted
    if (isThere) this.#wanted = undefined
    void this.#drawTo(wanted)
  }

  /** The first output is there from the beginning on, where it comes soon: nobody should have to look at nothing. */
  get #leadMs(): number {
    const first = this.#frames.find(({ kind }) => kind === 'output')
    return first === undefined || first.at > QUIET_MS ? 0 : first.at
  }

  async #drawTo(moment: number): Promise<void> {
    const at = Math.max(moment, this.#leadMs)
    if ((this.#frames[this.#drawn - 1]?.at ?? 0) > at) {
      this.#stage.clear()
      this.#drawn = 0
    }
    let to = this.#drawn
    while (to < this.#frames.length && (this.#frames[to]?.at ?? 0) <= at) to++
    if (to === this.#drawn) return
    const frames = this.#frames.slice(this.#drawn, to)
    this.#drawn = to
    this.#drawing = true
    await this.#stage.draw(frames)
    this.#drawing = false
    this.#settle()
  }

  #change(change: Partial<PlayerView>): void {
    this.#view = { ...this.#view, ...change }
    for (const listener of this.#listeners) listener()
  }
}
