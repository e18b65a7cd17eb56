import { matchesPattern } from '../../../main/core/pattern/pattern.ts'
import type { InputDeclaration } from '../../../main/core/runbook/model.ts'

const LONGEST_AGO_MINUTES = 60 * 24 * 31

/** What is wrong with a value, while it is typed; the engine checks again. */
export function problemOf(declaration: InputDeclaration, value: string): string | undefined {
  if (value === '') return declaration.required ? `${declaration.label} is needed.` : undefined
  if (declaration.options && !declaration.options.includes(value))
    return `One of ${declaration.options.join(', ')}.`
  if (declaration.pattern !== undefined && !matchesPattern(declaration.pattern, value)) {
    return `Must look like ${declaration.pattern}`
  }
  return undefined
}

export const DECLARED = ['no', 'now', 'ago', 'at'] as const
export type Declared = (typeof DECLARED)[number]

/** Epoch milliseconds of what was said about the outage; undefined: not declared. Undefined problem: it can be used. */
export function declaredAt(
  choice: Declared,
  minutes: string,
  time: string,
  now: number,
): { readonly at: number | undefined; readonly problem: string | undefined } {
  const fine = (at: number | undefined): { at: number | undefined; problem: undefined } => ({
    at,
    problem: undefined,
  })
  const wrong = (problem: string): { at: undefined; problem: string } => ({
    at: undefined,
    problem,
  })
  if (choice === 'no') return fine(undefined)
  if (choice === 'now') return fine(now)
  if (choice === 'ago') {
    const ago = Number(minutes)
    if (minutes.trim() === '' || !Number.isFinite(ago) || ago < 0)
      return wrong('Write a number of minutes.')
    if (ago > LONGEST_AGO_MINUTES) return wrong('More than a month ago? Choose the exact time.')
    return fine(Math.round(now - ago * 60_000))
  }
  const at = Date.parse(time)
  if (Number.isNaN(at)) return wrong('Choose date and time.')
  return at > now ? wrong('This is in the future.') : fine(at)
}
