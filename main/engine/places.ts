import { profileSummary } from '../core/connection/read.ts'
import type { Profile } from '../core/connection/profile.ts'
import type { RunState } from '../core/run/state.ts'
import type { TargetKind } from '../core/runbook/model.ts'
import { ContractError } from '../contract/frames.ts'
import type { Connections } from './ports.ts'

/** Where the targets of a run lead. */

/** What an executor is told of it. */
export interface Place {
  readonly connection: string
  readonly profile?: Profile
  readonly environment?: string
}

interface Target {
  readonly name: string
  readonly kind: TargetKind
  readonly connection: string
  readonly hosts: readonly string[]
}

/**
 * As the profiles stand now: a mistake in one can be mended in the middle of a run. Which place a block was sent to is
 * in its result.
 */
export function placeOf(
  state: RunState,
  target: Target,
  connections: Connections,
): Place | { readonly problem: string } {
  const name = state.connections?.[target.name]?.profile ?? target.connection
  const place = resolvePlace(state.environment, target.kind, name, connections)
  if ('problem' in place) return place
  const mapped = state.connections?.[target.name]?.profile !== undefined
  const hosts = place.profile?.kind === 'ssh' ? place.profile.hosts : []
  // Running on the first of several would be a lie about the others.
  const several =
    hosts.length > 1 ? hosts : mapped && name !== target.connection ? [] : target.hosts
  if (several.length > 1) {
    return {
      problem: `${target.name} is ${several.length} hosts (${several.join(', ')}), and this version of Muster runs a block on one host at a time. Nothing was sent. Give each host a target of its own, or choose a profile with one host.`,
    }
  }
  return place
}

function resolvePlace(
  environment: string | undefined,
  kind: TargetKind,
  name: string,
  connections: Connections,
): Place | { readonly problem: string } {
  let found: ReturnType<Connections['resolve']>
  try {
    found = connections.resolve(environment, kind, name)
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
  if ('problem' in found) return found
  return {
    connection: name,
    ...(found.profile !== undefined && { profile: found.profile }),
    ...(environment !== undefined && { environment }),
  }
}

/** What the first event of a run records of its places. Throws `ContractError` for choices that cannot be. */
export function placesAtStart(
  targets: readonly Target[],
  chosen: {
    readonly mode: 'live' | 'drill' | 'walkthrough'
    readonly environment?: string | undefined
    readonly connections?: Readonly<Record<string, string>> | undefined
  },
  connections: Connections,
): {
  environment?: string
  production?: boolean
  connections?: Record<string, { profile: string; summary: string }>
} {
  const { environment, connections: mapped = {} } = chosen
  for (const name of Object.keys(mapped)) {
    if (!targets.some((target) => target.name === name))
      throw new ContractError('no-target', `The runbook has no target called “${name}”.`)
  }
  const places: Record<string, { profile: string; summary: string }> = {}
  for (const { name, kind, connection } of targets) {
    const profile = mapped[name] ?? connection
    const place = resolvePlace(environment, kind, profile, connections)
    // A target that leads nowhere may not be needed; whether to start is the person's decision, after the preflight.
    if ('problem' in place) {
      if (mapped[name] !== undefined) throw new ContractError('no-profile', place.problem)
      continue
    }
    if (place.profile !== undefined)
      places[name] = { profile, summary: profileSummary(place.profile) }
  }
  if (environment === undefined)
    return Object.keys(places).length === 0 ? {} : { connections: places }
  const known = connections.load().environments.find(({ name }) => name === environment)
  if (known === undefined)
    throw new ContractError('no-environment', `There is no environment “${environment}”.`)
  if (chosen.mode === 'drill' && known.production)
    throw new ContractError(
      'production-drill',
      `“${environment}” is production, and a drill never touches it. Choose another environment.`,
    )
  return { environment, production: known.production, connections: places }
}
