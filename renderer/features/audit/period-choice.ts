import {
  dayAt,
  neighbourOf,
  PERIOD_FORMS,
  periodBetween,
  unitOf,
  wordAt,
  type PeriodUnit,
} from '../../../main/core/report/period.ts'
import type { Period } from '../../../main/core/report/pack/pack.ts'
import { titleText } from '../../../main/core/report/pack/words.ts'
import { clockIn, noZone, zoneNamed } from '../../../main/core/report/zone.ts'

/** The period a person chooses, by the same rules as on the command line. */

export const PERIOD_KINDS = ['quarter', 'month', 'year', 'between'] as const
export type PeriodKind = (typeof PERIOD_KINDS)[number]

export interface PeriodChoice {
  readonly kind: PeriodKind
  /** `2026-Q4`; the first of two words where the kind is `between`. */
  readonly from: string
  /** The last word, which belongs to the period; counts where the kind is `between`. */
  readonly to: string
  readonly zone: string
}

/** What is wrong, and with which field. */
export interface ChoiceProblem {
  readonly field: 'from' | 'to' | 'zone'
  readonly message: string
}

export type ChosenPeriod =
  | {
      readonly ok: true
      readonly period: Period
      readonly zone: string
      /** `1 October 2026 to 31 December 2026`. */
      readonly title: string
    }
  | { readonly ok: false; readonly problem: ChoiceProblem }

export function currentQuarter(now: number, zone: string): PeriodChoice {
  const from = wordAt('quarter', now, zone)
  return { kind: 'quarter', from, to: from, zone }
}

export function chosenPeriod(choice: PeriodChoice): ChosenPeriod {
  const { kind } = choice
  const [from, to, word] = [choice.from.trim(), choice.to.trim(), choice.zone.trim()]
  const wrong = (field: ChoiceProblem['field'], message: string): ChosenPeriod => ({
    ok: false,
    problem: { field, message },
  })
  const zone = zoneNamed(word)
  if (zone === undefined) return wrong('zone', noZone(word))
  const period = periodBetween(from, kind === 'between' ? to : undefined, zone)
  switch (period) {
    case 'from':
      return wrong('from', `Write ${PERIOD_FORMS}.`)
    case 'to':
      return wrong('to', `Write ${PERIOD_FORMS}.`)
    case 'moment':
      return wrong('from', 'This is one moment. Choose “From – to”, and give the end as well.')
    case 'order':
      return wrong('to', 'The period would end before it begins.')
    default:
      return { ok: true, period, zone, title: titleText({ ...period, zone }, clockIn(zone)) }
  }
}

/** The same time in another kind of words, as far as there is one: what was the last quarter is now its months' first. */
export function inKind(choice: PeriodChoice, kind: PeriodKind, now: number): PeriodChoice {
  const chosen = chosenPeriod(choice)
  const zone = chosen.ok ? chosen.zone : 'UTC'
  const period = chosen.ok ? chosen.period : { from: now, to: now + 1 }
  if (kind === 'between') {
    const [from, to] = [dayAt(period.from, zone), dayAt(period.to - 1, zone)]
    return { ...choice, kind, from, to }
  }
  // Now where the period holds it, else where the period begins.
  const at = period.from <= now && now < period.to ? now : period.from
  const from = wordAt(kind, at, zone)
  return { ...choice, kind, from, to: from }
}

/** What somebody types says its kind by itself. */
export function typed(choice: PeriodChoice, from: string): PeriodChoice {
  const unit: PeriodUnit | undefined = unitOf(from.trim())
  const kind = choice.kind === 'between' || unit === undefined ? choice.kind : unit
  return { ...choice, from, kind }
}

/** The one before or after; undefined where there is none. */
export function beside(choice: PeriodChoice, by: 1 | -1): PeriodChoice | undefined {
  const from = neighbourOf(choice.from.trim(), by)
  return from === undefined ? undefined : { ...choice, from, to: from }
}

/** What makes the same pack in a terminal. */
export function commandLine({ kind, from, to, zone }: PeriodChoice): string {
  const end = kind === 'between' ? ` --to ${to.trim()}` : ''
  return `muster audit --from ${from.trim()}${end} --zone ${zone.trim()}`
}
