import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { CertificateFacts } from '../../core/certificate/expectation.ts'
import type { HttpProfile } from '../../core/connection/profile.ts'
import type { HttpFacts, Outcome } from '../../core/run/events.ts'
import type {
  Execution,
  ExecutionRequest,
  ExecutionResult,
  OutputSink,
} from '../../engine/ports.ts'
import { failureWords } from '../network/failures.ts'
import { limited, type NetworkPorts } from '../network/reach.ts'
import { DialError, placeText } from '../network/sockets.ts'
import { refuseCredentials, withCredentials, type CredentialOptions } from './credentials.ts'
import { dial, placeOf, stopwatch, type Dialled, type Phases } from './dial.ts'
import { RequestTextError } from './fill.ts'
import type { Variables } from './proxy.ts'
import { nextRequest, shownUrl, type Next } from './redirects.ts'
import { readRequest, type HttpRequest } from './request-text.ts'
import { sendRequest } from './send.ts'

/** The longest time a timer can wait; it fires at once beyond that. */
const LONGEST_TIMER_MS = 2 ** 31 - 1
/** RFC 9110, section 9.2.1; the others of it cannot be written here. */
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])
/** Without a limit in the profile, what the operating system allows counts. */
const NO_CONNECT_LIMIT_MS = LONGEST_TIMER_MS

export interface ExchangeOptions {
  readonly ports: NetworkPorts
  /** Where HTTPS_PROXY and its kind are looked for. */
  readonly variables: Variables
}

/**
 * One request and its answer. Redirects are followed only as far as the profile says, and only for what changes nothing.
 * Until the request was written the failures are `not-started`; after that a missing or broken answer is `disconnected`,
 * because the server may have acted.
 */
export class Exchange implements Execution {
  readonly result: Promise<ExecutionResult>
  readonly #sink: OutputSink
  readonly #options: ExchangeOptions
  readonly #profile: HttpProfile | undefined
  readonly #abort = new AbortController()
  readonly #redirects: NonNullable<HttpFacts['redirects']> = []
  readonly #notices: string[] = []
  #resolve: (result: ExecutionResult) => void = () => undefined
  #settled = false
  #sent = false
  /** The one that is being sent; a redirect makes another. */
  #request: HttpRequest | undefined
  #beganAt: number | undefined
  #timer: NodeJS.Timeout | undefined
  #socket: Duplex | undefined
  #facts: HttpFacts | undefined
  #certificate: CertificateFacts | undefined
  #refused: string | undefined

  constructor(request: ExecutionRequest, sink: OutputSink, options: ExchangeOptions) {
    this.#sink = sink
    this.#options = options
    this.#profile = request.profile?.kind === 'http' ? request.profile : undefined
    this.result = new Promise((resolve) => {
      this.#resolve = resolve
    })
    void this.#run(request)
  }

  /** Until the request was written nothing can have happened, however long it took. */
  #limit(timeoutMs: number | undefined, place: () => string): void {
    if (timeoutMs === undefined || this.#settled) return
    this.#timer = setTimeout(
      () =>
        this.#end(
          this.#sent
            ? { kind: 'timed-out', afterMs: Math.round(timeoutMs) }
            : {
                kind: 'not-started',
                detail: `${place()} could not be reached within ${timeoutMs / 1000} s. Nothing was sent.`,
              },
        ),
      Math.min(timeoutMs, LONGEST_TIMER_MS),
    )
  }

  /** Nothing that was sent can be taken back: only what changes nothing at the server is simply cancelled. */
  stop(rung: 'interrupt' | 'terminate' | 'kill' | 'abandon'): void {
    const { method } = this.#request ?? {}
    if (method === undefined || !this.#sent)
      return this.#end({
        kind: 'not-started',
        detail: 'It was stopped before anything was sent.',
      })
    if (rung !== 'abandon' && SAFE_METHODS.has(method)) return this.#end({ kind: 'cancelled' })
    const answered =
      this.#facts === undefined
        ? 'before an answer came'
        : `after the server had answered with status ${this.#facts.status}, before all of it was here`
    this.#end({
      kind: 'unknown',
      detail: SAFE_METHODS.has(method)
        ? `It was given up on ${answered}.`
        : `It was stopped ${answered}. The ${method} had been sent, and the server may have acted on it: look before sending it again.`,
    })
  }

  async #run(execution: ExecutionRequest): Promise<void> {
    let place = execution.connection
    try {
      const base = this.#profile?.url ?? execution.connection
      const credentials: CredentialOptions = {
        profile: this.#profile,
        ports: this.#options.ports,
        environment: execution.environment,
        run: execution.run,
      }
      let request = await withCredentials(
        readRequest(execution.text, base, execution.values),
        credentials,
      )
      // A person who was asked for a secret may have taken their time.
      this.#beganAt = performance.now()
      this.#limit(execution.timeoutMs, () => place)
      let foreign = this.#profile !== undefined && new URL(base).origin !== request.url.origin
      for (;;) {
        this.#request = request
        place = placeOf(request.url)
        const phases: Phases = {}
        const dialled = await this.#dial(request, foreign, execution, phases)
        if (this.#settled) {
          dialled.socket.destroy()
          return
        }
        this.#sent = true
        const next = await this.#exchange(request, dialled, phases)
        if (this.#facts?.status === 401 && !foreign) refuseCredentials(credentials)
        if (next.kind !== 'follow') return
        request = next.request
        foreign ||= next.foreign
      }
    } catch (error) {
      const known = error instanceof RequestTextError || error instanceof DialError
      if (error instanceof DialError) this.#certificate = error.certificate ?? this.#certificate
      const detail = known ? error.message : failureWords(error, place)
      const led = this.#redirects.at(-1)
      if (!this.#sent) this.#end({ kind: 'not-started', detail })
      else if (led === undefined) this.#end({ kind: 'disconnected', detail })
      else this.#end({ kind: 'disconnected', detail: `It was redirected to ${led.to}. ${detail}` })
    }
  }

  async #dial(
    request: HttpRequest,
    foreign: boolean,
    { environment, run }: ExecutionRequest,
    phases: Phases,
  ): Promise<Dialled> {
    const limitMs = this.#profile?.connectTimeoutMs
    const limit = limited(
      limitMs ?? NO_CONNECT_LIMIT_MS,
      this.#abort.signal,
      `${placeOf(request.url)} could not be reached within ${(limitMs ?? 0) / 1000} s.`,
    )
    try {
      const dialled = await dial(
        {
          url: request.url,
          profile: this.#profile,
          foreign,
          ...this.#options,
          environment,
          run,
          signal: limit.signal,
        },
        phases,
      )
      this.#socket = dialled.socket
      this.#certificate = dialled.certificate
      return dialled
    } finally {
      limit.clear()
    }
  }

  /** Sends a request. The block has ended with its answer, unless that leads to another request. */
  async #exchange(request: HttpRequest, dialled: Dialled, phases: Phases): Promise<Next> {
    const lap = stopwatch()
    const { url } = request
    const { proxy, socket, tls } = dialled
    const response = await sendRequest(request, dialled)
    phases.firstByte = lap()
    const status = response.statusCode ?? 0
    this.#facts = {
      status,
      headers: pairs(response.rawHeaders),
      phases,
      ...(tls && { tls }),
      ...(this.#redirects.length > 0 && { redirects: this.#redirects }),
      ...(proxy && { proxy: placeText(proxy) }),
    }
    const next = nextRequest(
      request,
      { status, location: response.headers.location },
      { count: this.#redirects.length, limit: this.#profile?.redirects ?? 0 },
    )
    if (next.kind === 'follow') {
      this.#redirects.push({ status, from: shownUrl(url), to: next.request.url.href })
      socket.destroy()
      return next
    }
    if (next.kind === 'stop') this.#notices.push(next.why)
    const capped = await this.#body(response)
    if (this.#settled) return { kind: 'none' }
    if (capped !== undefined) {
      this.#facts = { ...this.#facts, capped }
      this.#notices.push(
        `The answer is longer than ${capped} bytes, the profile's limit. The rest was not read.`,
      )
    }
    phases.body = lap()
    this.#end({ kind: 'responded', status })
    return { kind: 'none' }
  }

  /** Reads the body to its end, or to the profile's limit: then how many bytes were read. */
  async #body(response: IncomingMessage): Promise<number | undefined> {
    const limit = this.#profile?.maxBytes ?? Number.POSITIVE_INFINITY
    let received = 0
    try {
      for await (const chunk of response) {
        if (this.#settled) return undefined
        if (!(chunk instanceof Uint8Array)) continue
        const part = chunk.subarray(0, limit - received)
        received += part.length
        await this.#hand(part)
        if (part.length < chunk.length) return received
      }
    } catch (error) {
      throw new Error(brokenOff(response, received), { cause: error })
    }
    if (!response.complete) throw new Error(brokenOff(response, received))
    return undefined
  }

  async #hand(bytes: Uint8Array): Promise<void> {
    try {
      await this.#sink.stdout(bytes)
    } catch (error) {
      this.#refused ??= error instanceof Error ? error.message : String(error)
    }
  }

  #end(outcome: Outcome): void {
    if (this.#settled) return
    this.#settled = true
    clearTimeout(this.#timer)
    this.#abort.abort()
    this.#socket?.destroy()
    if (this.#refused !== undefined)
      this.#notices.push(`Some of the answer could not be recorded: ${this.#refused}`)
    const notice = this.#notices.join(' ')
    this.#resolve({
      outcome,
      ...(this.#beganAt !== undefined && {
        durationMs: Math.round(performance.now() - this.#beganAt),
      }),
      ...(this.#facts && { http: this.#facts }),
      ...(this.#certificate && { certificate: this.#certificate }),
      ...(notice !== '' && { notice }),
    })
  }
}

function brokenOff(response: IncomingMessage, received: number): string {
  const promised = response.headers['content-length']
  const part =
    promised === undefined ? `after ${received} bytes` : `at ${received} of ${promised} bytes`
  return `the answer (status ${response.statusCode ?? 0}) broke off ${part}.`
}

function pairs(raw: readonly string[]): [string, string][] {
  const headers: [string, string][] = []
  for (let index = 0; index + 1 < raw.length; index += 2)
    headers.push([raw[index] ?? '', raw[index + 1] ?? ''])
  return headers
}
