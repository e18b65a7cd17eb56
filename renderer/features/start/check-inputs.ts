import type { InputDeclaration } from '../../../main/core/runbook/model.ts'

/** What is wrong with a value, while it is typed; the engine checks again. */
export function problemOf(declaration: InputDeclaration, value: string): string | undefined {
  if (value === '') return declaration.required ? 'Required.' : undefined
  if (declaration.options && !declaration.options.includes(value))
    return `One of ${declaration.options.join(', ')}.`
  if (
    declaration.pattern !== undefined &&
    !new RegExp(`^(?:${declaration.pattern})$`, 'u').test(value)
  ) {
    return `Must match ${declaration.pattern}`
  }
  return undefined
}

/** Epoch milliseconds of what was said about the outage; undefined: not declared. Undefined problem: it can be used. */
export function declaredAt(
  choice: 'no' | 'now' | 'ago' | 'at',
  minutes: string,
  time: string,
  now: number,
): { readonly at: number | undefined; readonly problem: string | undefined } {
  const fine = (at: number | undefined): { at: number | undefined; problem: undefined } => ({
    at,
    problem: undefined,
  })
  if (choice === 'no') return fine(undefined)
  if (choice === 'now') return fine(now)
  if (choice === 'ago') {
    const ago = Number(minutes)
    if (minutes.trim() === '' || !Number.isFinite(ago) || ago < 0)
      return { at: undefined, problem: 'Write a number of minutes.' }
    return fine(Math.round(now - ago * 60_000))
  }
  const at = Date.parse(time)
  if (Number.isNaN(at)) return { at: undefined, problem: 'Choose date and time.' }
  return at > now ? { at: undefined, problem: 'This is in the future.' } : fine(at)
}
