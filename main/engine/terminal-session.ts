import type { Outcome } from '../core/run/events.ts'
import type { Clock, Execution, OutputSink } from './ports.ts'
import type { Recording } from './recording.ts'
import type { DisplayStream } from './streams.ts'

/** An interactive terminal on a target: what is typed goes in, what comes out is recorded and shown. */
export class TerminalSession {
  readonly stream: DisplayStream
  readonly #execution: Execution
  readonly #recording: Recording
  readonly finished: Promise<{ readonly outcome: Outcome; readonly durationMs: number }>

  constructor(options: {
    readonly stream: DisplayStream
    readonly recording: Recording
    readonly clock: Clock
    readonly open: (sink: OutputSink) => Execution
  }) {
    this.stream = options.stream
    this.#recording = options.recording
    const startedAt = options.clock.mono()
    this.#execution = options.open(options.recording.sink)
    this.finished = this.#execution.result.then(({ outcome }) => ({
      outcome,
      durationMs: Math.round(options.clock.mono() - startedAt),
    }))
  }

  write(bytes: Uint8Array): void {
    this.#execution.terminal?.write(bytes)
  }

  resize(columns: number, rows: number): void {
    this.#recording.resized(columns, rows)
    this.#execution.terminal?.resize(columns, rows)
  }

  /** Hangs up as closing a terminal window does. */
  close(): void {
    this.#execution.stop('terminate')
    setTimeout(() => this.#execution.stop('kill'), 1_000).unref()
  }
}
