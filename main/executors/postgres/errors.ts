import { z } from 'zod'
import type { SqlError } from '../../core/run/sql-facts.ts'
import { failureWords } from '../network/failures.ts'
import { DialError } from '../network/sockets.ts'
import type { Host } from './settings.ts'
import { hostText } from './wire.ts'

/** What servers and sockets report, in words. */

const text = z.string().optional()
const told = z.object({
  message: z.string(),
  severity: text,
  code: text,
  detail: text,
  hint: text,
  where: text,
  position: text,
  schema: text,
  table: text,
  constraint: text,
})
export type Told = z.infer<typeof told>

/** The error or notice that a server sent; undefined when this is none of a server. */
export function serverError(error: unknown): Told | undefined {
  const found = told.safeParse(error)
  // Errors of sockets have codes too, but no severity.
  return found.success && found.data.severity !== undefined ? found.data : undefined
}

export class ServerError extends Error {
  readonly told: Told

  constructor(from: Told) {
    super(from.message)
    this.told = from
  }

  words(place: string): string {
    const { severity, code, message, hint } = this.told
    return `${place} answered ${severity ?? 'ERROR'} ${code ?? ''}: ${message}.${hint === undefined ? '' : ` ${hint}`}`
  }
}

/** Whether a server ends the connection with this error. */
export function isFatal({ severity, code }: Told): boolean {
  return severity === 'FATAL' || severity === 'PANIC' || code === '57P01' || code === '57P02'
}

/** A lost connection in words. */
export function connectionWords(error: unknown, host: Host): string {
  const place = hostText(host)
  if (error instanceof DialError) return error.message
  const answer = serverError(error)
  if (answer !== undefined) return `${place} ended the connection: ${answer.message}.`
  const message = error instanceof Error ? error.message : String(error)
  return message.startsWith('Connection terminated')
    ? `${place} closed the connection.`
    : failureWords(error, place)
}

/** Characters kept of a text of the server's. */
const KEPT = 2_000

export function brief(given: string): string {
  return given.length > KEPT ? `${given.slice(0, KEPT).replace(/\p{Surrogate}$/u, '')}…` : given
}

/** An error of a statement, as facts keep it. */
export function errorFacts(
  from: Told,
  statement: number,
  place: { line: number; column: number } | undefined,
): SqlError {
  return {
    severity: from.severity ?? 'ERROR',
    code: from.code ?? '',
    message: brief(from.message),
    statement,
    ...(place !== undefined && place),
    ...(from.detail !== undefined && { detail: brief(from.detail) }),
    ...(from.hint !== undefined && { hint: brief(from.hint) }),
    ...(from.where !== undefined && { where: brief(from.where) }),
  }
}

/** As psql prints it. */
export function errorText(error: SqlError): string {
  const place = error.line === undefined ? '' : ` at ${error.line}:${error.column ?? 1}`
  return [
    `${error.severity}: ${error.code}: ${error.message}${place}`,
    ...(error.detail === undefined ? [] : [`DETAIL: ${error.detail}`]),
    ...(error.hint === undefined ? [] : [`HINT: ${error.hint}`]),
    ...(error.where === undefined ? [] : [`CONTEXT: ${error.where}`]),
    '',
  ].join('\n')
}
