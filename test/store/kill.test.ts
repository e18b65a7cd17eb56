import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { ChainVerifier } from '../../main/core/evidence/chain.ts'
import { startChild } from './support/children.ts'
import { opened, temporaryPath } from './support/folders.ts'
import { hashText } from './support/samples.ts'

const TRIALS = 40

it(
  'no acknowledged event is lost when the writer is killed at any moment, and the chain verifies',
  { timeout: 60_000 },
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
