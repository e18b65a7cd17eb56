/** Durations, sizes and times in words a tired person reads at a glance. All durations are milliseconds. */

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** `420 ms`, `1.4 s`, `12 s`, `3 min 20 s`, `1 h 05 min`, `2 d 3 h`. Negative durations read as zero. */
export function durationText(ms: number): string {
  const value = Math.max(0, Math.round(ms))
  if (value < SECOND) return `${value} ms`
  if (value < 10 * SECOND) return `${(Math.floor(value / 100) / 10).toFixed(1)} s`
  if (value < MINUTE) return `${Math.floor(value / SECOND)} s`
  if (value < HOUR) {
    const seconds = Math.floor((value % MINUTE) / SECOND)
    return `${Math.floor(value / MINUTE)} min${seconds === 0 ? '' : ` ${seconds} s`}`
  }
  if (value < DAY) {
    const minutes = Math.floor((value % HOUR) / MINUTE)
    return `${Math.floor(value / HOUR)} h${minutes === 0 ? '' : ` ${two(minutes)} min`}`
  }
  const hours = Math.floor((value % DAY) / HOUR)
  return `${Math.floor(value / DAY)} d${hours === 0 ? '' : ` ${hours} h`}`
}

/** The same moment in UTC, as the log has it: `2026-11-20 03:12:09 UTC`. */
export function utcText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** `900 bytes`, `12.4 kB`, `3.1 MB`; decimal units. */
export function bytesText(bytes: number): string {
  if (bytes === 1) return '1 byte'
  if (bytes < 1000) return `${bytes} bytes`
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`
  if (bytes < 1_000_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`
  return `${(bytes / 1_000_000_000).toFixed(2)} GB`
}
