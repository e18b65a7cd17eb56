import type { Pump } from './pump.ts'

/** How long output may stay open after the program ended, counted only while nobody but the writer is waited for. */
const GRACE_MS = 2_000
/** More than any pipe or terminal holds: what was written before the end has been read by then. */
const LARGEST_PIPE = 1024 * 1024
const LOOK_EVERY_MS = 50

/**
 * Waits, after the program ended, for the end of its output. Background processes can hold a pipe open for ever, so
 * the wait has an end; a slow sink does not shorten it, because what the program itself wrote must all be read.
 * Resolves with the pumps that are still open.
 */
export async function drain(pumps: readonly Pump[]): Promise<readonly Pump[]> {
  const marks = pumps.map((pump) => ({ pump, waited: pump.waited, bytes: pump.bytes }))
  const since = performance.now()
  const all = Promise.all(pumps.map((pump) => pump.ended))
  for (;;) {
    const open = marks.filter(({ pump }) => !pump.done)
    const over = open.every(
      ({ pump, waited, bytes }) =>
        pump.waited - waited >= GRACE_MS ||
        (pump.bytes - bytes >= LARGEST_PIPE && performance.now() - since >= GRACE_MS),
    )
    if (over) return open.map(({ pump }) => pump)
    await within(all, LOOK_EVERY_MS)
  }
}

async function within(promise: Promise<unknown>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, milliseconds)
  })
  await Promise.race([promise, late])
  clearTimeout(timer)
}
