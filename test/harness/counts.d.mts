export interface Result {
  readonly passed: number
  readonly failed: number
  readonly failures: readonly string[]
  readonly skipped: readonly string[]
}
export const pass: Result
export function failure(line: string): Result
export function skip(line: string): Result
export function sum(results: readonly Result[]): Result
export function countRun(what: string, report: string | undefined, code: number): Result
export function lastLine(result: Result): string
