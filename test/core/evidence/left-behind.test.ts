import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { blobsOf, timingsOf } from '../../../main/core/evidence/blobs.ts'
import { quotedIn } from '../../../main/core/evidence/quoted.ts'
import {
  formatTombstone,
  parseTombstone,
  type Tombstone,
} from '../../../main/core/evidence/tombstone.ts'
import { runEventSchema, type RunEvent } from '../../../main/core/run/events.ts'

/** What is left when something is taken out of a record: what events quote, and tombstones. */

const HISTORIES = join(import.meta.dirname, '../../fixtures/histories/v1')

const events: readonly RunEvent[] = readdirSync(HISTORIES)
  .filter((name) => name.endsWith('.jsonl'))
  .flatMap((name) => readFileSync(join(HISTORIES, name), 'utf8').trimEnd().split('\n'))
  .map((line) => {
    const content: unknown = JSON.parse(line)
    if (typeof content !== 'object') throw new Error('not an event')
    const hash = createHash('sha256').update(line).digest('hex')
    return runEventSchema.parse({ ...content, hash })
  })

describe('what an event refers to, in every history', () => {
  it('is every blob that stands in its line', () => {
    let found = 0
    for (const event of events) {
      // What was collected is the output of its block, and named there.
      if (event.type === 'attachment.added' && event.data.source !== undefined) continue
      const text = JSON.stringify(event.data)
      const written = [
        ...text.matchAll(/\{"bytes":\d+,(?:"content":"\w+",)?"sha256":"(?<name>\w+)"/gu),
      ]
      const names = written.map(({ groups }) => groups?.['name'])
      found += names.length
      expect(new Set(blobsOf(event).map(({ sha256 }) => sha256)), text).toEqual(new Set(names))
    }
    expect(found).toBeGreaterThan(20)
  })

  it('is a timing only where it is one of them', () => {
    const timed = events.filter((event) => timingsOf(event).length > 0)
    expect(timed.length).toBeGreaterThan(5)
    for (const event of timed) {
      const names = blobsOf(event).map(({ sha256 }) => sha256)
      for (const timing of timingsOf(event)) expect(names).toContain(timing)
    }
  })

  it('is quoted by some of them, and they say by what', () => {
    const said = new Set(events.flatMap(quotedIn))
    expect([...said].some((words) => words.startsWith('the value that was kept as '))).toBe(true)
    expect(said).toContain('short replies of Redis')
    expect(said).toContain('what its expectations saw')
  })
})

describe('a tombstone', () => {
  const tombstone: Tombstone = {
    v: 1,
    run: 'run-1',
    device: 'device-1',
    events: 9,
    root: 'a'.repeat(64),
    head: 'b'.repeat(64),
    title: 'Fail over — “orders”',
    kind: 'failover',
    mode: 'live',
    phase: 'finished',
    startedAt: 1,
    endedAt: 2,
    runbook: 'c'.repeat(64),
    by: 'Ada',
    reason: 'two years\nhave passed',
    wall: 3,
  }

  it('is read as it was written', () => {
    const text = formatTombstone(tombstone)
    expect(text.split('\n')).toHaveLength(3)
    expect(parseTombstone(text)).toEqual(tombstone)
  })

  it('is none when it is written in any other way', () => {
    const text = formatTombstone(tombstone)
    for (const other of [
      '',
      text.trimEnd(),
      `${text}\n`,
      text.replace('"v":1', '"v":2'),
      text.replace('"by":', '"by" :'),
      text.replace('{', '{"more":1,'),
      text.replace('muster/tombstone', 'muster/device-key'),
    ])
      expect(parseTombstone(other), other).toBeUndefined()
  })
})
