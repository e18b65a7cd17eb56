import type { ProbeStage } from '../../engine/ports.ts'
import { limited } from '../network/reach.ts'
import { DialError } from '../network/sockets.ts'
import { Stages } from '../network/stages.ts'
import { start, StartupError, type Session, type SessionRequest } from './session.ts'
import { settingsOf, type Host, type Settings } from './settings.ts'
import { hostText, openWire } from './wire.ts'

/** Which host is tried when, and with what encryption: the order in which libpq tries them. */

/** Tries one host, with the ways of encryption that the mode allows, in its order. */
async function tryHost(
  request: SessionRequest,
  settings: Settings,
  host: Host,
  failed: ProbeStage[] = [],
  /** It is a second connection, whose password is known. */
  beside = false,
): Promise<Session> {
  const { profile, environment, run, ports, stages } = request
  const words = `${hostText(host)} did not answer within ${settings.connectTimeoutMs / 1000} s.`
  const limit = limited(settings.connectTimeoutMs, request.signal, words)
  const once = async (encrypted: 'plain' | 'tls' | 'tls-if-taken'): Promise<Session> => {
    const tell = ({ name, of, ok, detail, durationMs }: ProbeStage): void => {
      // The connection below two ways of encryption is told once.
      if (!stages.all.some((one) => one.ok && one.name === name && one.of === of))
        stages.add(name, of, ok, detail, durationMs)
    }
    // Where another way may follow, what was agreed in this one counts only when it led on.
    const certain = settings.sslMode !== 'allow' && settings.sslMode !== 'prefer'
    const trial = new Stages((stage) => {
      if (stage.ok && (certain || stage.name === 'connect')) tell(stage)
    })
    try {
      const wire = await openWire(
        {
          settings,
          host,
          ports,
          environment,
          run,
          via: profile.via,
          signal: limit.signal,
          stages: trial,
        },
        encrypted,
      )
      // A person may have to type a password, or a command to be run: that is not the server's time.
      if (profile.password !== undefined && !beside) limit.clear()
      const session = await start({ ...request, stages: trial }, settings, wire, limit.signal)
      trial.all.forEach(tell)
      return session
    } catch (error) {
      failed.push(...trial.all)
      throw error
    }
  }
  const again = async (
    first: 'plain' | 'tls-if-taken',
    second: 'plain' | 'tls',
  ): Promise<Session> => {
    try {
      return await once(first)
    } catch (error) {
      // Who was asked for a password and gave a wrong one is not asked on another line.
      if (request.signal.aborted || limit.signal.aborted) throw error
      if (error instanceof StartupError && error.asked) throw error
      if (first === 'plain' && !(error instanceof StartupError)) throw error
      try {
        return await once(second)
      } catch {
        throw error
      }
    }
  }
  try {
    switch (settings.sslMode) {
      case 'disable':
        return await once('plain')
      case 'allow':
        return await again('plain', 'tls')
      case 'prefer':
        return await again('tls-if-taken', 'plain')
      case 'require':
      case 'verify-ca':
      case 'verify-full':
        return await once('tls')
    }
  } finally {
    limit.clear()
  }
}

/** Why a server is not of the kind that was asked for; undefined when it is. */
async function unfit(session: Session): Promise<string | undefined> {
  const wanted = session.settings.targetSessionAttributes
  if (wanted === 'any') return undefined
  const { rows } = await session.client.query<{ standby: string; reading: string }>(
    "select pg_is_in_recovery()::text as standby, current_setting('transaction_read_only') as reading",
  )
  const standby = rows[0]?.standby === 'true'
  const reading = standby || rows[0]?.reading === 'on'
  const fits = {
    'read-write': !reading,
    'read-only': reading,
    primary: !standby,
    standby,
    'prefer-standby': standby,
  }[wanted]
  return fits
    ? undefined
    : `${hostText(session.host)} is ${standby ? 'a standby' : reading ? 'read-only' : 'a primary'}, and ${wanted} was asked for`
}

/** Connects and authenticates to the first host that fits. Rejects with a `DialError` in words. */
export async function openSession(request: SessionRequest): Promise<Session> {
  const settings = settingsOf(request.profile)
  const failures: string[] = []
  const failed: ProbeStage[] = []
  // What failed on the way to a success is no failure; where nothing succeeds everything tried is shown.
  const tell = (): void => {
    const { stages } = request
    for (const { name, of, ok, detail, durationMs } of failed) {
      const alike = stages.all.filter((one) => one.name === name && one.of === of && one.ok === ok)
      if (!alike.some((one) => ok || one.detail === detail))
        stages.add(name, of, ok, detail, durationMs)
    }
  }
  const passes = settings.targetSessionAttributes === 'prefer-standby' ? [true, false] : [true]
  for (const choosy of passes) {
    for (const host of settings.hosts) {
      try {
        const session = await tryHost(request, settings, host, failed)
        const problem = choosy ? await unfit(session) : undefined
        if (problem === undefined) return session
        session.close()
        failures.push(`${problem}.`)
      } catch (error) {
        // An answer of the server about who we are holds for its siblings too.
        if ((error instanceof StartupError && error.asked) || request.signal.aborted) {
          tell()
          throw error
        }
        failures.push(error instanceof Error ? error.message : String(error))
      }
    }
  }
  tell()
  throw new DialError([...new Set(failures)].join(' '))
}

/** The same host again, for a second connection of the same kind. Its password is known, so nobody is waited for. */
export async function openBeside(session: Session, request: SessionRequest): Promise<Session> {
  return tryHost(request, session.settings, session.host, [], true)
}

/** Asks the server to cancel what a session runs, over a connection of its own and under the same rules of encryption. */
export async function cancelOf(session: Session, request: SessionRequest): Promise<void> {
  const { profile, environment, run, ports, stages } = request
  const limit = limited(
    session.settings.connectTimeoutMs,
    request.signal,
    'The server did not take the cancel request.',
  )
  try {
    const wire = await openWire(
      {
        settings: session.settings,
        host: session.host,
        ports,
        environment,
        run,
        via: profile.via,
        signal: limit.signal,
        stages,
      },
      session.wire.encrypted ? 'tls' : 'plain',
    )
    const message = Buffer.alloc(16)
    message.writeInt32BE(16, 0)
    message.writeInt32BE(80_877_102, 4)
    message.writeInt32BE(session.process.id, 8)
    message.writeInt32BE(session.process.key, 12)
    // The server closes when it has passed the request on.
    await new Promise<void>((resolve) => {
      wire.stream.once('close', () => resolve())
      wire.stream.on('error', () => wire.stream.destroy())
      limit.signal.addEventListener('abort', () => wire.stream.destroy(), { once: true })
      wire.stream.resume()
      wire.stream.end(message)
    })
  } finally {
    limit.clear()
  }
}
