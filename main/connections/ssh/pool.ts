import type { SshProfile } from '../../core/connection/profile.ts'
import type { ProbeStage, Prompter, Secrets, Tunnels } from '../../engine/ports.ts'
import { type Transport, type TransportRequest, type Transports } from '../../engine/transport.ts'
import { resolveHost } from './config/resolve.ts'
import { connectOpenSsh } from './openssh/transport.ts'
import type { ResolvedHost } from './resolved.ts'
import { connect, type ConnectContext } from './ssh2/connect.ts'
import { createSsh2Transport } from './ssh2/transport.ts'

/** Makes transports and keeps one for each host of a run. A lost one is replaced by the next who asks, never by itself. */

export interface SshParts {
  readonly secrets: Secrets
  readonly prompter: Prompter
}

interface Kept {
  readonly run: string
  readonly transport: Promise<Transport>
}

/** A pool that can also try a connection without keeping it. */
export interface TransportPool extends Transports {
  /** Connects, tells each stage, and closes again. Rejects with a `TransportError`. */
  probe(request: TransportRequest, onStage: (stage: ProbeStage) => void): Promise<Transport>
}

export function createTransports(parts: SshParts): TransportPool {
  const kept = new Map<string, Kept>()

  async function open(
    request: TransportRequest,
    onStage?: (stage: ProbeStage) => void,
  ): Promise<Transport> {
    const { profile, environment, run, signal } = request
    const host = await resolveHost(profile, hostOf(profile, request.host))
    const context: ConnectContext = { profile, environment, run, ...parts, signal, onStage }
    return await openBy(host, profile, context)
  }

  return {
    async acquire(request) {
      const { run, profile, environment } = request
      if (run === undefined) return await open(request)
      const key = JSON.stringify([run, environment, profile, hostOf(profile, request.host)])
      const present = kept.get(key)
      if (present !== undefined) return await present.transport
      const transport = open(request)
      const entry = { run, transport }
      kept.set(key, entry)
      const forget = (): void => {
        if (kept.get(key) === entry) kept.delete(key)
      }
      // A failure is for whoever asked; the next one tries again.
      transport.then(({ lost }) => lost.then(forget), forget)
      return await transport
    },
    probe: (request, onStage) => open(request, onStage),
    async closeRun(run) {
      const ofRun = [...kept].filter(([, entry]) => entry.run === run)
      for (const [key] of ofRun) kept.delete(key)
      await Promise.all(
        ofRun.map(async ([, { transport }]) => {
          const made = await transport.catch(() => undefined)
          await made?.close()
        }),
      )
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
    async open({ via, environment, run, host, port, signal }) {
      const transport = await transports.acquire({
        profile: via,
        environment,
        run,
        ...(signal !== undefined && { signal }),
      })
      const stream = await transport.forward(host, port)
      // Nobody else uses a connection that belongs to no run.
      if (run === undefined) stream.once('close', () => void transport.close())
      return stream
    },
  }
}
