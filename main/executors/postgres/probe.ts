import type { PostgresProfile } from '../../core/connection/profile.ts'
import type { Probe, ProbeRequest, ProbeStage } from '../../engine/ports.ts'
import { DialError } from '../network/sockets.ts'
import { probing } from '../network/stages.ts'
import { openSession } from './open.ts'
import type { Session, SessionRequest } from './session.ts'
import { hostText } from './wire.ts'

/** Tries a connection to PostgreSQL: a query, and what kind of server answered it. */

async function describe(session: Session): Promise<string> {
  try {
    const { rows } = await session.client.query<{ standby: string; reading: string }>(
      "select pg_is_in_recovery()::text as standby, current_setting('default_transaction_read_only') as reading",
    )
    const standby = rows[0]?.standby === 'true'
    const reading = rows[0]?.reading === 'on'
    return `PostgreSQL ${session.version}, ${standby ? 'a standby' : 'a primary'}${reading ? ', read-only' : ''}`
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new DialError(
      `${hostText(session.host)} answered the first query with an error: ${message}.`,
    )
  }
}

export function probePostgres(
  { environment, signal }: ProbeRequest,
  profile: PostgresProfile,
  ports: SessionRequest['ports'],
  onStage: (stage: ProbeStage) => void,
): Promise<Probe> {
  return probing(onStage, profile.name, async (stages) => {
    const session = await openSession({
      profile,
      environment,
      run: undefined,
      ports,
      signal,
      stages,
    })
    try {
      const place = hostText(session.host)
      const found = await stages.run(
        'first-query',
        place,
        () => describe(session),
        (text) => text,
      )
      return `${place} answered: ${found}.`
    } finally {
      session.close()
    }
  })
}
