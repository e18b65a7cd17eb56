import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  Player,
  type Shown,
  type Stage,
} from '../../../renderer/features/recording/model/player.ts'

/** A stage that writes down what is on it. `slow`: it draws only when it is told to. */
class Paper implements Stage {
  text = ''
  cleared = 0
  readonly #slow: boolean
  #finish: (() => void) | undefined

  constructor(slow = false) {
    this.#slow = slow
  }

  clear(): void {
    this.text = ''
    this.cleared += 1
  }

  draw(frames: readonly Shown[]): Promise<void> {
    for (const frame of frames)
      this.text +=
        frame.kind === 'size' ? `[${frame.columns}]` : new TextDecoder().decode(frame.bytes)
    if (!this.#slow) return Promise.resolve()
    return new Promise((resolve) => {
      this.#finish = resolve
    })
  }

  async finish(): Promise<void> {
    this.#finish?.()
    await settled()
  }
}

/** Everything that waited for something done has gone on. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

function output(at: number, text: string): Shown {
  return { kind: 'output', at, bytes: new TextEncoder().encode(text) }
}

const FRAMES = [output(0, 'a'), output(1000, 'b'), output(2000, 'c'), output(60_000, 'd')]

async function opened(change: Partial<ConstructorParameters<typeof Player>[0]> = {}) {
  const stage = new Paper()
  const player = new Player({
    stage,
    durationMs: 61_000,
    stops: [],
    at: 0,
    playing: false,
    speed: 1,
    shortens: false,
    ...change,
  })
  player.add(FRAMES, true)
  await settled()
  let now = 0
  return {
    player,
    stage,
    after: async (milliseconds: number): Promise<void> => {
      player.tick(now)
      player.tick((now += milliseconds))
      await settled()
    },
  }
}

describe('a player', () => {
  it('shows what was there by the time, and stands still until it is played', async () => {
    const { player, stage, after } = await opened()
    expect(stage.text).toBe('a')
    await after(5000)
    expect(player.view()).toMatchObject({ at: 0, playing: false })
    player.play()
    await after(999)
    expect(stage.text).toBe('a')
    await after(1)
    expect(stage.text).toBe('ab')
    player.pause()
    await after(5000)
    expect(player.view().at).toBe(1000)
  })

  it('plays faster, and ends at the end', async () => {
    const { player, stage, after } = await opened({ speed: 4, playing: true })
    await after(500)
    expect(player.view().at).toBe(2000)
    player.setSpeed(16)
    await after(60_000)
    expect(stage.text).toBe('abcd')
    expect(player.view()).toMatchObject({ at: 61_000, playing: false, ended: true })
    player.play()
    expect(player.view()).toMatchObject({ at: 0, playing: true, ended: false })
    await settled()
    expect(stage).toMatchObject({ text: 'a', cleared: 1 })
  })

  it('has the first output on it from the beginning on, where it comes soon', async () => {
    const stage = new Paper()
    const options = { stage, durationMs: 9000, stops: [], at: 0, speed: 1 }
    const player = new Player({ ...options, playing: false, shortens: false })
    player.add(
      [{ kind: 'size', at: 2, columns: 80, rows: 24 }, output(40, 'a'), output(50, 'b')],
      true,
    )
    await settled()
    expect(stage.text).toBe('[80]a')
    const late = new Paper()
    const other = new Player({ ...options, stage: late, playing: false, shortens: false })
    other.add([output(5000, 'a')], true)
    await settled()
    expect(late.text).toBe('')
  })

  it('goes forward without drawing anew, and back by drawing from the beginning', async () => {
    const { player, stage } = await opened()
    player.seek(2500)
    await settled()
    expect(stage).toMatchObject({ text: 'abc', cleared: 0 })
    player.seek(1500)
    await settled()
    expect(stage).toMatchObject({ text: 'ab', cleared: 1 })
    player.seek(-5)
    await settled()
    expect(stage.text).toBe('a')
    player.seek(1e9)
    await settled()
    expect(stage.text).toBe('abcd')
    expect(player.view().at).toBe(61_000)
  })

  it('shortens silence when told to, but not over a mark', async () => {
    const { player, stage, after } = await opened({
      shortens: true,
      playing: true,
      stops: [30_000],
      at: 2000,
    })
    await after(1000)
    expect(player.view().at).toBe(3000)
    // A second of quiet has passed: it goes on a second before the mark, and then before what comes.
    await after(100)
    expect(player.view().at).toBe(29_100)
    await after(2000)
    await after(100)
    expect(player.view().at).toBe(59_100)
    await after(900)
    expect(stage.text).toBe('abcd')
  })

  it('draws only the last of several places that are asked for while it draws', async () => {
    const stage = new Paper(true)
    const { player } = await opened({ stage })
    for (const at of [2500, 500, 1500, 700]) player.seek(at)
    for (let left = 4; left > 0; left--) await stage.finish()
    expect(stage.text).toBe('a')
    expect(player.view().at).toBe(700)
    expect(stage.cleared).toBeLessThanOrEqual(1)
  })

  it('waits for what is not read yet', async () => {
    const stage = new Paper()
    const player = new Player({
      stage,
      durationMs: 10_000,
      stops: [],
      at: 1500,
      playing: true,
      speed: 1,
      shortens: false,
    })
    player.add([output(0, 'a')], false)
    player.tick(0)
    player.tick(5000)
    await settled()
    expect(player.view()).toMatchObject({ at: 1500, complete: false })
    expect(stage.text).toBe('a')
    player.add([output(1000, 'b'), output(3000, 'c')], true)
    await settled()
    expect(stage.text).toBe('ab')
    player.tick(5001)
    player.tick(6501)
    await settled()
    expect(stage.text).toBe('abc')
  })

  it('ends where its last bytes came, if the clock of the recording stopped before', async () => {
    const { player, after } = await opened({ durationMs: 0, playing: true })
    expect(player.endMs).toBe(60_000)
    await after(70_000)
    expect(player.view()).toMatchObject({ at: 60_000, ended: true })
  })

  it('shows the same at a moment, however it got there', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(100), { maxLength: 20 }),
        fc.array(fc.oneof(fc.nat(120), fc.constant('tick' as const)), {
          minLength: 1,
          maxLength: 20,
        }),
        async (times, moves) => {
          const frames = times
            .toSorted((left, right) => left - right)
            .map((at, index) => output(at, `${index},`))
          const stage = new Paper()
          const player = new Player({
            stage,
            durationMs: 120,
            stops: [50],
            at: 0,
            playing: true,
            speed: 2,
            shortens: true,
          })
          player.add(frames, true)
          let now = 0
          for (const move of moves) {
            if (move === 'tick') player.tick((now += 7))
            else player.seek(move)
            await settled()
            const at = Math.max(player.view().at, frames[0]?.at ?? 0)
            expect(stage.text).toBe(
              frames.flatMap((frame, index) => (frame.at <= at ? [`${index},`] : [])).join(''),
            )
          }
        },
      ),
    )
  })
})
