import { describe, expect, it } from 'vitest'
import type { RecordSource } from '../../../main/engine/export-source.ts'
import { bundle } from '../../../main/exports/bundle/write.ts'
import { bundleResources } from '../../../main/exports/bundle/resources.ts'
import { sessionsOf } from '../../../main/exports/cast/sessions.ts'
import { all } from '../../core/recording/support.ts'
import { block, exited, Play, planWith, starting, step } from '../../core/run/support/play.ts'
import { readCast } from './read.ts'

const MEGABYTE = 1024 * 1024
const BLOB = { sha256: 'a'.repeat(64), bytes: 1024 * MEGABYTE }

/** A run in which one block printed a gigabyte, which is made while it is read. */
function huge(): {
  readonly play: Play
  readonly record: RecordSource
  readonly read: () => number
} {
  let read = 0
  const piece = Buffer.alloc(MEGABYTE, 'abcdefg\n')
  const play = new Play()
    .must(starting(planWith(step('one', { blocks: [block('one/1')] }))))
    .must({ type: 'step.begin', step: 'one' })
    .must({ type: 'block.run', block: 'one/1' })
    .must({
      type: 'block.report',
      block: 'one/1',
      attempt: 1,
      outcome: { kind: 'exited', code: 0 },
      gates: [],
      durationMs: 5,
      stdout: BLOB,
    })
  const record: RecordSource = {
    run: 'run-1',
    runbook: '0'.repeat(64),
    lines: () => play.events.map(({ seq }) => ({ seq, bytes: Buffer.from('{}') })),
    checkpoints: () => [],
    keys: () => [],
    output: (sha256) =>
      sha256 !== BLOB.sha256
        ? undefined
        : {
            salt: Buffer.alloc(16),
            bytes: BLOB.bytes,
            async *read() {
              for (; read < 1024; read++) yield piece
            },
          },
  }
  return { play, record, read: () => read }
}

function sourceOf({ play, record }: ReturnType<typeof huge>): Parameters<typeof sessionsOf>[0] {
  return { events: () => play.events, record, report: { title: 'Plan' } }
}

describe('the sessions of a bundle', () => {
  it('do not double a gigabyte, and say where the rest is', async () => {
    const run = huge()
    const [session, ...more] = sessionsOf(sourceOf(run), 100)
    expect(more).toEqual([])
    if (session === undefined) throw new Error('There is none.')
    const cast = readCast((await all(session[1]())).join(''), 3)
    expect(cast.output.replaceAll('\r', '')).toHaveLength(64 * MEGABYTE)
    expect(cast.events.at(-2)).toEqual([
      expect.any(Number),
      'm',
      'The rest of the output, 1.01 GB, is not shown: it is in blobs/, under the name that the event has.',
    ])
    expect(cast.events.at(-1)?.slice(1)).toEqual(['x', '0'])
    expect(run.read()).toBeLessThan(66)
  })

  it('are never in memory as a whole', async () => {
    const run = huge()
    const before = process.memoryUsage().rss
    let bytes = 0
    for await (const piece of bundle(run.record, {
      resources: bundleResources(),
      reports: [],
      sessions: (last) => sessionsOf(sourceOf(run), last),
      signal: new AbortController().signal,
    }))
      bytes += piece.length
    expect(bytes).toBeGreaterThan(10_000)
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * MEGABYTE)
  })

  it('are those of the events that the bundle has, though the run goes on', () => {
    const run = huge()
    run.play
      .must({ type: 'block.run', block: 'one/1', reason: 'again' })
      .must(exited('one/1', 0, 2))
    expect(sessionsOf(sourceOf(run), 3)).toEqual([])
    expect(sessionsOf(sourceOf(run), 4)).toHaveLength(1)
  })
})
