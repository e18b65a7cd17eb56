import type { MomentText } from './sentence.ts'

/** Times of a report: always UTC, and beside it the zone of whoever was there. The zone is given, never looked up. */

export interface ReportClock {
  /** IANA name, `Europe/Berlin`. */
  readonly zone: string
  /** `2026-11-20 03:12:09 UTC`. */
  readonly utc: MomentText
  /** `03:12:09`, UTC. */
  readonly utcTime: MomentText
  /** `20 Nov 2026, 04:12:09 CET`; undefined where the zone is UTC itself. */
  readonly local: MomentText | undefined
  /** `04:12:09`; undefined where the zone is UTC itself. */
  readonly localTime: MomentText | undefined
  /** `20 Nov, 04:12` in the zone, for marks that lie days apart. */
  readonly dayTime: MomentText
  /** UTC and, where it differs, local. */
  readonly both: MomentText
}

/** A zone under its own name; undefined where there is none of this name. */
export function zoneNamed(word: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: word }).resolvedOptions().timeZone
  } catch {
    return undefined
  }
}

/** For whoever named a zone that is none. */
export function noZone(word: string): string {
  return `There is no time zone “${word}”. Use a name like Europe/Berlin, or UTC.`
}

/** The clock of a report for a zone. Throws `RangeError` when there is no such zone. */
export function clockIn(zone: string): ReportClock {
  const dateTime = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  })
  const time = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  const dayTime = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  })
  const { timeZone } = dateTime.resolvedOptions()
  const isUtc = timeZone === 'UTC' || timeZone === 'Etc/UTC' || timeZone === 'GMT'
  const utc = (at: number): string => `${iso(at).slice(0, 10)} ${iso(at).slice(11, 19)} UTC`
  const local = isUtc ? undefined : (at: number): string => dateTime.format(at)
  return {
    zone: isUtc ? 'UTC' : timeZone,
    utc,
    utcTime: (at) => iso(at).slice(11, 19),
    local,
    localTime: isUtc ? undefined : (at) => time.format(at),
    dayTime: (at) => dayTime.format(at),
    both: (at) => (local === undefined ? utc(at) : `${utc(at)} (${local(at)})`),
  }
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
