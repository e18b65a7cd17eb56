import type { HttpProfile } from '../../core/connection/profile.ts'
import { secretOf, type NetworkPorts } from '../network/reach.ts'
import type { HttpRequest } from './request-text.ts'

/** What a profile adds to a request to show who asks. It goes to the profile's own origin and nowhere else. */

export interface CredentialOptions {
  readonly profile: HttpProfile | undefined
  readonly ports: NetworkPorts
  readonly environment: string | undefined
  readonly run: string | undefined
}

function purposeOf({ profile, environment, run }: CredentialOptions, what: string) {
  return {
    environment,
    profile: profile?.name ?? '',
    label: what,
    ...(run !== undefined && { run }),
  }
}

function sourceOf(options: CredentialOptions) {
  const { profile } = options
  if (profile?.bearer !== undefined)
    return { source: profile.bearer, purpose: purposeOf(options, `token for ${profile.url}`) }
  if (profile?.basic !== undefined)
    return {
      source: profile.basic.password,
      purpose: purposeOf(options, `password of ${profile.basic.user} at ${profile.url}`),
    }
  return undefined
}

/** The request with the profile's credentials, where it is for them. Rejects with a `DialError`. */
export async function withCredentials(
  request: HttpRequest,
  options: CredentialOptions,
): Promise<HttpRequest> {
  const { profile, ports } = options
  const found = sourceOf(options)
  if (profile === undefined || found === undefined) return request
  const isOwn = URL.canParse(profile.url) && new URL(profile.url).origin === request.url.origin
  const given = request.headers.some(([name]) => name.toLowerCase() === 'authorization')
  if (!isOwn || given) return request
  const secret = (await secretOf(found.source, found.purpose, ports)) ?? ''
  const value =
    profile.bearer !== undefined
      ? `Bearer ${Buffer.from(secret, 'utf8').toString('latin1')}`
      : `Basic ${Buffer.from(`${profile.basic?.user ?? ''}:${secret}`).toString('base64')}`
  return { ...request, headers: [...request.headers, ['Authorization', value]] }
}

/** The server did not take them: they are not offered again by themselves. */
export function refuseCredentials(options: CredentialOptions): void {
  const found = sourceOf(options)
  if (found !== undefined) options.ports.secrets?.refuse(found.source, found.purpose)
}
