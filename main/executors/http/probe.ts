import type { HttpProfile } from '../../core/connection/profile.ts'
import type { Probe, ProbeRequest, ProbeStage } from '../../engine/ports.ts'
import { failureWords } from '../network/failures.ts'
import { limited } from '../network/reach.ts'
import { DialError } from '../network/sockets.ts'
import { probing } from '../network/stages.ts'
import { dial, placeOf, type Dialled } from './dial.ts'
import type { ExchangeOptions } from './exchange.ts'
import { refuseCredentials, withCredentials } from './credentials.ts'
import { readRequest, type HttpRequest } from './request-text.ts'
import { sendRequest } from './send.ts'

/** Tries an HTTP profile: a HEAD of its base address. Any answer but a refusal shows that it is there. */

const LIMIT_MS = 10_000

export function probeHttp(
  { environment, signal }: ProbeRequest,
  profile: HttpProfile,
  options: ExchangeOptions,
  onStage: (stage: ProbeStage) => void,
): Promise<Probe> {
  return probing(onStage, profile.name, async (stages) => {
    const { ports } = options
    const credentials = { profile, ports, environment, run: undefined }
    const request = await withCredentials(readRequest('HEAD /', profile.url, {}), credentials)
    const place = placeOf(request.url)
    const limitMs = profile.connectTimeoutMs ?? LIMIT_MS
    const limit = limited(limitMs, signal, `${place} did not answer within ${limitMs / 1000} s.`)
    try {
      const dialled = await dial(
        {
          url: request.url,
          profile,
          foreign: false,
          ...options,
          environment,
          run: undefined,
          signal: limit.signal,
          onStage: ({ name, of, ok, detail, durationMs }) => {
            stages.add(name, of, ok, detail, durationMs)
          },
        },
        {},
      )
      try {
        const status = await stages.run(
          'first-query',
          place,
          async () => {
            const found = await statusOf(request, dialled, limit.signal)
            if (found !== 401 && found !== 407) return found
            refuseCredentials(credentials)
            throw new DialError(`${place} answered ${found}: ${refusalOf(profile, found)}`)
          },
          (found) => `HEAD ${request.url.pathname} answered ${found}`,
        )
        return `${place} answered ${status}.`
      } finally {
        dialled.socket.destroy()
      }
    } finally {
      limit.clear()
    }
  })
}

function refusalOf(profile: HttpProfile, status: number): string {
  if (status === 407) return 'the proxy wants credentials, or does not take those of the profile.'
  return profile.bearer === undefined && profile.basic === undefined
    ? 'it wants credentials, and the profile has none. Add “bearer” or “basic” to it.'
    : 'it does not take the credentials of the profile.'
}

/** The status of the answer. The signal destroys the connection, and its reason says why in words. */
async function statusOf(
  request: HttpRequest,
  dialled: Dialled,
  signal: AbortSignal,
): Promise<number> {
  const ended = (): void => {
    dialled.socket.destroy()
  }
  signal.addEventListener('abort', ended, { once: true })
  try {
    return (await sendRequest(request, dialled)).statusCode ?? 0
  } catch (error) {
    const reason: unknown = signal.reason
    throw signal.aborted && reason instanceof DialError
      ? reason
      : new DialError(failureWords(error, placeOf(request.url)))
  } finally {
    signal.removeEventListener('abort', ended)
  }
}
