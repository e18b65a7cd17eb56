import { connect } from 'node:net'
import { DialError, placeText, type Place } from './sockets.ts'

/**
 * Whether the other end is still there while an answer is waited for. The kernel's keep-alive finds out within half a
 * minute, but not while what was sent has not been acknowledged: then it sends it again for a quarter of an hour. So the
 * place is tried with a connection of its own, which sends nothing and cancels nothing. A server that is busy, or
 * refuses, is there; only silence counts, and only several times in a row.
 */

export interface Liveness {
  /** Between two tries. */
  readonly everyMs: number
  /** How often in a row nothing answered before the connection is given up. */
  readonly misses: number
  /** Whether anything at that place answers. */
  answers(place: Place): Promise<boolean>
}

const ANSWER_MS = 10_000

/** Refused is an answer, and so is anything but silence. */
export function answersTcp(place: Place, withinMs = ANSWER_MS): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(place)
    const give = (answers: boolean): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(answers)
    }
    const timer = setTimeout(() => give(false), withinMs)
    socket.once('connect', () => give(true))
    socket.once('error', (error) => {
      const code = 'code' in error ? error.code : ''
      give(
        !['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN'].includes(
          String(code),
        ),
      )
    })
  })
}

/** Silence is noticed within 15 + 3 × 10 + 2 × 15 = 75 seconds. */
export const LIVENESS: Liveness = {
  everyMs: 15_000,
  misses: 3,
  answers: (place) => answersTcp(place),
}

/** Watches a place until the function it returns is called; `lost` is called at most once. */
export function watchPeer(
  place: Place,
  liveness: Liveness,
  lost: (why: DialError) => void,
): () => void {
  const since = performance.now()
  let over = false
  let missed = 0
  let timer: NodeJS.Timeout | undefined
  const look = async (): Promise<void> => {
    const answers = await liveness.answers(place)
    if (over) return
    missed = answers ? 0 : missed + 1
    if (missed >= liveness.misses) {
      over = true
      const seconds = Math.round((performance.now() - since) / 1000)
      return lost(
        new DialError(
          `Nothing has answered at ${placeText(place)} any more, not to ${missed} new connections either; it was given up after ${seconds} s.`,
        ),
      )
    }
    wait()
  }
  const wait = (): void => {
    timer = setTimeout(() => void look(), liveness.everyMs).unref()
  }
  wait()
  return () => {
    over = true
    clearTimeout(timer)
  }
}
