import type { Connection, Submittable } from 'pg'
import type { SqlStatement } from '../../core/sql/statements.ts'
import { connectionWords, isFatal, serverError, type Told } from './errors.ts'
import type { Field, Rows } from './rows.ts'
import type { Session } from './session.ts'

/** One statement, sent with its values bound, its rows fetched through a portal as far as they are wanted. */

/** Rows asked for at once: what a cap makes useless is at most this. */
const BATCH = 10_000
const PORTAL = 'muster'

export type StatementEnd =
  | {
      readonly kind: 'answered'
      readonly tag: string
      readonly fields: readonly Field[] | undefined
      readonly copied: boolean
      /** Rows there were, where the server says it. */
      readonly total: number | undefined
    }
  | { readonly kind: 'error'; readonly told: Told }
  /** The server said that it ends the connection, or it is gone. `answered`: the statement itself had been. */
  | { readonly kind: 'lost'; readonly detail: string; readonly tag: string | undefined }

interface RowDescription {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[]
}

/** The work of these is done when their answer comes; of others when the server is ready for the next. */
const TRANSACTION_ENDS = new Set(['commit', 'rollback', 'end', 'abort'])

function countOf(tag: string): number | undefined {
  const number = /\s(?<count>\d+)$/u.exec(tag)?.groups?.['count']
  return number === undefined ? undefined : Number(number)
}

/** The tag the server would have given, had the portal run to its end by itself. */
function wholeTag(statement: SqlStatement, total: number): string {
  const first = statement.words[0] ?? ''
  if (first === 'insert') return `INSERT 0 ${total}`
  if (['update', 'delete', 'merge', 'fetch'].includes(first))
    return `${first.toUpperCase()} ${total}`
  if (['explain', 'show', 'call'].includes(first)) return first.toUpperCase()
  return `SELECT ${total}`
}

class StatementRun implements Submittable {
  readonly #statement: SqlStatement
  readonly #values: readonly string[]
  readonly #rows: Rows
  readonly #session: Session
  #connection: Connection | undefined
  #fields: readonly Field[] | undefined
  #copied = false
  #tag: string | undefined
  #counting = false
  #told: Told | undefined
  #total: number | undefined
  /** Rows the portal was asked for, and those it had given when it was asked last; recorded or not. */
  #asked = 0
  #received = 0
  #settle: (end: StatementEnd) => void = () => undefined
  /** Never rejects. */
  readonly end: Promise<StatementEnd>

  constructor(session: Session, statement: SqlStatement, values: readonly string[], rows: Rows) {
    this.#session = session
    this.#statement = statement
    this.#values = values
    this.#rows = rows
    const { connection } = session.client
    const ready = (): void => this.#ready()
    const copyOut = (): void => this.handleCopyOut()
    connection.on('readyForQuery', ready)
    connection.on('copyOutResponse', copyOut)
    this.end = new Promise<StatementEnd>((resolve) => {
      this.#settle = resolve
    }).finally(() => {
      connection.off('readyForQuery', ready)
      connection.off('copyOutResponse', copyOut)
    })
  }

  submit(connection: Connection): void {
    this.#connection = connection
    connection.parse({ name: '', text: this.#statement.sent, types: [] }, true)
    // One of a statement that failed stands as long as its transaction does.
    connection.close({ type: 'P', name: PORTAL }, true)
    connection.bind({ portal: PORTAL, statement: '', values: [...this.#values] }, true)
    connection.describe({ type: 'P', name: PORTAL }, true)
    this.#fetch()
  }

  handleRowDescription(message: RowDescription): void {
    // Of the counting there is nothing to describe.
    this.#fields = message.fields.map(({ name, dataTypeID }) => ({ name, oid: dataTypeID }))
    this.#rows.begin(this.#fields)
  }

  handleDataRow(message: { readonly fields: readonly (string | null)[] }): void {
    this.#rows.row(message.fields)
  }

  handlePortalSuspended(): void {
    this.#received = this.#asked
    if (this.#rows.room !== undefined) return this.#fetch()
    // The rest runs to its end, whatever it does, and is counted there; its rows stay where they are.
    this.#counting = true
    const connection = this.#connection
    connection?.parse({ name: '', text: `move forward all in "${PORTAL}"`, types: [] }, true)
    connection?.bind({ portal: '', statement: '', values: [] }, true)
    connection?.execute({ portal: '' }, true)
    connection?.flush()
  }

  handleCommandComplete(message: { readonly text: string }): void {
    if (this.#counting) {
      const total = this.#received + (countOf(message.text) ?? 0)
      this.#tag = wholeTag(this.#statement, total)
      this.#total = total
    } else {
      // Of a query that was fetched in parts the server counts the last.
      const parts = message.text.startsWith('SELECT ') ? this.#received : 0
      const count = countOf(message.text)
      this.#tag = parts === 0 || count === undefined ? message.text : `SELECT ${parts + count}`
      this.#total =
        this.#fields === undefined && !this.#copied
          ? undefined
          : count === undefined
            ? this.#rows.rows
            : parts + count
    }
    this.#connection?.close({ type: 'P', name: PORTAL }, true)
    this.#connection?.sync()
  }

  handleEmptyQuery(): void {
    this.#tag = ''
    this.#connection?.sync()
  }

  handleCopyOut(): void {
    this.#copied = true
    this.#rows.begin(undefined)
  }

  handleCopyData(message: { readonly chunk: Uint8Array }): void {
    this.#rows.raw(message.chunk)
  }

  /** A statement that was not seen through before: nobody has rows to give it. */
  handleCopyInResponse(connection: Connection): void {
    if ('sendCopyFail' in connection && typeof connection.sendCopyFail === 'function')
      connection.sendCopyFail('a block has no place for rows to copy in')
  }

  handleError(error: unknown): void {
    const told = serverError(error)
    if (told === undefined || isFatal(told)) {
      const detail = connectionWords(error, this.#session.host)
      this.#settle({ kind: 'lost', detail, tag: this.#committed ? this.#tag : undefined })
      return
    }
    this.#told = told
    this.#connection?.sync()
  }

  handleReadyForQuery(): void {
    // Told by the connection itself, which also tells it after an error.
  }

  get #committed(): boolean {
    return TRANSACTION_ENDS.has(this.#statement.words[0] ?? '') && this.#tag !== undefined
  }

  #fetch(): void {
    const room = Math.min(BATCH, this.#rows.room ?? 1)
    this.#asked += room
    this.#connection?.execute({ portal: PORTAL, rows: String(room) }, true)
    this.#connection?.flush()
  }

  #ready(): void {
    if (this.#told !== undefined) return this.#settle({ kind: 'error', told: this.#told })
    if (this.#tag === undefined) return
    this.#settle({
      kind: 'answered',
      tag: this.#tag,
      fields: this.#fields,
      copied: this.#copied,
      total: this.#total,
    })
  }
}

/** Sends a statement. Never rejects. */
export function runStatement(
  session: Session,
  statement: SqlStatement,
  values: readonly string[],
  rows: Rows,
): Promise<StatementEnd> {
  rows.reset()
  const run = new StatementRun(session, statement, values, rows)
  const gone = (): void => run.handleError(new Error('Connection terminated'))
  session.client.once('end', gone)
  session.client.query(run)
  return run.end.finally(() => session.client.off('end', gone))
}
