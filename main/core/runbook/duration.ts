/** Durations as people write them: `90s`, `15m`, `1h30m`, `500ms`, `7d`. */

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

const DURATION = /^(?:\d{1,9}(?:ms|s|m|h|d))+$/u
const PART = /(?<amount>\d{1,9})(?<unit>ms|s|m|h|d)/gu

/** Milliseconds, or undefined when the text is not a duration. Units must go from large to small, each once. */
export function parseDuration(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined
  let total = 0
  let last = Number.POSITIVE_INFINITY
  for (const { groups } of text.matchAll(PART)) {
    const unit = UNITS[groups?.['unit'] ?? '']
    if (unit === undefined || unit >= last) return undefined
    last = unit
    total += Number(groups?.['amount']) * unit
  }
  return total
}

/** The shortest way to write that many milliseconds. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds === 0) return '0s'
  let rest = milliseconds
  let text = ''
  for (const [unit, size] of Object.entries(UNITS).toReversed()) {
    const amount = Math.floor(rest / size)
    if (amount > 0) text += `${amount}${unit}`
    rest -= amount * size
  }
  return text
}
