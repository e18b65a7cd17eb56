import { profileSummary } from '../core/connection/read.ts'
import type { Profile } from '../core/connection/profile.ts'
import type { TargetDeclaration } from '../core/runbook/model.ts'
import type { Probe, ProbeStage, TargetProbe } from '../contract/connections.ts'
import { atOnce, eachHost, together } from './probed-hosts.ts'
import { Patience } from './patience.ts'
import type { Connections, Executor } from './ports.ts'

/** Whether places can be reached, tried before anything depends on them. */

/** How long one place may take to answer, without the time in which a person or a program is asked for something. */
const PROBE_MS = 20_000

export type ProbedTarget = Pick<TargetDeclaration, 'name' | 'kind' | 'connection' | 'hosts'>

interface Problem {
  readonly problem: string
}

export class Probing {
  readonly #connections: Connections
  readonly #executors: readonly Executor[]
  readonly #hide: (text: string) => string
  /** By who asked, for their names of probes are their own. */
  readonly #running = new Map<object, Map<string, AbortController>>()

  readonly #probeMs: number

  /** `hide` takes secrets out of what servers say. */
  constructor(
    connections: Connections,
    executors: readonly Executor[],
    hide: (text: string) => string = (text) => text,
    probeMs = PROBE_MS,
  ) {
    this.#connections = connections
    this.#executors = executors
    this.#hide = hide
    this.#probeMs = probeMs
  }

  cancel(owner: object, probe: string): void {
    this.#running.get(owner)?.get(probe)?.abort(new Error('It was given up.'))
  }

  /** Somebody has gone: what they asked for is given up, and nobody is asked a question for it. */
  release(owner: object): void {
    for (const probe of this.#running.get(owner)?.keys() ?? []) this.cancel(owner, probe)
  }

  /** Tries a profile, given itself or by name; of several hosts each, whose stages are told together. Never rejects. */
  async test(
    owner: object,
    request: {
      readonly probe: string
      readonly environment: string | undefined
      readonly profile: string | Profile
    },
    onStage: (stage: ProbeStage) => void,
  ): Promise<Probe> {
    return await this.#cancellable(owner, request.probe, async (signal) => {
      const found = this.#named(request.environment, request.profile)
      if ('problem' in found) return { ok: false, stages: [], summary: found.problem }
      const { environment, profile } = found
      const places = eachHost(profile)
      if (places.length < 2) return await this.#probe(profile, environment, signal, onStage)
      const probes: Probe[] = []
      await atOnce(
        places.map((place, index) => async (): Promise<void> => {
          const probe = await this.#probe(place, environment, signal, () => undefined)
          probes[index] = probe
          for (const stage of probe.stages) onStage(stage)
        }),
      )
      return together(places, probes)
    })
  }

  /** Tries every target, in parallel. `onTarget` is told of each as soon as it is known. Never rejects. */
  async preflight(
    owner: object,
    request: {
      readonly probe: string
      readonly environment: string | undefined
      readonly targets: readonly ProbedTarget[]
      /** Target -> profile, where the person chose another than the runbook's. */
      readonly chosen: Readonly<Record<string, string>>
    },
    told: {
      readonly onStage: (target: string, stage: ProbeStage) => void
      readonly onTarget: (result: TargetProbe) => void
    },
  ): Promise<TargetProbe[]> {
    return await this.#cancellable(owner, request.probe, async (signal) => {
      const results: TargetProbe[] = []
      const finish = (index: number, result: TargetProbe): void => {
        results[index] = result
        told.onTarget(result)
      }
      const jobs = request.targets.flatMap((target, index) => {
        const { result, profiles } = this.#places(target, request)
        if (profiles.length === 0) finish(index, result)
        const probes: Probe[] = []
        let open = profiles.length
        return profiles.map((profile, place) => async (): Promise<void> => {
          probes[place] = await this.#probe(profile, request.environment, signal, (stage) =>
            told.onStage(target.name, stage),
          )
          open--
          if (open === 0) finish(index, { ...result, probe: together(profiles, probes) })
        })
      })
      await atOnce(jobs)
      return results
    })
  }

  /** What a target leads to: nothing to try, one place, or each host of several. */
  #places(
    target: ProbedTarget,
    request: {
      readonly environment: string | undefined
      readonly chosen: Readonly<Record<string, string>>
    },
  ): { readonly result: TargetProbe; readonly profiles: readonly Profile[] } {
    const mapped = request.chosen[target.name]
    // Hosts that the runbook lists are each a place of their own, unless a profile takes their stead.
    const listed = target.hosts.length > 1 && mapped === undefined
    const names = listed ? target.hosts : [mapped ?? target.connection]
    const head = { target: target.name, kind: target.kind, profile: names.join(', ') }
    const profiles: Profile[] = []
    for (const name of names) {
      let found: ReturnType<Connections['resolve']>
      try {
        found = this.#connections.resolve(request.environment, target.kind, name)
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error)
        return { result: { ...head, problem }, profiles: [] }
      }
      if ('problem' in found) return { result: { ...head, problem: found.problem }, profiles: [] }
      if (found.profile !== undefined) profiles.push(found.profile)
    }
    const summary = `${profiles.map(profileSummary).join(', ')}${this.#unnamed(request.environment, target.kind, names)}`
    return {
      result: { ...head, summary: profiles.length === 0 ? 'this laptop' : summary },
      profiles: profiles.flatMap(eachHost),
    }
  }

  /** Says which names are no profiles of the chosen environment, and what they are taken for. */
  #unnamed(
    environment: string | undefined,
    kind: ProbedTarget['kind'],
    names: readonly string[],
  ): string {
    if (environment === undefined || kind !== 'ssh') return ''
    const known = this.#connections.load().environments.find(({ name }) => name === environment)
    const unnamed = names.filter((name) => !known?.profiles.some((one) => one.name === name))
    if (unnamed.length === 0) return ''
    return unnamed.length === 1
      ? ` (an ssh alias: ${environment} has no profile “${unnamed.join()}”)`
      : ` (ssh aliases: ${environment} has no profiles ${unnamed.join(', ')})`
  }

  /** A profile and its environment. Without one it is the only environment that has a profile of that name. */
  #named(
    environment: string | undefined,
    profile: string | Profile,
  ): { readonly environment: string | undefined; readonly profile: Profile } | Problem {
    if (typeof profile !== 'string') return { environment, profile }
    let environments: ReturnType<Connections['load']>['environments']
    try {
      ;({ environments } = this.#connections.load())
    } catch (error) {
      return { problem: error instanceof Error ? error.message : String(error) }
    }
    const found = environments
      .filter(({ name }) => environment === undefined || name === environment)
      .flatMap(({ name, profiles }) =>
        profiles
          .filter((one) => one.name === profile)
          .map((one) => ({ environment: name, profile: one })),
      )
    const [only, ...more] = found
    if (only === undefined)
      return {
        problem: `There is no profile “${profile}”${environment === undefined ? '' : ` in the environment “${environment}”`}.`,
      }
    if (more.length > 0)
      return {
        problem: `“${profile}” is in ${found.map((one) => one.environment).join(' and ')}. Say which environment is meant.`,
      }
    return only
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
    const late = new AbortController()
    const stages: ProbeStage[] = []
    let ended = (): void => undefined
    const given = new Promise<Probe>((resolve) => {
      const give = (summary: string): void => resolve({ ok: false, stages: [...stages], summary })
      late.signal.addEventListener('abort', () =>
        give(
          `Nothing answered within ${this.#probeMs / 1000} s. Is the host up, and the network there?`,
        ),
      )
      const givenUp = (): void => give('It was given up before there was an answer.')
      signal.addEventListener('abort', givenUp)
      ended = () => signal.removeEventListener('abort', givenUp)
      if (signal.aborted) give('It was given up before it began.')
    })
    const patience = new Patience(this.#probeMs, () => late.abort())
    const probing = executor.probe(
      {
        profile,
        environment,
        signal: AbortSignal.any([signal, late.signal]),
        onWaiting: patience.onWaiting,
      },
      (stage) => {
        const rounded = {
          ...stage,
          detail: this.#hide(stage.detail),
          durationMs: Math.max(0, Math.round(stage.durationMs)),
        }
        stages.push(rounded)
        onStage(rounded)
      },
    )
    const probe = await Promise.race([probing, given])
    patience.end()
    ended()
    return {
      ...probe,
      summary: this.#hide(probe.summary),
      stages: probe.stages.map((stage) => ({ ...stage, detail: this.#hide(stage.detail) })),
    }
  }

  async #cancellable<T>(
    owner: object,
    probe: string,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    this.cancel(owner, probe)
    const controller = new AbortController()
    const ofOwner = this.#running.get(owner) ?? new Map<string, AbortController>()
    this.#running.set(owner, ofOwner)
    ofOwner.set(probe, controller)
    try {
      return await work(controller.signal)
    } finally {
      if (ofOwner.get(probe) === controller) ofOwner.delete(probe)
      if (ofOwner.size === 0) this.#running.delete(owner)
    }
  }
}
