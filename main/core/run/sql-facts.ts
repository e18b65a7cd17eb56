import { z } from 'zod'

/** What is recorded of a block of SQL beside its output. The output has, for each result with columns, one line of names and one line a row, as COPY writes text. */

export const sqlErrorSchema = z.strictObject({
  severity: z.string(),
  /** SQLSTATE. */
  code: z.string(),
  message: z.string(),
  detail: z.string().optional(),
  hint: z.string().optional(),
  /** Where in the server's own code: functions and triggers that were running. */
  where: z.string().optional(),
  /** Which statement of the block, from 1. */
  statement: z.int().positive(),
  /** Of the block, both from 1. */
  line: z.int().positive().optional(),
  column: z.int().positive().optional(),
})
export type SqlError = z.infer<typeof sqlErrorSchema>

export const sqlResultSchema = z.strictObject({
  /** Which statement of the block, from 1, and the line it begins on. */
  statement: z.int().positive(),
  line: z.int().positive(),
  /** `SELECT 3`, `UPDATE 1`, `COMMIT`. */
  tag: z.string(),
  /** Absent: the statement gave no rows. For COPY TO STDOUT empty, and the output has its lines without one of names. */
  columns: z.array(z.strictObject({ name: z.string(), type: z.string() })).optional(),
  /** Rows in the output. */
  rows: z.int().nonnegative().optional(),
  /** Rows there were. */
  total: z.int().nonnegative().optional(),
  /** The output has not all rows: so many rows, or so many bytes, are the limit. */
  capped: z.enum(['rows', 'bytes']).optional(),
  /** Where in the output, in bytes; absent when something was redacted there: then lines count. */
  from: z.int().nonnegative().optional(),
  to: z.int().nonnegative().optional(),
  durationMs: z.int().nonnegative(),
})
export type SqlResult = z.infer<typeof sqlResultSchema>

export const sqlFactsSchema = z.strictObject({
  /** `host:port`, and what answered there. */
  server: z.string(),
  version: z.string(),
  user: z.string(),
  database: z.string(),
  /** How the connection is secured, in words. */
  security: z.string(),
  readOnly: z.boolean(),
  /** Statements in the block. */
  statements: z.int().nonnegative(),
  results: z.array(sqlResultSchema),
  /** Results beyond those listed. */
  more: z.int().positive().optional(),
  error: sqlErrorSchema.optional(),
  notices: z.array(z.strictObject({ severity: z.string(), code: z.string(), message: z.string() })),
  /** Of the connection, after the block. */
  transaction: z.enum(['none', 'open', 'failed']),
})
export type SqlFacts = z.infer<typeof sqlFactsSchema>

/** The facts with every text passed through `redact`. */
export function redactSqlFacts(facts: SqlFacts, redact: (text: string) => string): SqlFacts {
  const { error } = facts
  return {
    ...facts,
    results: facts.results.map((result) => ({
      ...result,
      ...(result.columns !== undefined && {
        columns: result.columns.map(({ name, type }) => ({ name: redact(name), type })),
      }),
    })),
    notices: facts.notices.map((notice) => ({ ...notice, message: redact(notice.message) })),
    ...(error !== undefined && {
      error: {
        ...error,
        message: redact(error.message),
        ...(error.detail !== undefined && { detail: redact(error.detail) }),
        ...(error.hint !== undefined && { hint: redact(error.hint) }),
        ...(error.where !== undefined && { where: redact(error.where) }),
      },
    }),
  }
}
