import {
  ContractError,
  isRequestName,
  requestFrameSchema,
  type ServerFrame,
} from '../contract/frames.ts'
import { pushes, type Push } from '../contract/pushes.ts'
import {
  requests,
  type RequestHandlers,
  type RequestName,
  type RequestParams,
  type RequestResult,
} from '../contract/requests.ts'
import { redactText } from '../core/evidence/redact.ts'
import { Attachments } from './attachments/attachments.ts'
import { createHandlers } from './handlers.ts'
import { Library } from './library.ts'
import type { Client, EngineOptions, RequestContext } from './options.ts'
import { Probing } from './probing.ts'
import { Runs } from './runs.ts'
import { targetStatePush } from './target-states.ts'

export type { Client, EngineOptions } from './options.ts'

export interface Connection {
  /** Checks the parameters, performs, checks the result. Rejects with `ContractError`. */
  request<N extends RequestName>(name: N, params: RequestParams<N>): Promise<RequestResult<N>>
  /** For transports: a frame in, the frame that answers it out. Never rejects. */
  handle(frame: unknown): Promise<ServerFrame>
  close(): void
}

export interface Engine {
  connect(client: Client): Connection
  /** Runs with a block or a terminal in flight, for a host that wants to ask before it closes. */
  busy(): readonly string[]
  /** An orderly end: see `RunSession.close`. The store is closed by whoever opened it. */
  close(): Promise<void>
}

/** How often a read-only view looks for what the writer added. */
const READ_ONLY_POLL_MS = 1_000

export function createEngine(options: EngineOptions): Engine {
  const clients = new Map<Client, Set<string>>()

  function send(client: Client, push: Push): void {
    // Our own mistake must not reach a window as a broken payload.
    pushes[push.push].parse(push.data)
    client.push(push)
  }

  options.prompts.serve({
    count: () => [...clients.keys()].filter(({ answers }) => answers !== false).length,
    push: (push) => {
      for (const client of clients.keys()) send(client, push)
    },
  })
  const library = new Library({
    folders: options.folders,
    settings: options.store.settings,
    trust: options.store.trust,
    runs: options.store.runs,
    crypto: options.crypto,
  })
  const probing = new Probing(options.connections, options.executors, (text) =>
    redactText(text, options.secrets.values()),
  )
  const runs = new Runs(options, {
    toAll: (push) => {
      for (const client of clients.keys()) send(client, push)
    },
    toFollowers: (run, push) => {
      for (const [client, followed] of clients) if (followed.has(run)) send(client, push)
    },
    attach: (stream) => {
      for (const [client, followed] of clients) {
        if (followed.has(stream.description.run))
          stream.attach(client, (push) => send(client, push))
      }
    },
  })

  const attachments = new Attachments(options, runs)
  const handlers: RequestHandlers<RequestContext> = createHandlers({
    options,
    library,
    probing,
    runs,
    attachments,
    toAll: (push) => {
      for (const client of clients.keys()) send(client, push)
    },
  })

  const stopWatching = options.connections.watch?.(() => {
    for (const client of clients.keys()) send(client, { push: 'connections.changed', data: {} })
  })

  const stopTelling = options.transports?.watch((state) => {
    const push = targetStatePush(state, runs)
    for (const [client, followed] of clients) if (followed.has(state.run)) send(client, push)
  })

  const poll =
    options.store.readOnly === undefined
      ? undefined
      : setInterval(() => {
          const followed = new Set([...clients.values()].flatMap((names) => [...names]))
          for (const run of followed) runs.pushNewEvents(run)
        }, READ_ONLY_POLL_MS)
  poll?.unref()

  async function perform<N extends RequestName>(
    name: N,
    params: unknown,
    context: RequestContext,
  ): Promise<RequestResult<N>> {
    const checked = requests[name].params.safeParse(params)
    if (!checked.success) {
      throw new ContractError('bad-request', `${name}: ${explain(checked.error.issues)}`)
    }
    // The handlers table is keyed by the same names as the schemas; the pairing is what its mapped type proves.
    const handler: (params: never, context: RequestContext) => unknown = handlers[name]
    const result: unknown = await Reflect.apply(handler, handlers, [checked.data, context])
    return parseResult(name, result)
  }

  return {
    connect(client) {
      const followed = new Set<string>()
      clients.set(client, followed)
      const trouble = runs.troubles.message
      if (trouble !== undefined)
        send(client, { push: 'engine.trouble', data: { message: trouble } })
      const context: RequestContext = {
        client,
        follow: (run, follow) => {
          if (follow) {
            followed.add(run)
            for (const state of options.transports?.statesOf(run) ?? [])
              send(client, targetStatePush(state, runs))
            if (options.store.readOnly !== undefined) runs.watch(run)
            for (const stream of runs.streamsOf(run))
              stream.attach(client, (push) => send(client, push))
          } else {
            followed.delete(run)
            for (const stream of runs.streamsOf(run)) stream.detach(client)
          }
        },
      }
      const connection: Connection = {
        request: (name, params) => perform(name, params, context),
        async handle(frame) {
          const parsed = requestFrameSchema.safeParse(frame)
          if (!parsed.success) {
            return { id: -1, error: { code: 'bad-frame', message: 'This is not a request frame.' } }
          }
          const { id, method, params } = parsed.data
          if (!isRequestName(method)) {
            return {
              id,
              error: { code: 'unknown-method', message: `There is no request “${method}”.` },
            }
          }
          try {
            return { id, result: await perform(method, params, context) }
          } catch (error) {
            return { id, error: failureOf(error) }
          }
        },
        close() {
          clients.delete(client)
          probing.release(client)
          attachments.release(client)
          for (const run of followed)
            for (const stream of runs.streamsOf(run)) stream.detach(client)
        },
      }
      return connection
    },
    busy: () => runs.busy(),
    async close() {
      stopWatching?.()
      stopTelling?.()
      clearInterval(poll)
      options.prompts.close()
      await attachments.close()
      await runs.close()
    },
  }
}

function parseResult<N extends RequestName>(name: N, result: unknown): RequestResult<N>
function parseResult(name: RequestName, result: unknown): unknown {
  const checked = requests[name].result.safeParse(result)
  if (checked.success) return checked.data
  throw new ContractError(
    'bad-result',
    `Muster made a wrong answer to ${name}: ${explain(checked.error.issues)}`,
  )
}

/** At which member, and what was expected there. */
function explain(
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): string {
  return issues
    .slice(0, 3)
    .map(({ path, message }) =>
      path.length === 0 ? message : `at ${path.map(String).join('.')}: ${message}`,
    )
    .join('; ')
}

function failureOf(error: unknown): { code: string; message: string } {
  if (error instanceof ContractError) return { code: error.code, message: error.message }
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) }
}
