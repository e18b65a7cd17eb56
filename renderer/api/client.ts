import { isPushName, serverFrameSchema } from '../../main/contract/frames.ts'
import { pushes, type PushData, type PushName } from '../../main/contract/pushes.ts'
import {
  requests,
  type RequestName,
  type RequestParams,
  type RequestResult,
} from '../../main/contract/requests.ts'
import type { Transport, TransportState } from './transport.ts'

/** Words for the person at the window, from the engine or about the connection to it. */
export class RequestError extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.name = 'RequestError'
    this.code = code
  }
}

export interface Client {
  /** Rejects with `RequestError`. A request that the connection swallowed is rejected when the connection is lost. */
  request<N extends RequestName>(name: N, params: RequestParams<N>): Promise<RequestResult<N>>
  /** Returns the way to stop listening. */
  on<N extends PushName>(name: N, handler: (data: PushData<N>) => void): () => void
  /** Called at once, then on every change. Returns the way to stop listening. */
  onState(handler: (state: TransportState) => void): () => void
}

interface Waiting {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: RequestError) => void
}

function checked<N extends RequestName>(name: N, result: unknown): RequestResult<N>
function checked(name: RequestName, result: unknown): unknown {
  const parsed = requests[name].result.safeParse(result)
  if (parsed.success) return parsed.data
  throw new RequestError(
    'bad-result',
    `The engine gave an answer to ${name} that this window does not understand.`,
  )
}

/** A client of the contract. Both directions are checked against its schemas. */
export function createClient(transport: Transport): Client {
  const waiting = new Map<number, Waiting>()
  const handlers = new Map<PushName, Set<(data: unknown) => void>>()
  const states = new Set<(state: TransportState) => void>()
  let state: TransportState = { connected: false }
  let nextId = 1

  transport.onState((next) => {
    state = next
    if (!next.connected) {
      for (const { reject } of waiting.values()) {
        reject(
          new RequestError('disconnected', next.message ?? 'The connection to the engine is lost.'),
        )
      }
      waiting.clear()
    }
    for (const handler of states) handler(next)
  })

  transport.onFrame((raw) => {
    const parsed = serverFrameSchema.safeParse(raw)
    if (!parsed.success) return
    const frame = parsed.data
    if ('push' in frame) {
      if (!isPushName(frame.push)) return
      for (const handler of handlers.get(frame.push) ?? []) handler(frame.data)
      return
    }
    const request = waiting.get(frame.id)
    waiting.delete(frame.id)
    if ('error' in frame) request?.reject(new RequestError(frame.error.code, frame.error.message))
    else request?.resolve(frame.result)
  })

  return {
    async request(name, params) {
      if (!state.connected) {
        throw new RequestError(
          'disconnected',
          state.message ?? 'There is no connection to the engine.',
        )
      }
      const checkedParams = requests[name].params.safeParse(params)
      if (!checkedParams.success) {
        const [issue] = checkedParams.error.issues
        throw new RequestError(
          'bad-params',
          `This cannot be asked of the engine: ${issue?.path.join('.') ?? name} ${issue?.message ?? ''}`.trim(),
        )
      }
      const id = nextId++
      const result = await new Promise<unknown>((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        transport.send({ id, method: name, params })
      })
      return checked(name, result)
    },
    on<N extends PushName>(name: N, handler: (data: PushData<N>) => void) {
      const wrapped = (data: unknown): void => {
        const parsed = pushes[name].safeParse(data)
        if (parsed.success) Reflect.apply(handler, undefined, [parsed.data])
      }
      const set = handlers.get(name) ?? new Set()
      set.add(wrapped)
      handlers.set(name, set)
      return () => set.delete(wrapped)
    },
    onState(handler) {
      states.add(handler)
      handler(state)
      return () => states.delete(handler)
    },
  }
}
