import { request as openRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { HttpFacts, Outcome } from '../../core/run/events.ts'
import type {
  Execution,
  ExecutionRequest,
  ExecutionResult,
  OutputSink,
} from '../../engine/ports.ts'
import { failureWords } from '../network/failures.ts'
import { DialError } from '../network/sockets.ts'
import { dial, placeOf, stopwatch, type Phases } from './dial.ts'
import { RequestTextError } from './fill.ts'
import { readRequest, type HttpRequest } from './request-text.ts'

/** The longest time a timer can wait; it fires at once beyond that. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/**
 * One request and its answer. No redirect is followed: a redirect is an answer. Until the request was written the
 * failures are `not-started`; after that a missing or broken answer is `disconnected`, because the server may have acted.
 */
export class Exchange implements Execution {
  readonly result: Promise<ExecutionResult>
  readonly #sink: OutputSink
  readonly #authorities: readonly string[]
  readonly #abort = new AbortController()
  readonly #phases: Phases = {}
  #resolve: (result: ExecutionResult) => void = () => undefined
  #settled = false
  #timer: NodeJS.Timeout | undefined
  #socket: Socket | undefined
  #facts: HttpFacts | undefined
  #refused: string | undefined

  constructor(request: ExecutionRequest, sink: OutputSink, authorities: readonly string[]) {
    this.#sink = sink
    this.#authorities = authorities
    this.result = new Promise((resolve) => {
      this.#resolve = resolve
    })
    const { timeoutMs } = request
    if (timeoutMs !== undefined) {
      this.#timer = setTimeout(
        () => this.#end({ kind: 'timed-out', afterMs: Math.round(timeoutMs) }),
        Math.min(timeoutMs, LONGEST_TIMER_MS),
      )
    }
    void this.#run(request)
  }

  stop(rung: 'interrupt' | 'terminate' | 'kill' | 'abandon'): void {
    this.#end(
      rung === 'abandon'
        ? {
            kind: 'unknown',
            detail: 'It was given up on before the answer was complete. The server may have acted.',
          }
        : { kind: 'cancelled' },
    )
  }

  async #run(execution: ExecutionRequest): Promise<void> {
    let place = execution.connection
    let sent = false
    try {
      const request = readRequest(execution.text, execution.connection, execution.values)
      place = placeOf(request.url)
      const { socket, tls } = await dial({
        url: request.url,
        authorities: this.#authorities,
        phases: this.#phases,
        signal: this.#abort.signal,
      })
      this.#socket = socket
      if (this.#settled) {
        socket.destroy()
        return
      }
      sent = true
      await this.#exchange(request, socket, tls)
    } catch (error) {
      const known = error instanceof RequestTextError || error instanceof DialError
      const detail = known ? error.message : failureWords(error, place)
      this.#end(sent ? { kind: 'disconnected', detail } : { kind: 'not-started', detail })
    }
  }

  async #exchange(request: HttpRequest, socket: Socket, tls: HttpFacts['tls']): Promise<void> {
    const lap = stopwatch()
    const outgoing = openRequest({
      method: request.method,
      path: `${request.url.pathname}${request.url.search}`,
      headers: request.headers.flat(),
      createConnection: () => socket,
    })
    const response = await answerTo(outgoing, request.body)
    // What breaks from here on breaks the body, and is seen there.
    outgoing.on('error', () => undefined)
    this.#phases.firstByte = lap()
    const status = response.statusCode ?? 0
    this.#facts = {
      status,
      headers: pairs(response.rawHeaders),
      phases: this.#phases,
      ...(tls && { tls }),
    }
    let received = 0
    try {
      for await (const chunk of response) {
        if (this.#settled) return
        if (!(chunk instanceof Uint8Array)) continue
        received += chunk.length
        await this.#hand(chunk)
      }
    } catch (error) {
      throw new Error(brokenOff(response, received), { cause: error })
    }
    if (!response.complete) throw new Error(brokenOff(response, received))
    this.#phases.body = lap()
    this.#end({ kind: 'responded', status })
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
    this.#resolve({
      outcome,
      ...(this.#facts && { http: this.#facts }),
      ...(this.#refused !== undefined && {
        notice: `Some of the answer could not be recorded: ${this.#refused}`,
      }),
    })
  }
}

function answerTo(outgoing: ClientRequest, body: Uint8Array): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    outgoing.once('response', resolve)
    outgoing.once('error', reject)
    outgoing.end(body)
  })
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
