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
/** How many hosts are named when several of a target were not reached. */
const SHOWN = 5

export type ProbedTarget = Pick<TargetDeclaration, 'name' | 'kind' | 'connection' | 'hosts'>

function eachHost(profile: Profile): readonly Profile[] {
  return profile.kind === 'ssh'
    ? profile.hosts.map((host) => ({ ...profile, hosts: [host] }))
    : [profile]
}

/** The probes of one target's places as one: it is reached when each of them is. */
function together(places: readonly Profile[], probes: readonly Probe[]): Probe {
  const [only] = probes
  if (only !== undefined && probes.length === 1) return only
  const stages = probes.flatMap((probe) => probe.stages)
  const failed = probes.flatMap((probe, index) => {
    const place = places[index]
    return probe.ok || place?.kind !== 'ssh' ? [] : [`${place.hosts.join()}: ${probe.summary}`]
  })
  if (probes.every(({ ok }) => ok))
    return { ok: true, stages, summary: `All ${probes.length} hosts answer.` }
  const more = failed.length > SHOWN ? ` And ${failed.length - SHOWN} more.` : ''
  return {
    ok: false,
    stages,
    summary: `${failed.length} of ${probes.length} hosts were not reached. ${failed.slice(0, SHOWN).join(' ')}${more}`,
  }
}

export class Probing {
  readonly #connections: Connections
  readonly #executors: readonly Executor[]
  readonly #hide: (text: string) => string
  /** By who asked, for their names of probes are their own. */
  readonly #running = new Map<object, Map<string, AbortController>>()

  /** `hide` takes secrets out of what servers say. */
  constructor(
    connections: Connections,
    executors: readonly Executor[],
    hide: (text: string) => string = (text) => text,
  ) {
    this.#connections = connections
    this.#executors = executors
    this.#hide = hide
  }

  cancel(owner: object, probe: string): void {
    this.#running.get(owner)?.get(probe)?.abort(new Error('It was given up.'))
  }

  /** Somebody has gone: what they asked for is given up, and nobody is asked a question for it. */
  release(owner: object): void {
    for (const probe of this.#running.get(owner)?.keys() ?? []) this.cancel(owner, probe)
  }

  /** Tries a profile, given itself or by name. Never rejects. */
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
      const profile = this.#profile(request.environment, request.profile)
      if (typeof profile === 'string') return { ok: false, stages: [], summary: profile }
      return await this.#probe(profile, request.environment, signal, onStage)
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
      const work = async (): Promise<void> => {
        for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) await job()
      }
      await Promise.all(Array.from({ length: AT_ONCE }, work))
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
    const summary = profiles.map(profileSummary).join(', ')
    return {
      result: { ...head, summary: profiles.length === 0 ? 'this laptop' : summary },
      profiles: profiles.flatMap(eachHost),
    }
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
