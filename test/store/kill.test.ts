import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { ChainVerifier } from '../../main/core/evidence/chain.ts'
import { startChild } from './support/children.ts'
import { opened, temporaryPath } from './support/folders.ts'
import { hashText } from './support/samples.ts'

const TRIALS = 40
const BLOB_TRIALS = 12

it(
  'no acknowledged event is lost when the writer is killed at any moment, and the chain verifies',
  { timeout: 180_000 },
  async () => {
    const folder = temporaryPath()
    let appended = 0
    for (let trial = 0; trial < TRIALS; trial++) {
      const child = startChild('appender', [folder])
      await child.next()
      // From the first acknowledgement on, at a moment nobody chose.
      await delay(Math.random() * 25)
      child.process.kill('SIGKILL')
      expect(await child.ended).toBe('SIGKILL')
      const acknowledged = Math.max(...child.lines.map(Number))

      const store = opened(folder)
      const verifier = new ChainVerifier('r1', hashText)
      for (const { bytes, hash } of store.log.readStored('r1', 0, 1_000_000)) {
        verifier.add(Buffer.from(bytes).toString('utf8'), hash)
      }
      const report = verifier.report()
      expect(report.problems).toEqual([])
      expect(report.events).toBeGreaterThanOrEqual(acknowledged)
      // The list knows about the last event, though the kill may have come before the list was written.
      expect(store.runs.list(10)).toMatchObject([{ run: 'r1', events: report.events }])
      expect(store.runs.unfinished()).toEqual(['r1'])
      expect(report.events).toBeGreaterThan(appended)
      appended = report.events
      store.close()
    }
    expect(appended).toBeGreaterThan(TRIALS)
  },
)

it(
  'no acknowledged output is lost when the writer is killed at any moment, and all that was begun is accounted for',
  { timeout: 180_000 },
  async () => {
    const folder = temporaryPath()
    const blobs = new Set<string>()
    let recoveredInAll = 0
    for (let trial = 0; trial < BLOB_TRIALS; trial++) {
      const child = startChild('recorder', [folder])
      // However slow the machine is, it gets a little further in each trial, and is then killed anywhere.
      for (let line = 0; line <= trial % 8; line++) await child.next()
      await delay(Math.random() * 20)
      child.process.kill('SIGKILL')
      expect(await child.ended).toBe('SIGKILL')
      const said = (kind: string): string[] =>
        child.lines
          .filter((line) => line.startsWith(kind))
          .map((line) => line.slice(kind.length + 1))
      for (const name of said('blob')) blobs.add(name)

      const store = opened(folder)
      const recovered = await store.blobs.recover('r1')
      expect(await store.blobs.recover('r1')).toEqual(recovered)
      expect(readdirSync(join(folder, 'spool', 'r1'))).toEqual([])
      for (const { blob, label } of recovered) {
        expect(await store.blobs.check('r1', blob.sha256)).toBe('ok')
        expect(label).not.toBe('')
      }
      // What an event refers to was not given back as unclaimed.
      const events = store.log.read('r1', 0, 1_000_000)
      const referred = events.flatMap((event) =>
        event.type === 'terminal.closed' ? [event.data.stdout?.sha256 ?? ''] : [],
      )
      expect(recovered.filter(({ blob }) => referred.includes(blob.sha256))).toEqual([])
      expect(referred).toEqual(expect.arrayContaining(said('event')))
      for (const name of referred) expect(await store.blobs.check('r1', name)).toBe('ok')
      recoveredInAll = recovered.length
      store.close()
    }
    const store = opened(folder)
    for (const name of blobs) expect(await store.blobs.check('r1', name)).toBe('ok')
    expect(blobs.size).toBeGreaterThan(BLOB_TRIALS)
    expect(recoveredInAll).toBeGreaterThan(0)
  },
)
