import { redactText, SHORTEST_SECRET } from '../core/evidence/redact.ts'
import type { Command } from '../core/run/commands.ts'
import { AFTERWARDS } from '../core/run/decide-report.ts'
import { planOf } from '../core/run/plan.ts'
import { replay } from '../core/run/replay.ts'
import { inFlight } from '../core/run/rules.ts'
import type { RunEvent } from '../core/run/events.ts'
import type { RunState } from '../core/run/state.ts'
import { ContractError } from '../contract/frames.ts'
import type { Push } from '../contract/pushes.ts'
import type { RequestParams, RequestResult, RunSummary } from '../contract/requests.ts'
import { RunEvidence } from './evidence/run-evidence.ts'
import type { EngineOptions } from './options.ts'
import { checkInputs } from './inputs.ts'
import type { LoadedFile } from './library.ts'
import { placesAtStart } from './places.ts'
import { referenceTo } from './recording.ts'
import { RunSession, type AttachmentAdd } from './run-session.ts'
import type { DisplayStream } from './streams.ts'
import { summaryOf } from './summary.ts'
import { Troubles } from './troubles.ts'

/** How many events are read from the log at a time. */
const PAGE = 2_000

export interface Audience {
  toAll(push: Push): void
  toFollowers(run: string, push: Push): void
  /** Shows a new stream to everyone who follows its run. */
  attach(stream: DisplayStream): void
}

/** All runs of the data folder: those open here for writing, and the rest as they stand in the log. */
export class Runs {
  readonly #options: EngineOptions
  readonly #audience: Audience
  readonly #sessions = new Map<string, RunSession>()
  /** Runs that are being opened. */
  readonly #opening = new Map<string, Promise<void>>()
  readonly evidence: RunEvidence
  /** Whoever connects later is told of what stands. */
  readonly troubles: Troubles
  /** Last event that a read-only view has passed on. */
  readonly #passedOn = new Map<string, number>()

  constructor(options: EngineOptions, audience: Audience) {
    this.#options = options
    this.#audience = audience
    this.troubles = new Troubles((message) =>
      audience.toAll({ push: 'engine.trouble', data: message === undefined ? {} : { message } }),
    )
    this.evidence = new RunEvidence({
      options,
      session: (run) => this.#sessions.get(run) ?? this.#session(run, this.#replay(run)),
      trouble: this.troubles.report,
    })
  }

  start(file: LoadedFile, params: RequestParams<'runs.start'>): string {
    const { store, version, clock, crypto } = this.#options
    this.requireWritable()
    const { plain, secrets } = checkInputs(file.parsed.runbook.inputs, params.inputs)
    const answers = this.#answersToRecord(params.answers, secrets)
    const run = runIdentifier(clock.wall(), crypto.randomId())
    const session = this.#session(run)
    session.provideSecrets(secrets)
    const result = session.start(params.commander, {
      type: 'run.start',
      mode: params.mode,
      plan: planOf(file.parsed.runbook),
      runbook: { path: file.path, sha256: file.sha256, source: store.blobs.put(run, file.bytes) },
      commander: params.commander,
      inputs: plain,
      secretInputs: file.parsed.runbook.inputs
        .filter(({ secret }) => secret)
        .map(({ name }) => name),
      ...(params.severity !== undefined && { severity: params.severity }),
      ...(params.declaredAt !== undefined && { declaredAt: params.declaredAt }),
      ...placesAtStart(file.parsed.runbook.targets, params, this.#options.connections),
      ...(answers !== undefined && { answers }),
      version,
    })
    if (!result.ok) throw new ContractError(result.code, result.message)
    this.#sessions.set(run, session)
    store.runs.indexText({
      run,
      where: 'run',
      text: [
        file.parsed.runbook.title,
        file.parsed.runbook.system,
        params.commander,
        ...Object.values(plain),
      ]
        .filter((part) => part !== undefined)
        .join('\n'),
    })
    return run
  }

  /** Prepared answers are recorded as they are, so no secret may stand in them. */
  #answersToRecord(
    answers: string | undefined,
    secrets: Readonly<Record<string, string>>,
  ): string | undefined {
    if (answers === undefined) return undefined
    for (const [name, value] of Object.entries(secrets)) {
      if (value.length >= SHORTEST_SECRET && answers.includes(value)) {
        throw new ContractError(
          'secret-in-answers',
          `The answers contain the value of ${name}, which is secret, and their text is recorded with the run. Take it out.`,
        )
      }
    }
    return redactText(answers, this.#options.secrets.values())
  }

  async open(run: string, resume: boolean): Promise<RequestResult<'runs.open'>> {
    const summary = this.summary(run)
    if (resume && !summary.open && (summary.phase === 'running' || summary.phase === 'paused')) {
      await this.#once(run, () => this.#resume(run))
    } else if (!summary.open && (summary.phase === 'finished' || summary.phase === 'aborted')) {
      await this.#once(run, () => this.#settle(run))
    }
    const state = this.#sessions.get(run)?.state ?? this.#replay(run)
    this.evidence.eraseLeft(run, state)
    const { source } = state.runbook
    const bytes = await this.#options.store.blobs.read(run, source.sha256, 0, source.bytes)
    return {
      summary: this.summary(run),
      source: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes),
      missingSecrets: [...(this.#sessions.get(run)?.missingSecrets ?? [])],
    }
  }

  list(limit: number, before?: number): RunSummary[] {
    return this.#options.store.runs.list(limit, before).map((summary) => this.#withOpen(summary))
  }

  summary(run: string): RunSummary {
    const summary = this.#options.store.runs.get(run)
    if (summary === undefined)
      throw new ContractError('no-run', `There is no run “${run}” in this data folder.`)
    return this.#withOpen(summary)
  }

  /** The session of a run that is open here. */
  session(run: string): RunSession {
    this.requireWritable()
    const session = this.#sessions.get(run)
    if (session) return session
    const summary = this.summary(run)
    const over = summary.phase === 'finished' || summary.phase === 'aborted'
    throw new ContractError(
      over ? 'run-over' : 'not-open',
      over
        ? 'This run is over. What happened in it can be read, not changed.'
        : 'This run was interrupted. Resume it before anything can be done in it.',
    )
  }

  /** Takes a command, also one about a run that is over: then a session is there for as long as it takes. */
  command(run: string, actor: string, command: Command): RequestResult<'runs.command'> {
    if (command.type === 'output.redact') this.evidence.requireOutput(run, command)
    if (!AFTERWARDS.has(command.type) || this.#sessions.has(run))
      return this.session(run).command(actor, command)
    this.requireWritable()
    this.summary(run)
    return this.#session(run, this.#replay(run)).command(actor, command)
  }

  /** Records a file that a person gave, whose bytes are on disk; also with a run that is over. Throws in words. */
  attach(run: string, actor: string, command: AttachmentAdd): { seq: number; name: string } {
    const session = this.#sessions.get(run) ?? this.#session(run, this.#replay(run))
    const { result, name } = session.attach(actor, command)
    if (!result.ok) throw new ContractError(result.code, result.message)
    return { seq: result.seq, name }
  }

  /** What is redacted in whatever is recorded with the run now, and which secret inputs nobody knows any more. */
  secretsOf(run: string): {
    readonly secrets: () => readonly string[]
    readonly unknown: readonly string[]
  } {
    this.summary(run)
    const unknown = this.#sessions.get(run)?.missingSecrets ?? this.#replay(run).secretInputs
    return {
      secrets: () => this.#sessions.get(run)?.hidden ?? this.#options.secrets.values(),
      unknown,
    }
  }

  sessionOfStream(stream: string): RunSession | undefined {
    for (const session of this.#sessions.values()) {
      if (session.streams.some(({ description }) => description.stream === stream)) return session
    }
    return undefined
  }

  streamsOf(run: string): readonly DisplayStream[] {
    return this.#sessions.get(run)?.streams ?? []
  }

  busy(): readonly string[] {
    return [...this.#sessions].filter(([, session]) => session.busy).map(([run]) => run)
  }

  /** For a read-only view: passes on what another process has appended since. */
  pushNewEvents(run: string): void {
    const after = this.#passedOn.get(run) ?? this.watch(run)
    const events = this.#options.store.log.read(run, after, PAGE)
    this.#passedOn.set(run, events.at(-1)?.seq ?? after)
    if (events.length > 0) {
      this.#audience.toFollowers(run, { push: 'run.events', data: { run, events: [...events] } })
    }
  }

  /** For a read-only view: from where on new events are passed on. Who follows reads what was there before. */
  watch(run: string): number {
    const at = this.#passedOn.get(run) ?? this.#options.store.runs.get(run)?.events ?? 0
    this.#passedOn.set(run, at)
    return at
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => session.close()))
    await this.evidence.close()
    this.#sessions.clear()
  }

  /** Deletes a run that is over; `remove` does it and says what stays. */
  delete<T>(run: string, remove: (summary: RunSummary) => T): T {
    const summary = this.summary(run)
    if (summary.phase === 'running' || summary.phase === 'paused' || this.#sessions.has(run))
      throw new ContractError(
        'run-open',
        'Only a run that is over can be deleted. Finish it first.',
      )
    const left = remove(summary)
    this.#audience.toAll({ push: 'runs.changed', data: {} })
    return left
  }

  /** The state of a run, wherever it is open. */
  state(run: string): RunState {
    return this.#sessions.get(run)?.state ?? this.#replay(run)
  }

  requireWritable(): void {
    const { readOnly } = this.#options.store
    if (readOnly !== undefined) throw new ContractError('read-only', readOnly)
  }

  #withOpen(summary: RunSummary): RunSummary {
    return { ...summary, open: this.#sessions.has(summary.run) }
  }

  #session(run: string, state?: RunState): RunSession {
    const session: RunSession = new RunSession(
      {
        run,
        store: this.#options.store,
        clock: this.#options.clock,
        executors: this.#options.executors,
        connections: this.#options.connections,
        secrets: this.#options.secrets,
        randomId: () => this.#options.crypto.randomId(),
        onEvents: (events, next) => this.#told(run, events, next),
        onStream: (stream, open) => {
          if (open) this.#audience.attach(stream)
          else stream.close()
        },
        trouble: this.troubles.report,
      },
      state,
    )
    return session
  }

  #told(run: string, events: readonly RunEvent[], state: RunState): void {
    this.evidence.recorded(run, events, state)
    this.#audience.toFollowers(run, { push: 'run.events', data: { run, events: [...events] } })
    const over = state.phase === 'finished' || state.phase === 'aborted'
    try {
      this.#options.store.runs.put(summaryOf(state, false))
      this.troubles.report(this)
    } catch (error) {
      // The list of runs can be rebuilt from the log; the log itself was written.
      this.troubles.report(this, error instanceof Error ? error.message : String(error))
    }
    this.#audience.toAll({ push: 'runs.changed', data: {} })
    const session = this.#sessions.get(run)
    if (over && session && !session.busy) this.#sessions.delete(run)
  }

  #replay(run: string): RunState {
    const state = replay(this.events(run))
    if (state === undefined)
      throw new ContractError('no-run', `The log has no events of run “${run}”.`)
    return state
  }

  /** All events of a run, page by page. */
  *events(run: string): Generator<RunEvent> {
    for (let after = 0; ;) {
      const page = this.#options.store.log.read(run, after, PAGE)
      yield* page
      const last = page.at(-1)
      if (last === undefined || page.length < PAGE) return
      after = last.seq
    }
  }

  /** Two clients that open the same run at once must not both say what became of it. */
  async #once(run: string, work: () => Promise<void>): Promise<void> {
    const doing = this.#opening.get(run) ?? work().finally(() => this.#opening.delete(run))
    this.#opening.set(run, doing)
    await doing
  }

  async #resume(run: string): Promise<void> {
    this.requireWritable()
    this.#sessions.set(run, await this.#reopened(run, this.#replay(run)))
  }

  /** A run that ended while something was in flight, and then a crash: nobody will report how that came out any more. */
  async #settle(run: string): Promise<void> {
    if (this.#options.store.readOnly !== undefined) return
    const state = this.#replay(run)
    if (inFlight(state)) await this.#reopened(run, state)
  }

  /** A session in which everything that was in flight is unknown, with the output that was found of it. */
  async #reopened(run: string, state: RunState): Promise<RunSession> {
    const recovered = (await this.#options.store.blobs.recover(run)).map(({ label, blob }) => ({
      label,
      blob: referenceTo(blob),
    }))
    const outputs = new Map<
      string,
      {
        block: string
        attempt: number
        host?: string
        stdout?: (typeof recovered)[number]['blob']
        stderr?: (typeof recovered)[number]['blob']
      }
    >()
    const terminals: { terminal: string; stdout: (typeof recovered)[number]['blob'] }[] = []
    for (const { label, blob } of recovered) {
      const terminal = /^(?<terminal>terminal-[^#]+):stdout$/u.exec(label)?.groups?.['terminal']
      if (terminal !== undefined) terminals.push({ terminal, stdout: blob })
      const parts =
        /^(?<block>[^#]+)#(?<attempt>\d+)(?:@(?<host>.+))?:(?<lane>stdout|stderr)$/u.exec(
          label,
        )?.groups
      if (parts?.['block'] === undefined || parts['attempt'] === undefined) continue
      const host = parts['host']
      const key = `${parts['block']}#${parts['attempt']}@${host ?? ''}`
      const output = outputs.get(key) ?? {
        block: parts['block'],
        attempt: Number(parts['attempt']),
        ...(host !== undefined && { host }),
      }
      output[parts['lane'] === 'stderr' ? 'stderr' : 'stdout'] = blob
      outputs.set(key, output)
    }
    const session = this.#session(run, state)
    const result = session.engineCommand({
      type: 'run.reopen',
      after: state.suspended ? 'suspension' : 'crash',
      recovered: [...outputs.values()],
      terminals,
    })
    if (!result.ok) throw new ContractError(result.code, result.message)
    return session
  }
}

/** Sorts by time, is short enough to say, and cannot collide: `20261120-195312-k3f9`. */
function runIdentifier(now: number, random: string): string {
  const stamp = new Date(now).toISOString().replaceAll(/[-:]/gu, '').slice(0, 15).replace('T', '-')
  return `${stamp}-${random.replaceAll('-', '').slice(0, 6)}`
}
