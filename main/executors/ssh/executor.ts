import type { Profile, SshProfile } from '../../core/connection/profile.ts'
import type { Execution, Executor, ProbeStage } from '../../engine/ports.ts'
import type { Transport, TransportRequest, Transports } from '../../engine/transport.ts'
import { Sessions } from '../lanes/sessions.ts'
import { remoteShell } from './bootstrap.ts'
import { connectionProblem, startRemote } from './lane.ts'
import { openRemoteShell } from './remote-seat.ts'
import { startShell } from './shell-lane.ts'
import { startTransfer } from './transfer-lane.ts'
import { shortened } from '../../core/shortened.ts'

/** What this executor needs beyond transports: trying one without keeping it. */
export interface SshTransports extends Transports {
  probe(request: TransportRequest, onStage: (stage: ProbeStage) => void): Promise<Transport>
}

/** Runs bash and sh blocks on hosts: targets of kind `ssh`. */
export function createSshExecutor(transports: SshTransports): Executor {
  const sessions = new Sessions(
    async ({ profile, environment, run, host, columns, rows }, signal) => {
      const ssh = sshProfile(profile)
      if (typeof ssh === 'string') return ssh
      const connect = connecting(transports, ssh, { environment, run, host })
      return await openRemoteShell(() => connect(signal), { columns, rows })
    },
  )
  return {
    probes: ['ssh'],
    accepts({ block, targetKind }) {
      if (targetKind !== 'ssh') return `SSH does not reach a ${targetKind} target.`
      if (block.executor !== 'shell' && block.executor !== 'files')
        return `A ${block.language} block cannot be run on an ssh target. Give the block a ${block.executor === 'sql' ? 'postgres' : block.executor} target, which can go through the same host with “via”.`
      return true
    },
    start(request, sink) {
      const { block, profile, environment, run, host, values, timeoutMs, columns, rows } = request
      const ssh = sshProfile(profile)
      if (typeof ssh === 'string') return refused(ssh)
      if (block.session !== undefined) return sessions.start(block.session, request, sink)
      const connect = connecting(transports, ssh, { environment, run, host })
      const where = host ?? ssh.hosts[0] ?? ssh.name
      if (block.verb === 'upload' || block.verb === 'download')
        return startTransfer(
          {
            verb: block.verb,
            text: request.text,
            values,
            folder: request.runbookFolder,
            connect,
            where,
            timeoutMs,
          },
          sink,
        )
      if (block.verb === 'terminal' && request.text.trim() === '')
        return startShell({ connect, where, columns, rows }, sink)
      return startRemote(
        {
          connect,
          where,
          shell: remoteShell(block.language),
          text: request.text,
          values,
          timeoutMs,
          pty: block.pty || block.verb === 'terminal' ? { columns, rows } : undefined,
        },
        sink,
      )
    },
    openTerminal({ run, profile, environment, host, columns, rows }, sink) {
      const ssh = sshProfile(profile)
      if (typeof ssh === 'string') return refused(ssh)
      return startShell(
        {
          connect: connecting(transports, ssh, { environment, run, host }),
          where: host ?? ssh.name,
          columns,
          rows,
        },
        sink,
      )
    },
    async probe({ profile, environment, signal, onWaiting }, onStage) {
      const stages: ProbeStage[] = []
      const told = (stage: ProbeStage): void => {
        stages.push(stage)
        onStage(stage)
      }
      const ssh = sshProfile(profile)
      if (typeof ssh === 'string') return { ok: false, stages, summary: ssh }
      try {
        for (const host of ssh.hosts) {
          const request = { profile: ssh, host, environment, run: undefined, signal }
          const waiting = onWaiting === undefined ? {} : { onWaiting }
          const transport = await transports.probe({ ...request, ...waiting }, told)
          told(await firstCommand(transport, host))
          await transport.close()
        }
        const ok = stages.every((stage) => stage.ok)
        const summary = ok
          ? `${ssh.hosts.join(', ')} ${ssh.hosts.length === 1 ? 'answers' : 'answer'}.`
          : (stages.find((stage) => !stage.ok)?.detail ?? 'It did not answer.')
        return { ok, stages, summary }
      } catch (error) {
        return { ok: false, stages, summary: connectionProblem(error) }
      }
    },
    async closeRun(run) {
      await sessions.closeRun(run)
      await transports.closeRun(run)
    },
  }
}

/** The connection that a run keeps to a host: of the profile's hosts the first, unless one is named. */
function connecting(
  transports: Transports,
  profile: SshProfile,
  {
    host,
    ...where
  }: Pick<TransportRequest, 'environment' | 'run'> & {
    readonly host: string | undefined
  },
): (signal: AbortSignal) => Promise<Transport> {
  return (signal) =>
    transports.acquire({ profile, ...where, signal, ...(host !== undefined && { host }) })
}

function sshProfile(profile: Profile | undefined): SshProfile | string {
  if (profile?.kind === 'ssh') return profile
  return 'This target has no ssh profile.'
}

function refused(detail: string): Execution {
  return {
    result: Promise.resolve({ outcome: { kind: 'not-started', detail } }),
    stop: () => undefined,
  }
}

/** Whether commands can be run, and on what. */
async function firstCommand(transport: Transport, host: string): Promise<ProbeStage> {
  const startedAt = performance.now()
  const result = (ok: boolean, detail: string): ProbeStage => ({
    name: 'first-query',
    of: host,
    ok,
    detail,
    durationMs: Math.round(performance.now() - startedAt),
  })
  try {
    const channel = await transport.exec({ command: 'uname -srm' })
    const text: Buffer[] = []
    channel.stdout.on('data', (bytes: Buffer) => text.push(bytes))
    channel.stderr.resume()
    const [end] = await Promise.all([
      channel.end,
      new Promise((resolve) => channel.stdout.once('close', resolve)),
    ])
    const said = Buffer.concat(text).toString('utf8').trim()
    if (end.kind === 'lost') return result(false, `The connection was lost: ${end.detail}`)
    // An account without a shell lets one in, and answers whatever is asked with this.
    if (end.kind !== 'exited' || end.code !== 0)
      return result(
        false,
        `${host} lets one in, and does not run commands: “uname” ${end.kind === 'exited' ? `ended with code ${end.code}` : `was ended by ${end.signal}`}${said === '' ? '.' : `: ${shortened(said, 200)}`}`,
      )
    return result(
      true,
      `${said === '' ? 'answers' : shortened(said, 200)} (${transport.implementation}: ${transport.because})`,
    )
  } catch (error) {
    return result(false, connectionProblem(error))
  }
}
