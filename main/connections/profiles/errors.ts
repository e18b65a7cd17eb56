import type { Diagnostic } from '../../core/runbook/model.ts'

/** What a file that cannot be read or changed says to a person. */
export class ConnectionsError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ConnectionsError'
  }
}

/** Where the mistake is, and what comes of it. */
export function mistakeIn(
  file: string,
  { message, range }: Diagnostic,
  consequence: string,
): string {
  const { line, column } = range.start
  return `${file} has a mistake at ${line}:${column} and ${consequence}: ${message}`
}
