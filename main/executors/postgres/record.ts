import type { SqlError, SqlFacts, SqlResult } from '../../core/run/sql-facts.ts'
import { lineColumn, sourceOffset, type SqlStatement } from '../../core/sql/statements.ts'
import type { OutputSink } from '../../engine/ports.ts'
import { brief, errorFacts, errorText, serverError, type Told } from './errors.ts'
import type { Caps, Rows } from './rows.ts'
import type { Session } from './session.ts'
import type { StatementEnd } from './statement.ts'
import { askTypeNames, typeName } from './types.ts'

/** What is kept of a block while it runs: its results, its notices, and the error that ended it. */

/** Results and notices kept in the facts. */
const LISTED = 200

export class BlockRecord {
  readonly #text: string
  readonly #sink: OutputSink
  #results: SqlResult[] = []
  #count = 0
  readonly #notices: SqlFacts['notices'] = []
  #error: SqlError | undefined
  /** Statements sent so far; the last is the current one. */
  statements = 0

  constructor(text: string, sink: OutputSink) {
    this.#text = text
    this.#sink = sink
  }

  /** How many statements were answered. */
  get answeredCount(): number {
    return this.#count
  }

  answered(
    statement: SqlStatement,
    end: Extract<StatementEnd, { kind: 'answered' }>,
    rows: Rows,
    from: number,
    durationMs: number,
  ): void {
    this.#count++
    if (this.#results.length >= LISTED) return
    const hasRows = end.fields !== undefined || end.copied
    const short = end.total !== undefined && rows.rows < end.total
    const capped = rows.capped ?? (short ? 'rows' : undefined)
    this.#results.push({
      statement: this.statements,
      line: lineColumn(this.#text, statement.from).line,
      tag: end.tag,
      ...(hasRows && {
        columns: (end.fields ?? []).map(({ name, oid }) => ({
          name,
          type: typeName(oid) ?? `oid ${oid}`,
        })),
        rows: rows.rows,
        from,
        to: rows.bytes,
      }),
      ...(end.total !== undefined && { total: end.total }),
      ...(hasRows && capped !== undefined && { capped }),
      durationMs,
    })
  }

  failed(statement: SqlStatement, told: Told): void {
    const position = Number(told.position)
    const offset = position > 0 ? sourceOffset(statement, position) : statement.from
    this.#fail(errorFacts(told, this.statements, lineColumn(this.#text, offset)))
  }

  /** The text itself is wrong, from this place on: the statement was not sent. */
  refused(problem: string, at: number): void {
    this.#fail({
      severity: 'ERROR',
      code: '42601',
      message: problem,
      statement: this.statements + 1,
      ...lineColumn(this.#text, at),
    })
  }

  /** Resolves when the sink has it. */
  async notice(message: unknown): Promise<void> {
    const told = serverError(message)
    if (told === undefined) return
    const severity = told.severity ?? 'NOTICE'
    if (this.#notices.length < LISTED)
      this.#notices.push({ severity, code: told.code ?? '', message: brief(told.message) })
    const lines = [
      `${severity}: ${told.message}`,
      ...(told.detail === undefined ? [] : [`DETAIL: ${told.detail}`]),
      ...(told.hint === undefined ? [] : [`HINT: ${told.hint}`]),
      '',
    ]
    await this.#sink.stderr(Buffer.from(lines.join('\n')))
  }

  /** Asks for the names of types that are the database's own. */
  async nameTypes(session: Session): Promise<void> {
    const unknown = this.#results.flatMap(({ columns = [] }) =>
      columns.flatMap(({ type }) => (type.startsWith('oid ') ? [Number(type.slice(4))] : [])),
    )
    const idle = session.lost() === undefined && session.client.getTransactionStatus() === 'I'
    if (unknown.length === 0 || !idle) return
    const names = await askTypeNames(session, [...new Set(unknown)]).catch(() => new Map())
    const named = (type: string): string => names.get(Number(type.slice(4))) ?? type
    this.#results = this.#results.map((result) => ({
      ...result,
      ...(result.columns !== undefined && {
        columns: result.columns.map(({ name, type }) => ({
          name,
          type: type.startsWith('oid ') ? named(type) : type,
        })),
      }),
    }))
  }

  /** Which outputs end before their rows do, in words. */
  capWords(caps: Caps): readonly string[] {
    return this.#results.flatMap(({ statement, capped, rows = 0, total }) => {
      if (capped === undefined) return []
      const limit = capped === 'rows' ? `${caps.rows} rows` : `${caps.bytes} bytes`
      const of = total === undefined ? '' : ` of ${total}`
      return [
        `The output of statement ${statement} ends after ${rows}${of} rows, at the limit of ${limit}.`,
      ]
    })
  }

  facts(): Pick<SqlFacts, 'statements' | 'results' | 'more' | 'error' | 'notices'> {
    const more = this.#count - this.#results.length
    return {
      statements: this.statements,
      results: this.#results,
      ...(more > 0 && { more }),
      ...(this.#error !== undefined && { error: this.#error }),
      notices: this.#notices,
    }
  }

  #fail(error: SqlError): void {
    this.#error = error
    void this.#sink.stderr(Buffer.from(errorText(error)))
  }
}
