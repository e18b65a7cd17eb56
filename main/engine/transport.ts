import type { Duplex, Readable, Writable } from 'node:stream'
import type { SshProfile } from '../core/connection/profile.ts'
import type { ConnectionState } from '../core/connection/state.ts'
import type { OnWaiting } from './ports.ts'

/**
 * What the engine's parts see of an SSH connection. Behind it stand the ssh2 library and the system's OpenSSH; both
 * pass the same tests. A transport belongs to one host of one run and is never used after it was lost.
 */

/** How something that ran over a transport ended. */
export type ChannelEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  /** The connection or the channel ended without a status: whether the command ended is not known. */
  | { readonly kind: 'lost'; readonly detail: string }

/** One command or shell on the other side. */
export interface Channel {
  readonly stdin: Writable
  readonly stdout: Readable
  /** Nothing with a PTY, where both are one. */
  readonly stderr: Readable
  /** How the command ended; its output may still be on its way. Never rejects. */
  readonly end: Promise<ChannelEnd>
  /** With a PTY only. */
  resize(columns: number, rows: number): void
  /** Gives the channel up at once; what ran on the other side may go on. */
  abandon(): void
}

export interface ExecRequest {
  /** Handed to the person's login shell on the other side, as ssh does. */
  readonly command: string
  readonly pty?: { readonly columns: number; readonly rows: number }
}

/** A file on the other side, over SFTP. */
export interface RemoteFiles {
  stat(
    path: string,
  ): Promise<
    { readonly bytes: number; readonly mode: number; readonly folder: boolean } | undefined
  >
  read(path: string): Readable
  /** Writes beside and renames when all bytes are there. */
  write(path: string, mode: number | undefined): Promise<RemoteWriter>
}

export interface RemoteWriter {
  /** Resolves when the bytes are on their way; a refusal of theirs comes with a later call, at last with `finish`. */
  write(bytes: Uint8Array): Promise<void>
  finish(): Promise<void>
  discard(): Promise<void>
}

export interface Transport {
  readonly implementation: 'ssh2' | 'openssh'
  /** Why this implementation was chosen, for a person. */
  readonly because: string
  /** Rejects with a `TransportError` when nothing was started on the other side. */
  exec(request: ExecRequest): Promise<Channel>
  /** The person's interactive login shell. */
  shell(size: { readonly columns: number; readonly rows: number }): Promise<Channel>
  /** A stream to a host and port as seen from the other side. */
  forward(host: string, port: number): Promise<Duplex>
  files(): Promise<RemoteFiles>
  /** Resolves with words when the connection is gone; undefined when it was closed in order. */
  readonly lost: Promise<string | undefined>
  close(): Promise<void>
}

/** A connection that could not be made. Nothing ran. */
export class TransportError extends Error {
  readonly code:
    | 'resolve'
    | 'connect'
    | 'host-key-unknown'
    | 'host-key-changed'
    | 'authenticate'
    | 'declined'
    | 'configuration'
    | 'channel'
    | 'cancelled'

  constructor(code: TransportError['code'], message: string) {
    super(message)
    this.name = 'TransportError'
    this.code = code
  }
}

export interface TransportRequest {
  readonly profile: SshProfile
  /** Which of the profile's hosts; absent: the first. */
  readonly host?: string
  readonly environment: string | undefined
  readonly run: string | undefined
  readonly signal?: AbortSignal
  readonly onWaiting?: OnWaiting
}

/** Makes and keeps connections: one per run and host, shared by its blocks, terminals and tunnels. */
export interface Transports {
  /** The connection, made when there is none. Rejects with a `TransportError`. */
  acquire(request: TransportRequest): Promise<Transport>
  closeRun(run: string): Promise<void>
}

/** What has become of one kept connection. */
export interface TransportState {
  readonly run: string
  /** The profile's name. */
  readonly profile: string
  readonly environment: string | undefined
  readonly host: string
  readonly connection: ConnectionState
}

/** Who wants to know how kept connections are. */
export interface TransportStates {
  statesOf(run: string): readonly TransportState[]
  /** Calls back at every change, until the function it returns is called. */
  watch(changed: (state: TransportState) => void): () => void
}
