import type { Duplex } from 'node:stream'
import type { FileFacts } from '../core/files/transfer.ts'
import type { CertificateFacts } from '../core/certificate/expectation.ts'
import type { Environment, Profile, SecretSource, SshProfile } from '../core/connection/profile.ts'
import type { Diagnostic, TargetKind } from '../core/runbook/model.ts'
import type {
  Outcome,
  BlobReference,
  EventBody,
  HttpFacts,
  RedisFacts,
  RunEvent,
} from '../core/run/events.ts'
import type { PlanBlock } from '../core/run/plan.ts'
import type { SqlFacts } from '../core/run/sql-facts.ts'
import type { Probe, ProbeStage } from '../contract/connections.ts'
import type { CheckpointStore, DeviceKeyRegister, StoredTombstone } from './evidence/ports.ts'
import type { Answer, Question } from '../contract/prompts.ts'
import type { ProgramWait } from '../core/connection/waiting.ts'
import type { RunSummary, SearchHit, Settings, Trust } from '../contract/requests.ts'

export type { Exports, FileOrder, FileWritten } from './export-ports.ts'
export type {
  Bundles,
  CheckpointStore,
  DeviceKey,
  DeviceKeyRegister,
  DeviceKeys,
  KeyKeeper,
  SignatureChecks,
  Signer,
  StoredCheckpoint,
  StoredTombstone,
  TimestampService,
} from './evidence/ports.ts'

/** What the engine needs from the world. Each port is the smallest thing that serves it; `hosts/compose.ts` fills them. */

export interface Clock {
  /** Epoch milliseconds. */
  wall(): number
  /** Milliseconds that never go back within this process. */
  mono(): number
}

/** What is known of an event before the log numbers and chains it. */
export interface Append {
  readonly run: string
  readonly actor: string
  readonly body: EventBody
}

/**
 * The durable log. One writer; `append` returns only when the events would survive a power cut.
 * Everything is synchronous: better-sqlite3 is, and durability must come before the effect.
 */
export interface EventLog {
  /** Numbers, times, chains and stores the events of one run in one transaction. Throws when nothing was stored. */
  append(run: string, actor: string, bodies: readonly EventBody[]): readonly RunEvent[]
  read(run: string, after: number, limit: number): readonly RunEvent[]
  /** The exact stored bytes of each event, in order. */
  readStored(
    run: string,
    after: number,
    limit: number,
  ): readonly { seq: number; bytes: Uint8Array; hash: string }[]
}

export interface RunIndex {
  list(limit: number, before?: number): readonly RunSummary[]
  get(run: string): RunSummary | undefined
  /** Replaces the summary of a run; part of no transaction, rebuilt from events when lost. */
  put(summary: RunSummary): void
  /** Ids of runs that are neither finished nor aborted. */
  unfinished(): readonly string[]
  search(query: string, limit: number): readonly SearchHit[]
  indexText(entry: {
    readonly run: string
    readonly where: 'run' | 'note' | 'output'
    readonly step?: string
    readonly block?: string
    readonly text: string
  }): void
}

/** Which runs there are, for whoever has to be sure that none is missing. */
export interface PopulationSource {
  /** Every run that has a beginning in the log, with when that was; undefined where it cannot be read. */
  begun(): readonly { readonly run: string; readonly at?: number }[]
  /** Runs that something is left of though their beginning is gone and no tombstone says why. */
  traces(): readonly string[]
}

/** A blob as it was written, with the SHA-256 of its bytes alone, which stands in no event: it gives short output away. */
export interface WrittenBlob extends BlobReference {
  readonly content: string
}

/** Where output goes while it is produced: a file that grows and, at the end, becomes a blob. */
export interface BlobWriter {
  /**
   * Appends. Resolves when the writer is ready for more, which is the back-pressure the producer must honour;
   * rejects when the disk refuses, with what was refused said in the error.
   */
  write(bytes: Uint8Array): Promise<void>
  /** Bytes accepted so far. */
  readonly bytes: number
  /**
   * Flushes to disk, gives the blob its name. The blob is shorter than `bytes` when the disk refused the end of it. When
   * it rejects, the output is still in the spool and may be finished again, or recovered later.
   */
  finish(): Promise<WrittenBlob>
  /** Gives up and removes the file. */
  discard(): Promise<void>
}

/**
 * A blob that counts only once an event names it. What is not kept is gone: by `discard`, which may also come after
 * `finish`, or at the next opening of the data folder, however the program ended.
 */
export interface PendingBlob extends BlobWriter {
  /** An event names it now. */
  keep(): void
}

export interface BlobStore {
  createPending(run: string): PendingBlob
  /** `label` says what it is for (`<block>#<attempt>:stdout`): it survives a crash and comes back from `recover`. */
  create(run: string, label: string): BlobWriter
  /** A whole small value as a blob, durable when it returns. */
  put(run: string, bytes: Uint8Array): WrittenBlob
  /** Throws when the blob is not there (redacted or lost), saying which. */
  read(run: string, sha256: string, offset: number, length: number): Promise<Uint8Array>
  size(run: string, sha256: string): number | undefined
  /** The random bytes that stand before its own under its name. Undefined where the blob was taken out. */
  salt(run: string, sha256: string): Uint8Array | undefined
  /** Checks the stored bytes against their name, in bounded memory. */
  check(run: string, sha256: string): Promise<'ok' | 'missing' | 'different'>
  /** Turns what a crash left half written into blobs, each with the label its writer was created with. */
  recover(run: string): Promise<readonly { readonly label: string; readonly blob: WrittenBlob }[]>
}

export interface TrustStore {
  get(path: string, sha256: string): Trust
  trust(path: string, sha256: string): void
}

export interface SettingsStore {
  get(): Settings
  set(change: { readonly [K in keyof Settings]?: Settings[K] | undefined }): Settings
  /** Single files added to the library. */
  files(): readonly string[]
  addFile(path: string): void
}

/** All stores of one data folder. */
export interface Store {
  readonly log: EventLog
  readonly runs: RunIndex
  readonly population: PopulationSource
  readonly blobs: BlobStore
  readonly trust: TrustStore
  readonly settings: SettingsStore
  /**
   * Takes blobs of a run off the disk for good, with their salts and what the search knew of them. Doing it again does no
   * harm.
   */
  erase(run: string, names: readonly string[]): void
  /** Runs that were deleted whole, oldest first. */
  tombstones(): readonly StoredTombstone[]
  /** Deletes a run with all that belongs to it; only the note stays. */
  remove(run: string, tombstone: StoredTombstone): void
  readonly checkpoints: CheckpointStore
  readonly deviceKeys: DeviceKeyRegister
  readonly device: string
  /** Why nothing can be written, when this is a read-only view. */
  readonly readOnly: string | undefined
  close(): void
}

/** Where a running block's bytes go. Both promises are the back-pressure. */
export interface OutputSink {
  stdout(bytes: Uint8Array): Promise<void>
  stderr(bytes: Uint8Array): Promise<void>
  /** How far a file is. Only shown: nothing waits for it. */
  progress?(done: number, total: number | undefined): void
}

export interface ExecutionRequest {
  readonly block: PlanBlock
  /** The exact text to send: the block's code, or its edited form. */
  readonly text: string
  /** The connection name of the target (`local` for this laptop; base URL for http). */
  readonly connection: string
  /** The profile behind `connection` in the run's environment. Undefined: this laptop without a profile. */
  readonly profile?: Profile
  readonly environment?: string
  /** One host of a fan-out, as it stands in the profile's `hosts`. Undefined: its first. */
  readonly host?: string
  /** The folder of the runbook, absolute: relative paths of files in it start there. */
  readonly runbookFolder?: string
  /** Identifies the run, for things that outlive a block: live shells, database clients. */
  readonly run: string
  /** For a block of a session: something of the session ran before in this run, perhaps in an earlier process. */
  readonly continuesSession?: boolean
  /** Inputs and captures, secrets included. */
  readonly values: Readonly<Record<string, string>>
  /** Undefined: no limit. */
  readonly timeoutMs?: number
  /** Where a shell starts on this laptop, absolute. Undefined: the person's home. */
  readonly folder?: string
  readonly columns: number
  readonly rows: number
}

export interface ExecutionResult {
  readonly outcome: Outcome
  /** What counts for `max=`, where it began later than the execution: a person was asked for a secret before. */
  readonly durationMs?: number
  /** What a person should know beside the outcome: a process left in the background, a new shell. */
  readonly notice?: string
  readonly http?: HttpFacts
  readonly redis?: RedisFacts
  readonly sql?: SqlFacts
  readonly certificate?: CertificateFacts
  readonly files?: FileFacts
  /** Where output is made for people: what expectations of data see instead of it (JSON), and what a capture keeps. */
  readonly data?: {
    readonly json?: string
    /** What `exact`, `contains` and `regex` see, where the output has more than the answer. */
    readonly plain?: string
    readonly text?: string
  }
}

/** A started execution. */
export interface Execution {
  /** Never rejects: whatever went wrong is an outcome. Resolves after the last byte was handed to the sink. */
  readonly result: Promise<ExecutionResult>
  /** One rung of the ladder. `abandon` makes `result` resolve as unknown at once. */
  stop(rung: 'interrupt' | 'terminate' | 'kill' | 'abandon'): void
  /** Present when it has a terminal. */
  readonly terminal?: {
    write(bytes: Uint8Array): void
    resize(columns: number, rows: number): void
  }
}

/** One way to execute blocks. It is chosen by the kind of target and the block's executor kind. */
export interface Executor {
  /** Whether it can execute this; the text of why not is shown as it is. */
  accepts(request: { readonly block: PlanBlock; readonly targetKind: string }): true | string
  start(request: ExecutionRequest, sink: OutputSink): Execution
  /** Kinds of profile that `probe` can try. */
  readonly probes?: readonly Profile['kind'][]
  /** Tries a connection of one of these kinds and says what happened at each stage. Never rejects. */
  probe?(request: ProbeRequest, onStage: (stage: ProbeStage) => void): Promise<Probe>
  /** An interactive terminal on the target, where this executor has such a thing. */
  openTerminal?(
    request: {
      readonly run: string
      readonly connection: string
      readonly profile?: Profile
      readonly environment?: string
      readonly host?: string
      readonly columns: number
      readonly rows: number
    },
    sink: OutputSink,
  ): Execution
  /** Closes what a run kept open (live shells, clients). */
  closeRun(run: string): Promise<void>
}

export type { Probe, ProbeStage }
export type ProbeStageName = ProbeStage['name']

export interface ProbeRequest {
  readonly profile: Profile
  readonly environment: string | undefined
  readonly signal: AbortSignal
  /** Told when a person or a program is asked for something, and when that is over: it is not the server's time. */
  readonly onWaiting?: OnWaiting
}

/** Calls come in pairs; what is asked for in parallel has a pair each. */
export type OnWaiting = (waiting: boolean) => void

/** The user's environments and profiles. */
export interface Connections {
  /** As the file stands now; what is wrong in it comes as diagnostics. */
  load(): {
    readonly file: string
    readonly environments: readonly Environment[]
    readonly diagnostics: readonly Diagnostic[]
  }
  /**
   * The profile a name leads to. A name without a profile is a URL for http, and for ssh an alias of the person's own
   * ssh configuration; otherwise `problem` says what to add and where.
   */
  resolve(
    environment: string | undefined,
    kind: TargetKind,
    name: string,
  ):
    | { readonly profile: Profile | undefined; readonly production: boolean }
    | { readonly problem: string }
  /** Adds or replaces a profile; comments and order of the file survive. Throws in words when it cannot. */
  save(environment: string, profile: Profile, replaces?: string): void
  remove(environment: string, profile: string): void
  saveEnvironment(environment: { readonly name: string; readonly production: boolean }): void
  /** Calls back when the file was changed beside the program, until the function it returns is called. */
  watch?(changed: () => void): () => void
  /** Takes over the environments of a team's file. Profiles of the same name are replaced only when told to. */
  import(
    path: string,
    replace: boolean,
  ): { readonly added: number; readonly kept: readonly string[] }
}

/** What a secret is for, so that a person who is asked knows what to type. */
export interface SecretPurpose {
  readonly environment: string | undefined
  readonly profile: string
  /** `password of deploy@db-1`, `passphrase of ~/.ssh/id_ed25519`. */
  readonly label: string
  readonly run?: string
}

export interface Secrets {
  /** The secret, or in words why there is none (the person declined, the command failed). Never rejects. */
  get(
    source: SecretSource,
    purpose: SecretPurpose,
    /** The connection does not want it any more: a question that nobody else waits for is taken back. */
    signal?: AbortSignal,
  ): Promise<{ readonly value: string } | { readonly problem: string }>
  /** What is in memory already, for whoever may not ask anybody. */
  remembered?(source: SecretSource, purpose: SecretPurpose): string | undefined
  /** The server refused this one: it is not offered again, and asked for anew. */
  refuse(source: SecretSource, purpose: SecretPurpose): void
  /** A value that came another way (a prompt of the server): it is redacted from now on. */
  learn(value: string): void
  /** Everything known, to be redacted from what is stored, shown, exported or logged. */
  values(): readonly string[]
}

/** Secrets, and where people put them. */
export interface SecretStore extends Secrets {
  /** The operating system's keychain, or why it cannot be used here. */
  keychain(): Promise<
    | {
        store(name: string, value: string): Promise<void>
        remove(name: string): Promise<void>
      }
    | { readonly unusable: string }
  >
}

export type { Answer, Question }

/** Asks the people at the windows; the first answer counts. Never rejects. */
export interface Prompter {
  ask(question: Question, signal?: AbortSignal): Promise<Answer>
  /** Says to them that a program is waited for, until the function it returns is called. */
  waits?(wait: ProgramWait): () => void
}

/** Streams through an ssh target, for databases behind a bastion. No port is opened on this laptop. */
export interface Tunnels {
  open(request: {
    readonly via: SshProfile
    readonly environment: string | undefined
    readonly run: string | undefined
    readonly host: string
    readonly port: number
    readonly signal?: AbortSignal
    readonly onWaiting?: OnWaiting
  }): Promise<Duplex>
}

/** Hashing and randomness, which the core takes as arguments. */
export interface Crypto {
  sha256(bytes: Uint8Array): string
  randomId(): string
}
