import type { Profile } from '../core/connection/profile.ts'
import type { Probe } from '../contract/connections.ts'

/** Several places that are tried as one. */

/** How many are tried at the same time. */
const AT_ONCE = 16
/** How many hosts are named when several of a target were not reached. */
const SHOWN = 5

/** Does all jobs, so many at the same time as there may be. */
export async function atOnce(jobs: (() => Promise<void>)[]): Promise<void> {
  const work = async (): Promise<void> => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) await job()
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
}

/** A profile of several hosts as one of each. */
export function eachHost(profile: Profile): readonly Profile[] {
  return profile.kind === 'ssh'
    ? profile.hosts.map((host) => ({ ...profile, hosts: [host] }))
    : [profile]
}

/** The probes of one target's places as one: it is reached when each of them is. */
export function together(places: readonly Profile[], probes: readonly Probe[]): Probe {
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
