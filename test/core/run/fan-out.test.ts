import { describe, expect, it } from 'vitest'
import type { Command } from '../../../main/core/run/commands.ts'
import { batchesOf, worstOutcome } from '../../../main/core/run/fan-out.ts'
import {
  exited,
  HOSTS,
  hostExited,
  Play,
  sentToTheFirst,
  starting,
  withHosts,
  block,
  step,
} from './support/play.ts'

const TEN = Array.from({ length: 10 }, (_, index) => `h${index}`)
const sizes = (batches: readonly (readonly string[])[]): number[] =>
  batches.map((one) => one.length)

describe('batches', () => {
  it('all: one; rolling: one host at a time unless said; canary: a few, then the rest', () => {
    expect(batchesOf(TEN)).toEqual([TEN])
    expect(sizes(batchesOf(TEN, { kind: 'rolling', maxFailures: 0 }))).toEqual(Array(10).fill(1))
    expect(sizes(batchesOf(TEN, { kind: 'rolling', batch: { count: 4 }, maxFailures: 0 }))).toEqual(
      [4, 4, 2],
    )
    expect(
      sizes(batchesOf(TEN, { kind: 'rolling', batch: { percent: 25 }, maxFailures: 0 })),
    ).toEqual([2, 2, 2, 2, 2])
    expect(
      sizes(batchesOf(TEN, { kind: 'rolling', batch: { percent: 1 }, maxFailures: 0 })),
    ).toEqual(Array(10).fill(1))
    expect(sizes(batchesOf(TEN, { kind: 'canary', maxFailures: 0 }))).toEqual([1, 9])
    expect(batchesOf(TEN, { kind: 'rolling', batch: { count: 3 }, maxFailures: 0 }).flat()).toEqual(
      TEN,
    )
  })
})

describe('the outcome of all', () => {
  const passed = {
    host: 'a',
    status: 'passed',
    outcome: { kind: 'exited', code: 0 },
    passed: true,
  } as const
  const failed = {
    host: 'b',
    status: 'failed',
    outcome: { kind: 'exited', code: 2 },
    passed: false,
  } as const
  const unknown = {
    host: 'c',
    status: 'unknown',
    outcome: { kind: 'unknown', detail: 'cut' },
    passed: false,
  } as const
  const waiting = { host: 'd', status: 'waiting' } as const

  it('is the worst of any, and names whose it is', () => {
    expect(worstOutcome([passed, failed])).toEqual({ kind: 'exited', code: 2 })
    expect(worstOutcome([passed, unknown, failed])).toEqual({ kind: 'unknown', detail: 'c: cut' })
    expect(worstOutcome([passed, unknown, waiting])).toEqual({ kind: 'unknown', detail: 'c: cut' })
  })

  it('is no success while a host has had no turn', () => {
    expect(worstOutcome([passed, waiting])).toEqual({ kind: 'cancelled' })
    expect(worstOutcome([waiting])).toEqual({ kind: 'cancelled' })
  })
})

describe('a block on several hosts', () => {
  const statuses = (play: Play): (string | undefined)[] =>
    play.now.blocks['many/1']?.attempts.at(-1)?.hosts?.map(({ status }) => status) ?? []

  it('has not passed before every host has, also where the sum is reported as passed', () => {
    const play = sentToTheFirst('many/1')
    play.must(hostExited('many/1', 'web-1', 0)).must(exited('many/1', 0))
    expect(statuses(play)).toEqual(['passed', 'waiting', 'waiting'])
    expect(play.now.blocks['many/1']?.status).toBe('failed')
  })

  it('runs again only where it did not pass, and has passed when all have', () => {
    const play = sentToTheFirst('many/1')
    play
      .must({ type: 'block.batch', block: 'many/1', attempt: 1, hosts: ['web-2', 'web-3'] })
      .must(hostExited('many/1', 'web-1', 0))
      .must(hostExited('many/1', 'web-2', 1))
      .must(hostExited('many/1', 'web-3', 0))
      .must(exited('many/1', 1))
    expect(play.now.blocks['many/1']?.status).toBe('failed')
    play
      .must({ type: 'block.run', block: 'many/1', hosts: ['web-2'] })
      .must({ type: 'block.batch', block: 'many/1', attempt: 2, hosts: ['web-2'] })
      .must(hostExited('many/1', 'web-2', 0, 2))
      .must(exited('many/1', 0, 2))
    expect(play.now.blocks['many/1']?.status).toBe('passed')
    expect(play.now.steps['many']?.status).toBe('done')
  })

  it('after a crash the hosts of a started batch are unknown, and nothing was sent to the others', () => {
    const play = sentToTheFirst('many/1').must({
      type: 'run.reopen',
      after: 'crash',
      recovered: [],
    })
    expect(statuses(play)).toEqual(['unknown', 'waiting', 'waiting'])
    expect(play.now.blocks['many/1']?.status).toBe('unknown')
  })

  it('that a failure ended has failed: nothing of it is unknown', () => {
    const play = sentToTheFirst('many/1').must(hostExited('many/1', 'web-1', 1))
    play.must({
      type: 'block.report',
      block: 'many/1',
      attempt: 1,
      outcome: { kind: 'cancelled' },
      gates: [{ gate: 'outcome', passed: false, wanted: 'all of 3 hosts', seen: '0 passed' }],
      durationMs: 5,
    })
    expect(statuses(play)).toEqual(['failed', 'waiting', 'waiting'])
    expect(play.now.blocks['many/1']?.status).toBe('failed')
    play.must({ type: 'block.run', block: 'many/1' })
  })

  it('refuses a host it does not have, a second batch of the same, and one after it was stopped', () => {
    const play = sentToTheFirst('many/1')
    expect(
      play.ask({ type: 'block.batch', block: 'many/1', attempt: 1, hosts: ['web-1'] }),
    ).toMatchObject({ code: 'no-batch' })
    expect(
      play.ask({ type: 'block.stop', block: 'many/1', rung: 'kill', host: 'web-2' }),
    ).toMatchObject({ code: 'host-not-running' })
    play.must({ type: 'block.stop', block: 'many/1', rung: 'kill' })
    expect(
      play.ask({ type: 'block.batch', block: 'many/1', attempt: 1, hosts: ['web-2'] }),
    ).toMatchObject({ code: 'no-batch' })
    expect(play.ask(hostExited('many/1', 'web-2', 0))).toMatchObject({ code: 'host-not-running' })
    play.must(hostExited('many/1', 'web-1', 1)).must(exited('many/1', 1))
    expect(play.ask({ type: 'block.run', block: 'many/1', hosts: ['web-9'] })).toMatchObject({
      code: 'no-such-host',
    })
  })

  it('is no place for a terminal, a shared shell or a captured value', () => {
    for (const change of [
      { capture: 'X' },
      { session: 's' },
      { pty: true },
      { verb: 'terminal' as const },
    ]) {
      const play = new Play().must(
        starting(
          withHosts(
            step('many', {
              target: 'web',
              blocks: [block('many/1', { target: 'web', ...change })],
            }),
          ),
        ),
      )
      play.must({ type: 'step.begin', step: 'many' })
      expect(play.ask({ type: 'block.run', block: 'many/1' })).toMatchObject({
        code: 'one-host-only',
      })
    }
    expect(HOSTS).toHaveLength(3)
  })

  it('one host is settled by a person, and the block is done when that was the last', () => {
    const play = sentToTheFirst('many/1')
      .must({ type: 'block.batch', block: 'many/1', attempt: 1, batch: 1, hosts: ['web-2'] })
      .must(hostExited('many/1', 'web-1', 0))
      .must({ type: 'run.reopen', after: 'crash', recovered: [] })
    expect(statuses(play)).toEqual(['passed', 'unknown', 'waiting'])
    const settle = (host: string, as: 'done' | 'failed'): Command => ({
      type: 'block.resolve',
      block: 'many/1',
      host,
      as,
      reason: 'seen on the host',
    })
    expect(play.ask(settle('web-1', 'done'))).toMatchObject({ code: 'host-settled' })
    expect(play.ask(settle('web-3', 'done'))).toMatchObject({ code: 'no-such-host' })
    play.must(settle('web-2', 'done'))
    expect(statuses(play)).toEqual(['passed', 'done', 'waiting'])
    // Nothing was sent to the third: that is a failure that is known.
    expect(play.now.blocks['many/1']?.status).toBe('failed')
    play
      .must({ type: 'block.run', block: 'many/1', hosts: ['web-3'] })
      .must({ type: 'block.batch', block: 'many/1', attempt: 2, hosts: ['web-3'] })
      .must(hostExited('many/1', 'web-3', 0, 2))
      .must(exited('many/1', 0, 2))
    expect(play.now.blocks['many/1']?.status).toBe('passed')
    expect(play.now.steps['many']?.status).toBe('done')
  })

  it('settled as failed, a host can be run again without another word', () => {
    const play = sentToTheFirst('many/1').must({
      type: 'run.reopen',
      after: 'crash',
      recovered: [],
    })
    expect(play.now.blocks['many/1']?.status).toBe('unknown')
    play.must({
      type: 'block.resolve',
      block: 'many/1',
      host: 'web-1',
      as: 'failed',
      reason: 'nothing happened there',
    })
    expect(play.now.blocks['many/1']).toMatchObject({ status: 'failed' })
    expect(play.now.deviations.at(-1)).toMatchObject({ kind: 'resolved', block: 'many/1' })
    play.must({ type: 'block.run', block: 'many/1' })
  })

  it('an approval names the hosts it is for', () => {
    const play = new Play()
      .must(
        starting(
          withHosts(
            step('many', {
              target: 'web',
              risk: 'destructive',
              blocks: [block('many/1', { target: 'web' })],
            }),
          ),
        ),
      )
      .must({ type: 'step.begin', step: 'many' })
      .must({ type: 'approval.grant', block: 'many/1', by: 'Ada' })
    expect(play.now.blocks['many/1']?.approvals[0]?.hosts).toEqual(HOSTS)
    expect(play.events.at(-1)?.data).toMatchObject({ hosts: HOSTS })
  })

  it('a check between batches stands in the record with each host', () => {
    const play = sentToTheFirst('many/1').must(hostExited('many/1', 'web-1', 0))
    const {
      type: _type,
      block: _block,
      attempt: _attempt,
      ...result
    } = hostExited('many/1', 'web-1', 1)
    play.must({
      type: 'block.batch-report',
      block: 'many/1',
      attempt: 1,
      batch: 1,
      check: 'many/2',
      hosts: [result],
    })
    expect(play.now.blocks['many/1']?.attempts[0]?.batchChecks).toMatchObject([
      { batch: 1, check: 'many/2', passed: false, hosts: [{ host: 'web-1', status: 'failed' }] },
    ])
  })
})
