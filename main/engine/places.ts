import { profileSummary } from '../core/connection/read.ts'
import type { Profile } from '../core/connection/profile.ts'
import { hostsOf } from '../core/run/fan-out.ts'
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
  /** One host of a fan-out, where one profile has several. */
  readonly host?: string
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
  const hosts = place.profile?.kind === 'ssh' ? [...new Set(place.profile.hosts)] : []
  // Running on the first of several would be a lie about the others.
  const several = hosts.length > 1 ? hosts : hostsOf(state, target.name)
  return several.length > 1 ? { problem: changed(target.name, several) } : place
}

/** Where one host of a target leads. The hosts are those of the start; what has been changed since is said. */
export function placeOfHost(
  state: RunState,
  target: Target,
  host: string,
  connections: Connections,
): Place | { readonly problem: string } {
  const start = state.connections?.[target.name]
  const listed = start?.hosts === undefined
  const name = listed ? host : start.profile
  const place = resolvePlace(state.environment, target.kind, name, connections)
  if ('problem' in place) return place
  const hosts = place.profile?.kind === 'ssh' ? place.profile.hosts : []
  if (listed) return hosts.length > 1 ? { problem: changed(host, hosts) } : place
  return hosts.includes(host) ? { ...place, host } : { problem: changed(target.name, hosts) }
}

function changed(name: string, hosts: readonly string[]): string {
  return `${name} leads to ${hosts.join(', ') || 'no host'} now, which is not what it led to when the run started. Nothing was sent. Start a new run for the hosts it has now.`
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

interface PlaceAtStart {
  profile: string
  summary: string
  hosts?: string[]
}

/** The hosts of a profile that a target leads to, unless the runbook lists its own. */
function several(profile: Profile, listed: readonly string[]): { hosts: string[] } | undefined {
  if (profile.kind !== 'ssh' || profile.hosts.length < 2 || listed.length > 1) return undefined
  return { hosts: [...profile.hosts] }
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
  connections?: Record<string, PlaceAtStart>
} {
  const { environment, connections: mapped = {} } = chosen
  for (const name of Object.keys(mapped)) {
    if (!targets.some((target) => target.name === name))
      throw new ContractError('no-target', `The runbook has no target called “${name}”.`)
  }
  const places: Record<string, PlaceAtStart> = {}
  for (const { name, kind, connection, hosts } of targets) {
    const profile = mapped[name] ?? connection
    const place = resolvePlace(environment, kind, profile, connections)
    // A target that leads nowhere may not be needed; whether to start is the person's decision, after the preflight.
    if ('problem' in place) {
      if (mapped[name] !== undefined) throw new ContractError('no-profile', place.problem)
      continue
    }
    if (place.profile !== undefined)
      places[name] = {
        profile,
        summary: profileSummary(place.profile),
        ...several(place.profile, profile === connection ? hosts : []),
      }
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

/** In a guide nothing names targets; this laptop can always be chosen. */
export function localTarget(
  name: string,
): { name: string; kind: 'local'; connection: string; hosts: string[] } | undefined {
  return name === 'laptop' || name === 'local'
    ? { name, kind: 'local', connection: 'local', hosts: [] }
    : undefined
}
