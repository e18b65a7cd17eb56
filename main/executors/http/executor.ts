import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { TLSSocket } from 'node:tls'
import type { HttpFacts, Outcome } from '../../core/run/events.ts'
import type {
  Execution,
  ExecutionRequest,
  ExecutionResult,
  Executor,
  OutputSink,
} from '../../engine/ports.ts'
import { failureOutcome } from './failures.ts'
import { readRequest, type RequestText } from './request-text.ts'

/** HTTP blocks: one request, no redirects followed (a redirect is an answer), every phase timed. */

const DAY_MS = 86_400_000
const AGENT = 'muster'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
type Phases = Mutable<HttpFacts['phases']>

function headersOf(response: IncomingMessage): [string, string][] {
  const pairs: [string, string][] = []
  for (let index = 0; index + 1 < response.rawHeaders.length; index += 2) {
    pairs.push([response.rawHeaders[index] ?? '', response.rawHeaders[index + 1] ?? ''])
  }
  return pairs
}

function nameOf(subject: unknown): string {
  if (typeof subject !== 'object' || subject === null) return ''
  return Object.entries(subject)
    .map(([key, value]) => `${key}=${Array.isArray(value) ? value.join('+') : String(value)}`)
    .join(', ')
}

function tlsFacts(socket: unknown): HttpFacts['tls'] {
  if (!(socket instanceof TLSSocket)) return undefined
  const certificate = socket.getPeerCertificate()
  if (!certificate.valid_to) return undefined
  const validTo = new Date(certificate.valid_to)
  return {
    protocol: socket.getProtocol() ?? '',
    subject: nameOf(certificate.subject),
    issuer: nameOf(certificate.issuer),
    validTo: validTo.toISOString(),
    daysLeft: Math.floor((validTo.getTime() - Date.now()) / DAY_MS),
  }
}

class Exchange implements Execution {
  readonly result: Promise<ExecutionResult>
  readonly #sink: OutputSink
  readonly #phases: Phases = {}
  #request: ClientRequest | undefined
  #resolve: (result: ExecutionResult) => void = () => undefined
  #timer: NodeJS.Timeout | undefined
  #sent = false
  #stopped = false
  #facts: HttpFacts | undefined

  constructor(request: ExecutionRequest, sink: OutputSink) {
    this.#sink = sink
    this.result = new Promise((resolve) => {
      this.#resolve = resolve
    })
    let text: RequestText
    try {
      text = readRequest(request.text, request.connection, request.values)
    } catch (error) {
      this.#settle({
        kind: 'not-started',
        detail: error instanceof Error ? error.message : String(error),
      })
      return
    }
    if (request.timeoutMs !== undefined) {
      const afterMs = request.timeoutMs
      this.#timer = setTimeout(() => {
        this.#settle({ kind: 'timed-out', afterMs })
        this.#request?.destroy()
      }, afterMs)
    }
    this.#send(text)
  }

  stop(rung: 'interrupt' | 'terminate' | 'kill' | 'abandon'): void {
    this.#stopped = true
    this.#settle(
      rung === 'abandon'
        ? { kind: 'unknown', detail: 'It was abandoned before the answer was complete.' }
        : { kind: 'cancelled' },
    )
    this.#request?.destroy()
  }

  #send(text: RequestText): void {
    const startedAt = performance.now()
    let last = startedAt
    const lap = (): number => {
      const now = performance.now()
      const duration = Math.round(now - last)
      last = now
      return duration
    }
    const open = text.url.protocol === 'https:' ? httpsRequest : httpRequest
    const headers: Record<string, string> = { 'User-Agent': AGENT }
    for (const [name, value] of text.headers) headers[name] = value
    const bodyBytes = Buffer.from(text.body, 'utf8')
    let outgoing: ClientRequest
    try {
      outgoing = open(text.url, {
        method: text.method,
        headers:
          bodyBytes.length > 0
            ? { ...headers, 'Content-Length': String(bodyBytes.length) }
            : headers,
        agent: false,
      })
    } catch (error) {
      this.#settle({
        kind: 'not-started',
        detail: error instanceof Error ? error.message : String(error),
      })
      return
    }
    this.#request = outgoing
    outgoing.once('socket', (socket) => {
      socket.once('lookup', () => {
        this.#phases.lookup = lap()
      })
      socket.once('connect', () => {
        this.#phases.connect = lap()
        if (text.url.protocol === 'http:') this.#sent = true
      })
      socket.once('secureConnect', () => {
        this.#phases.tls = lap()
        this.#sent = true
      })
    })
    outgoing.once('response', (response) => {
      this.#phases.firstByte = lap()
      void this.#receive(response, lap)
    })
    outgoing.once('error', (error) => this.#settle(failureOutcome(error, this.#sent)))
    outgoing.end(bodyBytes)
  }

  async #receive(response: IncomingMessage, lap: () => number): Promise<void> {
    const status = response.statusCode ?? 0
    const tls = tlsFacts(response.socket)
    this.#facts = {
      status,
      headers: headersOf(response),
      phases: this.#phases,
      ...(tls && { tls }),
    }
    try {
      for await (const chunk of response) {
        if (chunk instanceof Uint8Array) await this.#sink.stdout(chunk)
      }
    } catch (error) {
      if (!this.#stopped)
        this.#settle({
          kind: 'disconnected',
          detail: `The answer broke off: ${error instanceof Error ? error.message : String(error)}`,
        })
      return
    }
    this.#phases.body = lap()
    this.#settle(
      response.complete
        ? { kind: 'responded', status }
        : { kind: 'disconnected', detail: 'The answer broke off before its end.' },
    )
  }

  #settle(outcome: Outcome): void {
    clearTimeout(this.#timer)
    this.#resolve({ outcome, ...(this.#facts && { http: this.#facts }) })
  }
}

/** Runs http blocks against targets of kind http. */
export function createHttpExecutor(): Executor {
  return {
    accepts({ block, targetKind }) {
      if (targetKind !== 'http') return `HTTP on a ${targetKind} target needs a connection.`
      return block.executor === 'http' ? true : `${block.language} does not run on an http target.`
    },
    start: (request, sink) => new Exchange(request, sink),
    closeRun: () => Promise.resolve(),
  }
}
