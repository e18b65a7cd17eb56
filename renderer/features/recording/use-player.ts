import { useEffect, useRef, useState, useSyncExternalStore, type RefObject } from 'react'
import type { WatchedRecording } from '../../../main/contract/recordings.ts'
import type { RequestResult } from '../../../main/contract/requests.ts'
import { client } from '../../api/index.ts'
import { followTerminalAppearance } from '../../app/terminal-appearance.ts'
import { appearanceOf } from '../../ui/terminal/appearance.ts'
import { bytesFromBase64 } from '../../api/base64.ts'
import { createScreen } from '../../ui/terminal/screen.ts'
import { wordsOf } from '../../ui/words.ts'
import { Player, type PlayerView, type Shown } from './model/player.ts'
import { chosenBefore } from './model/choices.ts'
import { stageOn } from './model/stage.ts'

/** Size of a screen where the recording tells none. */
const USUAL_SIZE = { columns: 120, rows: 32 } as const
const FONT_SIZE = 14

export interface Loading {
  /** Why it cannot be read, in words. */
  readonly problem: string | undefined
  /** Bytes that a window is not given. */
  readonly withheld: number | undefined
  /** Something is there to be shown. */
  readonly shows: boolean
}

const NOTHING: PlayerView = {
  at: 0,
  playing: false,
  speed: 1,
  shortens: true,
  complete: false,
  ended: false,
}
const never = (): (() => void) => () => undefined
const nothing = (): PlayerView => NOTHING

/** A player for one recording, on a terminal in the element. */
export function usePlayer(
  run: string,
  recording: WatchedRecording,
  start: { readonly at: number; readonly playing: boolean },
  parent: RefObject<HTMLElement | null>,
): { readonly player: Player | undefined; readonly view: PlayerView; readonly loading: Loading } {
  const [player, setPlayer] = useState<Player>()
  const [loading, setLoading] = useState<Loading>({
    problem: undefined,
    withheld: undefined,
    shows: false,
  })
  const first = useRef(start)
  useEffect(() => {
    const element = parent.current
    if (element === null) return undefined
    const { forScreen, title, marks, durationMs, label } = recording
    const screen = createScreen({
      appearance: appearanceOf(document.documentElement, FONT_SIZE),
      interactive: false,
      pipe: !forScreen,
      label: `Recording of ${title}`,
    })
    // Keys belong to the player: nothing can be typed here.
    screen.terminal.attachCustomKeyEventHandler(() => false)
    screen.attach(element)
    if (forScreen) screen.keepSize(USUAL_SIZE)
    const stage = stageOn(screen, forScreen)
    const made = new Player({
      stage,
      durationMs,
      stops: marks.map(({ at }) => at),
      ...first.current,
      ...chosenBefore(),
    })
    // The player belongs to this effect: it begins and ends with it.
    // oxlint-disable-next-line react/set-state-in-effect
    setPlayer(made)
    const stop = new AbortController()
    void load(run, label, stop.signal, (frames, change) => {
      made.add(frames, change.complete)
      setLoading((before) => ({
        problem: change.problem ?? before.problem,
        withheld: change.withheld ?? before.withheld,
        shows: before.shows || frames.some(({ kind }) => kind === 'output'),
      }))
    })
    let frame = requestAnimationFrame(function again(now) {
      made.tick(now)
      frame = requestAnimationFrame(again)
    })
    const fit = new ResizeObserver(() => screen.fit())
    fit.observe(element)
    const unfollow = followTerminalAppearance((appearance) => screen.setAppearance(appearance))
    return () => {
      stop.abort()
      cancelAnimationFrame(frame)
      fit.disconnect()
      unfollow()
      stage.leave()
      screen.dispose()
    }
  }, [run, recording, parent])
  const view = useSyncExternalStore(player?.subscribe ?? never, player?.view ?? nothing)
  return { player, view, loading }
}

interface Change {
  readonly complete: boolean
  readonly problem?: string
  readonly withheld?: number | undefined
}

/** Reads a recording piece by piece, as long as somebody watches. */
async function load(
  run: string,
  label: string,
  signal: AbortSignal,
  tell: (frames: readonly Shown[], change: Change) => void,
): Promise<void> {
  try {
    for (let after: number | undefined = 0; after !== undefined && !signal.aborted;) {
      const piece: RequestResult<'recordings.frames'> = await client.request('recordings.frames', {
        run,
        label,
        after,
      })
      if (signal.aborted) return
      after = piece.next
      tell(
        piece.frames.map((frame) =>
          frame.kind === 'size'
            ? frame
            : { kind: 'output', at: frame.at, bytes: bytesFromBase64(frame.base64) },
        ),
        { complete: after === undefined, withheld: piece.withheld },
      )
    }
  } catch (error) {
    if (!signal.aborted) tell([], { complete: true, problem: wordsOf(error) })
  }
}
