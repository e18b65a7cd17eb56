import type { DeviceKey, DeviceKeyRegister } from '../engine/ports.ts'
import { reading, writing, type Access } from './access.ts'

interface KeyRow {
  readonly line: string
  readonly keeper: string
  readonly made_at: number
  readonly retired_at: number | null
  readonly endorsement: Buffer | null
}

/** The public keys of this device, those it no longer signs with too. */
export function createDeviceKeyRegister(access: Access): DeviceKeyRegister {
  const { database } = access
  const all = database.prepare<[], KeyRow>(
    'select line, keeper, made_at, retired_at, endorsement from device_key',
  )
  const insert = database.prepare<[string, string, number, Buffer | null]>(
    'insert or ignore into device_key (line, keeper, made_at, endorsement) values (?, ?, ?, ?)',
  )
  const retire = database.prepare<[number, string]>(
    'update device_key set retired_at = ? where line = ? and retired_at is null',
  )
  return {
    list: () =>
      reading(access, 'The keys of this device could not be read', () => all.all())
        .map(keyOf)
        .toSorted((left, right) => left.madeAt - right.madeAt),
    add({ line, keeper, madeAt, endorsement }, replaces) {
      writing(access, 'The key of this device could not be recorded', () => {
        const statement = endorsement === undefined ? null : Buffer.from(endorsement, 'utf8')
        insert.run(line, keeper, madeAt, statement)
        if (replaces !== undefined) retire.run(madeAt, replaces)
      })
    },
  }
}

function keyOf({ line, keeper, made_at, retired_at, endorsement }: KeyRow): DeviceKey {
  return {
    line,
    keeper: keeper === 'keychain' ? 'keychain' : 'file',
    madeAt: made_at,
    ...(retired_at !== null && { retiredAt: retired_at }),
    ...(endorsement !== null && { endorsement: endorsement.toString('utf8') }),
  }
}
