import type { Push } from '../contract/pushes.ts'
import type {
  Bundles,
  Clock,
  Connections,
  Crypto,
  DeviceKeys,
  Executor,
  Exports,
  SecretStore,
  SignatureChecks,
  Store,
  TimestampService,
} from './ports.ts'
import type { Prompts } from './prompts.ts'
import type { TransportStates } from './transport.ts'

/** A connected window, terminal or script: receives what it follows. */
export interface Client {
  push(push: Push): void
  /** false: there is nobody behind it who could answer a question. */
  readonly answers?: boolean
}

export interface EngineOptions {
  readonly store: Store
  /** Asked in this order; the first that accepts a block runs it. */
  readonly executors: readonly Executor[]
  readonly connections: Connections
  readonly prompts: Prompts
  /** How the connections of runs are; undefined: nobody is told. */
  readonly transports?: TransportStates
  readonly secrets: SecretStore
  readonly exports: Exports
  /** Checks bundles; undefined: none are taken. */
  readonly bundles?: Bundles
  /** Signs the checkpoints; undefined: nothing is signed. */
  readonly deviceKeys?: DeviceKeys
  /** Checks countersignatures; undefined: none are taken. */
  readonly signatures?: SignatureChecks
  /** Stamps the last checkpoint of each run. */
  readonly timestamps?: TimestampService
  /** How often an open run is signed, milliseconds; undefined: every five minutes. */
  readonly checkpointEveryMs?: number
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
