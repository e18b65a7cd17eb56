import type { SshProfile } from '../../core/connection/profile.ts'
import type { OnWaiting, ProbeStage, Prompter, Secrets, Tunnels } from '../../engine/ports.ts'
import {
  TransportError,
  type Transport,
  type TransportRequest,
  type Transports,
  type TransportState,
  type TransportStates,
} from '../../engine/transport.ts'
import { resolveHost } from './config/resolve.ts'
import { KeptConnection, REAL_TIME, type Timing } from './kept.ts'
import { connectOpenSsh } from './openssh/transport.ts'
import type { ResolvedHost } from './resolved.ts'
import { connect, type ConnectContext } from './ssh2/connect.ts'
import { createSsh2Transport } from './ssh2/transport.ts'
import { unattended } from './unattended.ts'

/** Makes transports and keeps one for each host of a run. */

export interface SshParts {
  readonly secrets: Secrets
  readonly prompter: Prompter
  /** Undefined: the clock of this computer. */
  readonly timing?: Timing
}

interface Kept {
  readonly run: string
  readonly profile: string
  readonly environment: string | undefined
  readonly host: string
  readonly connection: KeptConnection
}

/** A pool that can also try a connection without keeping it, and tells what becomes of those it keeps. */
export interface TransportPool extends Transports, TransportStates {
  /** Connects, tells each stage, and closes again. Rejects with a `TransportError`. */
  probe(request: TransportRequest, onStage: (stage: ProbeStage) => void): Promise<Transport>
}

export function createTransports(parts: SshParts): TransportPool {
  const kept = new Map<string, Kept>()
  const watchers = new Set<(state: TransportState) => void>()

  async function open(
    request: TransportRequest,
    people: Pick<SshParts, 'secrets' | 'prompter'>,
    onStage?: (stage: ProbeStage) => void,
  ): Promise<Transport> {
    const { profile, environment, run, signal, onWaiting } = request
    const { secrets, prompter } = onWaiting === undefined ? people : telling(people, onWaiting)
    const host = await resolveHost(profile, hostOf(profile, request.host))
    const context = { profile, environment, run, secrets, prompter, signal, onStage }
    return await openBy(host, profile, context)
  }

  /** Without a person: what only a person could give ends it. */
  async function openAlone(request: TransportRequest): Promise<Transport> {
    const people = unattended(parts.secrets)
    try {
      return await open(request, people)
    } catch (error) {
      const needed = people.needed()
      if (needed === undefined) throw error
      throw new TransportError('declined', `It needs a person (${needed}); the next block asks.`)
    }
  }

  function keep(key: string, request: TransportRequest, run: string): Kept {
    const { profile, environment } = request
    const host = hostOf(profile, request.host)
    const entry: Kept = {
      run,
      profile: profile.name,
      environment,
      host,
      connection: new KeptConnection({
        timing: parts.timing ?? REAL_TIME,
        connect: (signal, attended) =>
          attended ? open({ ...request, signal }, parts) : openAlone({ ...request, signal }),
        changed(connection) {
          for (const watcher of watchers)
            watcher({ run, profile: profile.name, environment, host, connection })
        },
        forget() {
          if (kept.get(key) === entry) kept.delete(key)
        },
      }),
    }
    kept.set(key, entry)
    return entry
  }

  return {
    async acquire(request) {
      const { run, profile, environment, signal } = request
      if (run === undefined) return await open(request, parts)
      const key = JSON.stringify([run, environment, profile, hostOf(profile, request.host)])
      const { connection } = kept.get(key) ?? keep(key, request, run)
      return await connection.acquire(signal)
    },
    probe: (request, onStage) => open(request, parts, onStage),
    statesOf: (ofRun) =>
      [...kept.values()].flatMap(({ run, profile, environment, host, connection }) =>
        run === ofRun && connection.state !== undefined
          ? [{ run, profile, environment, host, connection: connection.state }]
          : [],
      ),
    watch(changed) {
      watchers.add(changed)
      return () => watchers.delete(changed)
    },
    async closeRun(run) {
      const ofRun = [...kept].filter(([, entry]) => entry.run === run)
      for (const [key] of ofRun) kept.delete(key)
      await Promise.all(ofRun.map(([, { connection }]) => connection.close()))
    },
  }
}

/** Tells when a person or a program is asked for something, and when that is over. */
function telling(
  { secrets, prompter }: Pick<SshParts, 'secrets' | 'prompter'>,
  onWaiting: OnWaiting,
): Pick<SshParts, 'secrets' | 'prompter'> {
  async function during<T>(asked: Promise<T>): Promise<T> {
    onWaiting(true)
    try {
      return await asked
    } finally {
      onWaiting(false)
    }
  }
  return {
    prompter: { ask: (question, signal) => during(prompter.ask(question, signal)) },
    secrets: {
      get: (source, purpose, signal) => during(secrets.get(source, purpose, signal)),
      refuse: (source, purpose) => secrets.refuse(source, purpose),
      learn: (value) => secrets.learn(value),
      values: () => secrets.values(),
    },
  }
}

function hostOf(profile: SshProfile, host: string | undefined): string {
  return host ?? profile.hosts[0] ?? profile.name
}

async function openBy(
  host: ResolvedHost,
  profile: SshProfile,
  context: ConnectContext,
): Promise<Transport> {
  if (profile.transport === 'openssh')
    return await connectOpenSsh(host, context, 'the profile asks for it')
  if (profile.transport !== 'ssh2' && host.needsOpenSsh !== undefined)
    return await connectOpenSsh(host, context, host.needsOpenSsh)
  const because = profile.transport === 'ssh2' ? 'the profile asks for it' : 'nothing needs OpenSSH'
  return createSsh2Transport(await connect(host, context), because)
}

/** Streams through ssh targets. */
export function createTunnels(transports: Transports): Tunnels {
  return {
    async open({ via, environment, run, host, port, signal, onWaiting }) {
      const transport = await transports.acquire({
        profile: via,
        environment,
        run,
        ...(signal !== undefined && { signal }),
        ...(onWaiting !== undefined && { onWaiting }),
      })
      const stream = await transport.forward(host, port)
      // Nobody else uses a connection that belongs to no run.
      if (run === undefined) stream.once('close', () => void transport.close())
      return stream
    },
  }
}
