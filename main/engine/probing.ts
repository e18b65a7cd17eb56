import { profileSummary } from '../core/connection/read.ts'
import type { Profile } from '../core/connection/profile.ts'
import type { TargetDeclaration } from '../core/runbook/model.ts'
import type { Probe, ProbeStage, TargetProbe } from '../contract/connections.ts'
import type { Connections, Executor } from './ports.ts'

/** Whether places can be reached, tried before anything depends on them. */

/** How long one place may take to answer. */
const PROBE_MS = 20_000
/** How many are tried at the same time. */
const AT_ONCE = 16

export class Probing {
  readonly #connections: Connections
  readonly #executors: readonly Executor[]
  readonly #running = new Map<string, AbortController>()

  constructor(connections: Connections, executors: readonly Executor[]) {
    this.#connections = connections
    this.#executors = executors
  }

  cancel(probe: string): void {
    this.#running.get(probe)?.abort(new Error('It was given up.'))
  }

  /** Tries a profile, given itself or by name. Never rejects. */
  async test(
    request: {
      readonly probe: string
      readonly environment: string | undefined
      readonly profile: string | Profile
    },
    onStage: (stage: ProbeStage) => void,
  ): Promise<Probe> {
    return await this.#cancellable(request.probe, async (signal) => {
      const profile = this.#profile(request.environment, request.profile)
      if (typeof profile === 'string') return { ok: false, stages: [], summary: profile }
      return await this.#probe(profile, request.environment, signal, onStage)
    })
  }

  /** Tries every target, in parallel. `onTarget` is told of each as soon as it is known. Never rejects. */
  async preflight(
    request: {
      readonly probe: string
      readonly environment: string | undefined
      readonly targets: readonly Pick<TargetDeclaration, 'name' | 'kind' | 'connection'>[]
      /** Target -> profile, where the person chose another than the runbook's. */
      readonly chosen: Readonly<Record<string, string>>
    },
    told: {
      readonly onStage: (target: string, stage: ProbeStage) => void
      readonly onTarget: (result: TargetProbe) => void
    },
  ): Promise<TargetProbe[]> {
    return await this.#cancellable(request.probe, async (signal) => {
      const results: TargetProbe[] = []
      const waiting = request.targets.map((target, index) => ({ target, index }))
      const work = async (): Promise<void> => {
        for (;;) {
          const next = waiting.shift()
          if (next === undefined) return
          const { target, index } = next
          const result = await this.#target(target, request, signal, (stage) =>
            told.onStage(target.name, stage),
          )
          results[index] = result
          told.onTarget(result)
        }
      }
      await Promise.all(Array.from({ length: AT_ONCE }, work))
      return results
    })
  }

  async #target(
    target: Pick<TargetDeclaration, 'name' | 'kind' | 'connection'>,
    request: {
      readonly environment: string | undefined
      readonly chosen: Readonly<Record<string, string>>
    },
    signal: AbortSignal,
    onStage: (stage: ProbeStage) => void,
  ): Promise<TargetProbe> {
    const name = request.chosen[target.name] ?? target.connection
    const head = { target: target.name, kind: target.kind, profile: name }
    let found: ReturnType<Connections['resolve']>
    try {
      found = this.#connections.resolve(request.environment, target.kind, name)
    } catch (error) {
      return { ...head, problem: error instanceof Error ? error.message : String(error) }
    }
    if ('problem' in found) return { ...head, problem: found.problem }
    const { profile } = found
    if (profile === undefined) return { ...head, summary: 'this laptop' }
    const summary = profileSummary(profile)
    const probe = await this.#probe(profile, request.environment, signal, onStage)
    return { ...head, summary, probe }
  }

  #profile(environment: string | undefined, profile: string | Profile): Profile | string {
    if (typeof profile !== 'string') return profile
    let environments: ReturnType<Connections['load']>['environments']
    try {
      ;({ environments } = this.#connections.load())
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
    const found = environments
      .filter(({ name }) => environment === undefined || name === environment)
      .flatMap(({ profiles }) => profiles)
      .find(({ name }) => name === profile)
    return (
      found ??
      `There is no profile “${profile}”${environment === undefined ? '' : ` in the environment “${environment}”`}.`
    )
  }

  async #probe(
    profile: Profile,
    environment: string | undefined,
    signal: AbortSignal,
    onStage: (stage: ProbeStage) => void,
  ): Promise<Probe> {
    if (profile.kind === 'local')
      return { ok: true, stages: [], summary: 'This laptop needs no connection.' }
    const executor = this.#executors.find(({ probes }) => probes?.includes(profile.kind) === true)
    if (executor?.probe === undefined) {
      const summary = `This version of Muster cannot connect to ${profile.kind}.`
      return { ok: false, stages: [], summary }
    }
    const late = AbortSignal.timeout(PROBE_MS)
    const stages: ProbeStage[] = []
    const given = new Promise<Probe>((resolve) => {
      const give = (summary: string): void => resolve({ ok: false, stages: [...stages], summary })
      late.addEventListener('abort', () =>
        give(
          `Nothing answered within ${PROBE_MS / 1000} s. Is the host up, and the network there?`,
        ),
      )
      signal.addEventListener('abort', () => give('It was given up before there was an answer.'))
      if (signal.aborted) give('It was given up before it began.')
    })
    const probing = executor.probe(
      { profile, environment, signal: AbortSignal.any([signal, late]) },
      (stage) => {
        const rounded = { ...stage, durationMs: Math.max(0, Math.round(stage.durationMs)) }
        stages.push(rounded)
        onStage(rounded)
      },
    )
    return await Promise.race([probing, given])
  }

  async #cancellable<T>(probe: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.cancel(probe)
    const controller = new AbortController()
    this.#running.set(probe, controller)
    try {
      return await work(controller.signal)
    } finally {
      if (this.#running.get(probe) === controller) this.#running.delete(probe)
    }
  }
}
