/** Waits for a condition instead of for a time. */

const EVERY_MS = 20

/** The first value of `look` that is neither undefined nor false. Rejects after `withinMs`, saying what was waited for. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  withinMs = 20_000,
): Promise<T> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > deadline)
      throw new Error(`Waited ${withinMs} ms in vain until ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS))
  }
}
