import { expect, it } from 'vitest'
import { Troubles } from '../../main/engine/troubles.ts'

it('says the newest of what stands, and each source takes back only its own', () => {
  const told: (string | undefined)[] = []
  const troubles = new Troubles((message) => told.push(message))
  const disk = {}
  const key = {}
  troubles.report(key)
  expect(told).toEqual([])
  troubles.report(disk, 'the disk is full')
  troubles.report(disk, 'the disk is full')
  expect(told).toEqual(['the disk is full'])
  troubles.report(key, 'not signed')
  troubles.report(disk)
  expect(troubles.message).toBe('not signed')
  expect(told).toEqual(['the disk is full', 'not signed'])
  troubles.report(disk, 'full again')
  troubles.report(disk)
  troubles.report(key)
  expect(troubles.message).toBeUndefined()
  expect(told.slice(2)).toEqual(['full again', 'not signed', undefined])
})
