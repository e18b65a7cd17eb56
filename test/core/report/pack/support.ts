import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildPack, type PackContents } from '../../../../main/core/report/pack/build.ts'
import type { AuditPack, PackDeleted, PackRun } from '../../../../main/core/report/pack/pack.ts'
import { packRun } from '../../../../main/core/report/pack/pack-run.ts'
import { Collector } from '../../../../main/core/report/collect.ts'
import { runEventSchema, type RunEvent } from '../../../../main/core/run/events.ts'
import { EPOCH } from '../../run/support/play.ts'

/** Packs of the histories there are, and of whatever else a test wants in them. */

const ROOT = join(import.meta.dirname, '../../../fixtures/histories/v1')
export const HISTORIES = readdirSync(ROOT).filter((name) => name.endsWith('.jsonl'))

export function history(name: string): readonly RunEvent[] {
  return readFileSync(join(ROOT, name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const content: unknown = JSON.parse(line)
      if (typeof content !== 'object') throw new Error('not an event')
      const hash = createHash('sha256').update(line, 'utf8').digest('hex')
      return runEventSchema.parse({ ...content, hash })
    })
}

/** A run of a pack. Those of the histories have one name, so each gets its own. */
export function runOf(
  events: readonly RunEvent[],
  name: string,
  change: Partial<PackRun> = {},
): PackRun {
  const collector = new Collector()
  for (const event of events) collector.add(event)
  const collected = collector.collected()
  if (collected === undefined) throw new Error('No run.')
  const made = packRun(collected, {
    membership: 'began',
    now: EPOCH + 3_600_000,
    open: false,
    verification: {
      ok: true,
      events: events.length,
      outputs: 1,
      problems: [],
      checkpoints: 1,
      signedUpTo: events.length,
      witnesses: 0,
    },
  })
  return { ...made, run: name, ...change }
}

export const everyHistory = (): readonly PackRun[] =>
  HISTORIES.map((name) => runOf(history(name), name.replace('.jsonl', '')))

export const tombstone = (change: Partial<PackDeleted> = {}): PackDeleted => ({
  run: 'run-gone',
  membership: 'began',
  title: 'Gone',
  kind: 'failover',
  mode: 'live',
  status: 'aborted',
  runbook: '1'.repeat(64),
  started: EPOCH,
  ended: EPOCH + 1000,
  events: 12,
  head: '2'.repeat(64),
  deleted: EPOCH + 2000,
  by: 'Ada',
  reason: 'retention',
  signed: true,
  ...change,
})

export const sha256 = (text: string): string =>
  createHash('sha256').update(text, 'utf8').digest('hex')

export function packOf(contents: Partial<PackContents>): AuditPack {
  return buildPack(
    {
      period: { from: EPOCH - 1000, to: EPOCH + 86_400_000 },
      zone: 'Europe/Berlin',
      madeAt: EPOCH + 2 * 86_400_000,
      madeBy: 'Eve',
      version: '0.1.0',
      device: 'device-1',
      runs: [],
      deleted: [],
      unreadable: [],
      problems: [],
      ...contents,
    },
    sha256,
  )
}

export async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let all = ''
  for await (const piece of pieces) all += piece
  return all
}
