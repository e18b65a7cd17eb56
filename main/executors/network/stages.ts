import type { Probe, ProbeStage, ProbeStageName } from '../../engine/ports.ts'
import { DialError } from './sockets.ts'

/** The stages of making a connection, each with its time and what was found. */

export class Stages {
  readonly #all: ProbeStage[] = []
  readonly #on: (stage: ProbeStage) => void

  constructor(on: (stage: ProbeStage) => void = () => undefined) {
    this.#on = on
  }

  /** Does the work and notes how it went; what it throws goes on. `detail` is made of what was found. */
  async run<T>(
    name: ProbeStageName,
    of: string,
    work: () => Promise<T>,
    detail: (found: T) => string,
  ): Promise<T> {
    const startedAt = performance.now()
    try {
      const found = await work()
      this.add(name, of, true, detail(found), performance.now() - startedAt)
      return found
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      this.add(name, of, false, message, performance.now() - startedAt)
      throw error
    }
  }

  /** `milliseconds` is rounded. */
  add(name: ProbeStageName, of: string, ok: boolean, detail: string, milliseconds: number): void {
    const stage = { name, of, ok, detail, durationMs: Math.round(milliseconds) }
    this.#all.push(stage)
    this.#on(stage)
  }

  /** The whole, as a probe reports it. */
  probe(summary: string): Probe {
    return { ok: this.#all.every(({ ok }) => ok), stages: this.#all, summary }
  }

  get all(): readonly ProbeStage[] {
    return this.#all
  }
}

/** Runs all stages of a probe. Never rejects: what stopped it becomes the summary. */
export async function probing(
  onStage: (stage: ProbeStage) => void,
  of: string,
  work: (stages: Stages) => Promise<string>,
): Promise<Probe> {
  const stages = new Stages(onStage)
  try {
    return stages.probe(await work(stages))
  } catch (error) {
    const message =
      error instanceof DialError
        ? error.message
        : `Muster failed while testing: ${error instanceof Error ? error.message : String(error)}`
    // What keeps it from beginning (a file that is not there, a secret that nobody gave) is a stage of its own.
    if (stages.all.every(({ ok }) => ok)) stages.add('connect', of, false, message, 0)
    return stages.probe(message)
  }
}
