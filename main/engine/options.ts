import type { Push } from '../contract/pushes.ts'
import type { Clock, Connections, Crypto, Executor, Store } from './ports.ts'

/** A connected window, terminal or script: receives what it follows. */
export interface Client {
  push(push: Push): void
}

export interface EngineOptions {
  readonly store: Store
  /** Asked in this order; the first that accepts a block runs it. */
  readonly executors: readonly Executor[]
  readonly connections: Connections
  readonly clock: Clock
  readonly crypto: Crypto
  readonly version: string
  readonly host: 'electron' | 'web' | 'cli'
  readonly data: string
  readonly user: string
  readonly hostname: string
  readonly platform: string
  /** Library folders that come with the program, absolute. */
  readonly folders: readonly string[]
}

/** What a request is performed for. */
export interface RequestContext {
  readonly client: Client
  readonly follow: (run: string, follow: boolean) => void
}
