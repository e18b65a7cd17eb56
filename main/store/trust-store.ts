import type { Clock, TrustStore } from '../engine/ports.ts'
import { reading, writing, type Access } from './access.ts'

/**
 * Which content of which file a person has accepted. Every accepted version stays accepted, so that going back to a
 * branch of yesterday does not ask again.
 */
export function createTrustStore(access: Access, clock: Clock): TrustStore {
  const { database } = access
  const exact = database
    .prepare<[string, string], number>('select 1 from trusted where path = ? and sha256 = ?')
    .pluck()
  const other = database
    .prepare<[string], number>('select 1 from trusted where path = ? limit 1')
    .pluck()
  const insert = database.prepare<[string, string, number]>(
    'insert or ignore into trusted (path, sha256, at) values (?, ?, ?)',
  )
  return {
    get(path, sha256) {
      return reading(access, 'Whether a runbook is trusted could not be read', () => {
        if (exact.get(path, sha256) !== undefined) return 'trusted'
        return other.get(path) === undefined ? 'new' : 'changed'
      })
    },
    trust(path, sha256) {
      writing(access, 'That the runbook is trusted could not be recorded', () =>
        insert.run(path, sha256, Math.round(clock.wall())),
      )
    },
  }
}
