import type { PostgresProfile } from '../../core/connection/profile.ts'
import type { Outcome } from '../../core/run/events.ts'
import type { SqlFacts } from '../../core/run/sql-facts.ts'
import { lineColumn, nextStatement, type SqlStatement } from '../../core/sql/statements.ts'
import type {
  Execution,
  ExecutionRequest,
  ExecutionResult,
  OutputSink,
} from '../../engine/ports.ts'
import { LIVENESS, watchPeer } from '../network/liveness.ts'
import { DialError } from '../network/sockets.ts'
import { Stages } from '../network/stages.ts'
import { checked } from './check.ts'
import type { Clients, Slot } from './clients.ts'
import type { Told } from './errors.ts'
import { BlockRecord } from './record.ts'
import { Rows, type Caps } from './rows.ts'
import type { Session, SessionRequest } from './session.ts'
import { runStatement, type StatementEnd } from './statement.ts'
import { Stopping, type Rung } from './stopping.ts'
import { hostText, isSocket } from './wire.ts'

/** One block of SQL: its statements one after the other, until one fails. */

const MAX_ROWS = 10_000
const MAX_BYTES = 16 * 1024 * 1024
/** The server's own limit comes after the laptop's, which can say more about what it did. */
const SERVER_MARGIN_MS = 1_000

export class PostgresExecution implements Execution {
  readonly #request: ExecutionRequest
  readonly #sink: OutputSink
  readonly #slot: Slot
  readonly #sessionRequest: SessionRequest
  readonly #readOnly: boolean
  readonly #abort = new AbortController()
  readonly #stopping: Stopping
  #session: Session | undefined
  readonly #record: BlockRecord
  readonly #caps: Caps
  #sent = false
  #resolve: (result: ExecutionResult) => void = () => undefined
  readonly result: Promise<ExecutionResult>

  constructor(
    request: ExecutionRequest,
    profile: PostgresProfile,
    sink: OutputSink,
    clients: Clients,
    ports: SessionRequest['ports'],
  ) {
    this.#request = request
    this.#sink = sink
    this.#record = new BlockRecord(request.text, sink)
    this.#caps = { rows: profile.maxRows ?? MAX_ROWS, bytes: profile.maxBytes ?? MAX_BYTES }
    this.#readOnly = request.block.verb === 'check' || profile.readOnly === true
    this.#slot = clients.slot(request, this.#readOnly)
    this.#sessionRequest = {
      profile,
      environment: request.environment,
      run: request.run,
      ports,
      signal: this.#abort.signal,
      stages: new Stages(),
    }
    this.#stopping = new Stopping({
      timeoutMs: request.timeoutMs,
      request: { ...this.#sessionRequest, signal: new AbortController().signal },
      session: () => this.#session,
      before: () => this.#abort.abort(new DialError('It was stopped before anything was sent.')),
    })
    this.result = new Promise((resolve) => {
      this.#resolve = resolve
    })
    this.#stopping.begin()
    void this.#whole().then((result) => {
      this.#stopping.end()
      this.#resolve(result)
    })
  }

  stop(rung: Rung | 'abandon'): void {
    if (rung !== 'abandon') return this.#stopping.climb(rung)
    const detail = 'It was abandoned: the server may still be working on it.'
    this.#resolve({
      outcome: { kind: this.#sent ? 'unknown' : 'not-started', detail },
      ...this.#facts(),
    })
    this.#abort.abort(new DialError('It was abandoned.'))
    this.#session?.destroy()
  }

  async #whole(): Promise<ExecutionResult> {
    try {
      checked(this.#request, this.#readOnly)
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error)
      return { outcome: { kind: 'not-started', detail } }
    }
    const leave = await this.#slot.enter()
    try {
      return await this.#connected()
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error)
      if (!this.#sent) return { outcome: { kind: 'not-started', detail } }
      // What is no error of connecting is one of ours; then nobody knows.
      return { outcome: { kind: 'unknown', detail }, ...this.#facts() }
    } finally {
      this.#session = undefined
      leave()
    }
  }

  async #connected(): Promise<ExecutionResult> {
    this.#abort.signal.throwIfAborted()
    const { session, notice } = await this.#slot.ready(this.#sessionRequest)
    this.#session = session
    const rows = new Rows(
      this.#sink,
      session.stream,
      this.#caps,
      this.#request.block.verb === 'check' || this.#request.block.expectations.length > 0,
    )
    const onNotice = (message: unknown): void => {
      void rows.hold(this.#record.notice(message))
    }
    session.client.on('notice', onNotice)
    try {
      await this.#prepare(session)
      const outcome = await this.#all(session, rows)
      await rows.settled()
      await this.#stopping.settled()
      if (this.#readOnly && session.lost() === undefined)
        await session.client.query('rollback').catch(() => undefined)
      await this.#record.nameTypes(session)
      const notices = [notice, ...this.#afterwords(session)].filter((text) => text !== undefined)
      return {
        outcome,
        ...(notices.length > 0 && { notice: notices.join(' ') }),
        ...this.#facts(),
        data: rows.data(),
      }
    } finally {
      this.#slot.used = true
      session.client.off('notice', onNotice)
    }
  }

  /** What goes before the person's own statements. When it fails, nothing of theirs was sent. */
  async #prepare(session: Session): Promise<void> {
    const { timeoutMs } = this.#request
    const status = session.client.getTransactionStatus()
    const limit = timeoutMs === undefined ? undefined : Math.round(timeoutMs + SERVER_MARGIN_MS)
    if (status !== 'E' && limit !== this.#slot.timeoutMs) {
      await session.client.query(
        limit === undefined
          ? 'set statement_timeout to default'
          : `set statement_timeout = ${limit}`,
      )
      this.#slot.timeoutMs = limit
    }
    if (!this.#readOnly) return
    // The first snapshot is taken here, and after it the server lets nobody make the transaction a writing one.
    await session.client.query(
      'set session characteristics as transaction read only; begin transaction read only; select 1',
    )
  }

  async #all(session: Session, rows: Rows): Promise<Outcome> {
    const { text } = this.#request
    let at = 0
    for (;;) {
      const standard = session.parameter('standard_conforming_strings') !== 'off'
      const statement = nextStatement(text, at, standard)
      if (statement === undefined) return { kind: 'responded' }
      // Only a setting that the block itself changed can make it read otherwise than when it was checked.
      if ('problem' in statement) {
        this.#record.refused(statement.problem, statement.at)
        return { kind: 'responded' }
      }
      if (this.#stopping.stopping) return this.#stopping.judge() ?? { kind: 'cancelled' }
      this.#record.statements++
      const outcome = await this.#one(session, statement, rows)
      if (outcome !== undefined) return outcome
      at = statement.to
    }
  }

  /** Undefined: it was answered, and the next may go. */
  async #one(session: Session, statement: SqlStatement, rows: Rows): Promise<Outcome | undefined> {
    const startedAt = performance.now()
    const from = rows.bytes
    const inTransaction = session.client.getTransactionStatus() === 'T'
    const values = statement.parameters.map((name) => this.#request.values[name] ?? '')
    this.#sent = true
    const end = await this.#watched(session, runStatement(session, statement, values, rows))
    await rows.settled()
    const durationMs = Math.round(performance.now() - startedAt)
    switch (end.kind) {
      case 'answered':
        this.#record.answered(statement, end, rows, from, durationMs)
        return undefined
      case 'error':
        return this.#failed(statement, end.told)
      case 'lost':
        return this.#lost(session, statement, end, inTransaction)
    }
  }

  /** The end of a statement, or of a server that is not there any more. Behind an ssh host, ssh watches the way itself. */
  async #watched(session: Session, end: Promise<StatementEnd>): Promise<StatementEnd> {
    const { profile, ports } = this.#sessionRequest
    const { host } = session
    if (profile.via !== undefined || isSocket(host)) return await end
    const place = { host: host.address ?? host.host, port: host.port }
    const stop = watchPeer(place, ports.liveness ?? LIVENESS, (why) => session.stream.destroy(why))
    try {
      return await end
    } finally {
      stop()
    }
  }

  #failed(statement: SqlStatement, told: Told): Outcome {
    this.#record.failed(statement, told)
    // 57014: cancelled, by our request, by the limit of time, or by somebody else.
    if (told.code === '57014') {
      const ours = this.#stopping.judge()
      if (ours !== undefined) return ours
      if (/statement timeout/u.test(told.message))
        return { kind: 'timed-out', afterMs: this.#slot.timeoutMs ?? this.#request.timeoutMs ?? 0 }
    }
    return { kind: 'responded' }
  }

  #lost(
    session: Session,
    statement: SqlStatement,
    end: Extract<StatementEnd, { kind: 'lost' }>,
    inTransaction: boolean,
  ): Outcome {
    session.destroy()
    this.#slot.session = undefined
    this.#slot.openedBy = undefined
    const last = nextStatement(this.#request.text, statement.to, true) === undefined
    // The server had answered; only its readiness for the next had not come.
    if (end.tag !== undefined && last && !this.#stopping.stopping) return { kind: 'responded' }
    const { line } = lineColumn(this.#request.text, statement.from)
    const first = statement.words[0]
    const ends = first === 'commit' || first === 'end'
    const known = this.#readOnly
      ? ''
      : inTransaction && !ends
        ? ' It was inside a transaction that had not been committed, which the server rolls back.'
        : ' Whether it took effect is not known: look before anything is run again.'
    const before =
      this.#record.answeredCount > 0
        ? ` ${this.#record.answeredCount} before it had been answered.`
        : ''
    const detail = `${end.detail} Statement ${this.#record.statements}, on line ${line}, was running.${known}${before}`
    const stopped = this.#stopping.judge()
    if (stopped !== undefined)
      return stopped.kind === 'cancelled' && this.#stopping.cut
        ? { kind: 'unknown', detail }
        : stopped
    return { kind: 'disconnected', detail }
  }

  #transaction(): SqlFacts['transaction'] {
    switch (this.#session?.client.getTransactionStatus()) {
      case 'T':
        return 'open'
      case 'E':
        return 'failed'
      default:
        return 'none'
    }
  }

  #afterwords(session: Session): readonly string[] {
    const words: string[] = []
    if (session.lost() === undefined && !this.#readOnly) {
      const state = this.#transaction()
      const { id } = this.#request.block
      if (state === 'open')
        words.push(
          'It leaves a transaction open: nothing it changed is kept before a commit, and its locks stay.',
        )
      if (state === 'failed')
        words.push(
          'It leaves a transaction that has failed: the server answers nothing in it but its rollback.',
        )
      this.#slot.openedBy = state === 'none' ? undefined : (this.#slot.openedBy ?? id)
    }
    return [...words, ...this.#record.capWords(this.#caps)]
  }

  #facts(): Pick<ExecutionResult, 'sql'> {
    const session = this.#session
    if (session === undefined) return {}
    return {
      sql: {
        server: hostText(session.host),
        version: session.version,
        user: session.settings.user,
        database: session.settings.database,
        security: session.wire.security,
        readOnly: this.#readOnly,
        ...this.#record.facts(),
        transaction: session.lost() === undefined ? this.#transaction() : 'none',
      },
    }
  }
}
