import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { ChainVerifier } from '../../main/core/evidence/chain.ts'
import type { EventLog } from '../../main/engine/ports.ts'
import { StoreError } from '../../main/store/errors.ts'
import { opened, temporaryPath } from './support/folders.ts'
import { hashText, note, started } from './support/samples.ts'

function verify(log: EventLog, run: string) {
  const verifier = new ChainVerifier(run, hashText)
  for (const { bytes, hash } of log.readStored(run, 0, 1_000_000)) {
    verifier.add(Buffer.from(bytes).toString('utf8'), hash)
  }
  return verifier.report()
}

describe('the event log', () => {
  it('numbers, times and chains events, and gives back what it gave', () => {
    const { log, device } = opened(temporaryPath())
    const before = Date.now()
    const first = log.append('r1', 'Ann', [started('Drill'), note('one')])
    const second = log.append('r1', 'muster', [note('two')])
    const events = [...first, ...second]

    expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3])
    expect(events.map(({ actor }) => actor)).toEqual(['Ann', 'Ann', 'muster'])
    expect(events[0]?.prev).toBe('0'.repeat(64))
    expect(events[1]?.prev).toBe(events[0]?.hash)
    expect(events[2]?.prev).toBe(events[1]?.hash)
    for (const event of events) {
      expect(event.device).toBe(device)
      expect(event.boot).toBe(events[0]?.boot)
      expect(event.wall).toBeGreaterThanOrEqual(before)
      expect(Number.isInteger(event.mono)).toBe(true)
    }
    expect(log.read('r1', 0, 10)).toEqual(events)
    expect(log.read('r1', 1, 1)).toEqual([events[1]])
    expect(log.read('r1', 3, 10)).toEqual([])
    expect(verify(log, 'r1')).toEqual({ events: 3, head: events[2]?.hash, problems: [] })
  })

  it('stores the bytes that were hashed', () => {
    const { log } = opened(temporaryPath())
    const [event] = log.append('r1', 'Ann', [note('Größe 10 €, 障害')])
    const [stored] = log.readStored('r1', 0, 1)
    const text = Buffer.from(stored?.bytes ?? []).toString('utf8')
    expect(stored?.hash).toBe(event?.hash)
    expect(hashText(text)).toBe(event?.hash)
    expect(JSON.parse(text)).toEqual({ ...event, hash: undefined })
    expect(text).not.toContain('"hash"')
  })

  it('keeps runs apart', () => {
    const { log } = opened(temporaryPath())
    log.append('a', 'Ann', [note('1')])
    log.append('b', 'Ben', [note('1')])
    log.append('a', 'Ann', [note('2')])
    expect(log.read('a', 0, 10).map(({ seq }) => seq)).toEqual([1, 2])
    expect(log.read('b', 0, 10).map(({ seq }) => seq)).toEqual([1])
    expect(verify(log, 'a').problems).toEqual([])
    expect(verify(log, 'b').problems).toEqual([])
  })

  it('goes on in the same chain, as the same device, after the store was opened again', () => {
    const folder = temporaryPath()
    const one = opened(folder)
    const [first] = one.log.append('r1', 'Ann', [note('before')])
    one.close()
    const two = opened(folder)
    const [second] = two.log.append('r1', 'Ann', [note('after')])
    expect(second?.prev).toBe(first?.hash)
    expect(second?.device).toBe(first?.device)
    expect(second?.boot).not.toBe(first?.boot)
  })

  it('stores all of a batch or nothing, and takes no event that is not one', () => {
    const { log } = opened(temporaryPath())
    log.append('r1', 'Ann', [note('kept')])
    expect(() => log.append('r1', 'Ann', [note('good'), note('')])).toThrow(StoreError)
    expect(() => log.append('r1', '', [note('nobody')])).toThrow(StoreError)
    expect(() => log.append('r1', 'Ann', [note('half \uD800')])).toThrow(/surrogate/u)
    expect(() => log.append('../r1', 'Ann', [note('outside')])).toThrow(/cannot be the id/u)
    expect(log.read('r1', 0, 10)).toHaveLength(1)
    expect(log.append('r1', 'Ann', [note('next')])[0]?.seq).toBe(2)
  })

  it('leaves out members that are undefined, so that what it returns is what it stores', () => {
    const { log } = opened(temporaryPath())
    const events = log.append('r1', 'Ann', [{ type: 'run.paused', data: { reason: undefined } }])
    expect(events[0]?.data).toStrictEqual({})
    expect(log.read('r1', 0, 1)).toStrictEqual(events)
  })
})

describe('a log that somebody else changes', () => {
  function prepared(): { readonly folder: string; readonly raw: Database.Database } {
    const folder = temporaryPath()
    const store = opened(folder)
    store.log.append('r1', 'Ann', [note('one'), note('two'), note('three')])
    store.close()
    return { folder, raw: new Database(join(folder, 'muster.db')) }
  }

  it('refuses changes, removals, replacements and gaps in the database itself', () => {
    const { raw } = prepared()
    expect(() => raw.exec(`update event set hash = hash`)).toThrow(/never changed/u)
    expect(() => raw.exec(`update event set seq = 9 where seq = 3`)).toThrow(/never changed/u)
    expect(() => raw.exec(`delete from event where seq = 3`)).toThrow(/never removed/u)
    expect(() =>
      raw.exec(
        `insert or replace into event select run, seq, bytes, hash from event where seq = 3`,
      ),
    ).toThrow(/in order/u)
    expect(() =>
      raw.exec(`insert into event select run, 7, bytes, hash from event where seq = 3`),
    ).toThrow(/in order/u)
    expect(raw.prepare('select count(*) from event').pluck().get()).toBe(3)
    raw.close()
  })

  const forge = `drop trigger event_no_update; drop trigger event_no_delete;`
  it.each([
    [
      'other bytes',
      `update event set bytes = cast(replace(cast(bytes as text), 'two', 'TWO') as blob) where seq = 2`,
      2,
    ],
    ['another hash', `update event set hash = '${'a'.repeat(64)}' where seq = 2`, 2],
    ['an event taken out', `delete from event where seq = 2`, 3],
    ['an event moved', `update event set seq = 9 where seq = 2`, 3],
  ])('shows %s', (_name, change, seq) => {
    const { folder, raw } = prepared()
    raw.exec(forge)
    raw.exec(change)
    raw.close()
    const report = verify(opened(folder).log, 'r1')
    expect(report.problems.map((problem) => problem.seq)).toContain(seq)
  })

  it('shows a byte that was changed in the file', () => {
    const { folder, raw } = prepared()
    raw.pragma('wal_checkpoint(truncate)')
    raw.close()
    const path = join(folder, 'muster.db')
    const bytes = readFileSync(path)
    const at = bytes.indexOf('"text":"two"')
    expect(at).toBeGreaterThan(0)
    bytes[at + 8] = 'T'.charCodeAt(0)
    writeFileSync(path, bytes)
    const { log } = opened(folder)
    expect(verify(log, 'r1').problems.map(({ seq }) => seq)).toEqual([2, 3])
  })

  it('does not give an event that stands in the place of another', () => {
    const { folder, raw } = prepared()
    raw.exec(`${forge} update event set seq = 9 where seq = 2`)
    raw.close()
    const { log, runs } = opened(folder)
    expect(() => log.read('r1', 1, 10)).toThrow(/Event 9 of run r1 cannot be read/u)
    expect(runs.list(10)).toEqual([])
  })

  it('says in words that an event cannot be read', () => {
    const { folder, raw } = prepared()
    raw.exec(`${forge} update event set bytes = x'7b7d' where seq = 2`)
    raw.close()
    const { log } = opened(folder)
    expect(() => log.read('r1', 0, 10)).toThrow(/Event 2 of run r1 cannot be read/u)
    expect(log.read('r1', 0, 1)).toHaveLength(1)
  })
})
