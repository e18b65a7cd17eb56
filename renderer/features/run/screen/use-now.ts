import { useSyncExternalStore } from 'react'

/** One ticking second for all clocks of the window, so that they change together and stop when none is shown. */
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined
let now = Date.now()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    now = Date.now()
    for (const each of listeners) each()
  }, 1000)
  now = Date.now()
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0 && timer !== undefined) {
      clearInterval(timer)
      timer = undefined
    }
  }
}

/** Epoch milliseconds, anew every second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now)
}
