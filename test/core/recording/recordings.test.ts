import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { recordingsOf } from '../../../main/core/recording/recordings.ts'
import type { AnyCommand } from '../../../main/core/run/commands.ts'
import { runEventSchema, type RunEvent } from '../../../main/core/run/events.ts'
import {
  block,
  EPOCH,
  exited,
  HOSTS,
  hostExited,
  Play,
  planWith,
  sentToTheFirst,
  starting,
  step,
} from '../run/support/play.ts'

const HISTORIES = join(import.meta.dirname, '../../fixtures/histories/v1')

function history(name: string): readonly RunEvent[] {
  return readFileSync(join(HISTORIES, name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const content: unknown = JSON.parse(line)
      if (typeof content !== 'object') throw new Error('not an event')
      return runEventSchema.parse({ ...content, hash: '0'.repeat(64) })
    })
}

const BLOB = { sha256: 'a'.repeat(64), bytes: 3 }

function ended(
  id: string,
  code: number,
  more: Partial<Extract<AnyCommand, { type: 'block.report' }>>,
): AnyCommand {
  return {
    type: 'block.report',
    block: id,
    attempt: 1,
    outcome: { kind: 'exited', code },
    gates: [],
    durationMs: 5,
    ...more,
  }
}

function played(): Play {
  return new Play()
    .must(
      starting(
        planWith(
          step('one', {
            title: 'Look around',
            blocks: [block('one/1'), block('one/2', { pty: true, code: 'top' })],
          }),
        ),
      ),
    )
    .must({ type: 'step.begin', step: 'one' })
}

describe('what was recorded in a run', () => {
  it('is each execution with its place, its text, its time and its outputs', () => {
    const play = played()
      .must({ type: 'block.run', block: 'one/1' })
      .must(ended('one/1', 3, { stdout: BLOB, timing: BLOB, unrecorded: 9 }))
      .must({ type: 'block.run', block: 'one/2' })
      .must(exited('one/2', 0))
    const { recordings } = recordingsOf(play.events)
    expect(recordings).toMatchObject([
      {
        seq: 4,
        began: EPOCH + 3000,
        durationMs: 5,
        title: '1. Command 1 of “Look around”',
        target: 'laptop',
        step: 'one',
        command: 'echo one/1',
        forScreen: false,
        outcome: { kind: 'exited', code: 3 },
        stdout: BLOB,
        timing: BLOB,
        unrecorded: 9,
      },
      { title: '1. Command 2 of “Look around”', command: 'top', forScreen: true },
    ])
    expect(Object.hasOwn(recordings[1] ?? {}, 'stdout')).toBe(false)
  })

  it('has attempts apart, and says how often a check was tried', () => {
    const play = played()
      .must({ type: 'block.run', block: 'one/1' })
      .must(exited('one/1', 1))
      .must({ type: 'block.run', block: 'one/1', reason: 'again' })
      .must(ended('one/1', 0, { attempt: 2, polls: 7 }))
    expect(recordingsOf(play.events).recordings).toMatchObject([
      { title: '1. Command 1 of “Look around”' },
      { title: '1. Command 1 of “Look around”, attempt 2', polls: 7 },
    ])
  })

  it('has several terminals, in the order in which they were opened', () => {
    const closed = { outcome: { kind: 'exited', code: 0 }, durationMs: 9000, stdout: BLOB } as const
    const play = played()
      .must({ type: 'terminal.opened', terminal: 't-1', target: 'laptop' })
      .must({ type: 'terminal.opened', terminal: 't-2', target: 'laptop' })
      .must({ type: 'terminal.closed', terminal: 't-2', target: 'laptop', ...closed })
      .must({ type: 'terminal.closed', terminal: 't-1', target: 'laptop', ...closed })
    expect(recordingsOf(play.events).recordings).toMatchObject([
      { seq: 6, began: EPOCH + 3000, title: 'Terminal on laptop', forScreen: true },
      { seq: 5, began: EPOCH + 4000 },
    ])
  })

  it('has each of several hosts, and not the sum of them', () => {
    const play = sentToTheFirst('many/1').must({
      ...hostExited('many/1', 'web-1', 0),
      stdout: BLOB,
    })
    for (const host of HOSTS.slice(1))
      play
        .must({ type: 'block.batch', block: 'many/1', attempt: 1, hosts: [host] })
        .must(hostExited('many/1', host, 0))
    const { recordings } = recordingsOf(play.events)
    expect(recordings.map(({ host, title }) => [host, title])).toEqual(
      HOSTS.map((host) => [host, `1. The command of “many” on ${host}`]),
    )
    expect(recordings[0]).toMatchObject({ stdout: BLOB, command: 'echo many/1', target: 'web' })
    expect(new Set(recordings.map(({ began }) => began)).size).toBe(3)
  })

  it('has the checks between two batches', () => {
    expect(
      recordingsOf(history('batches-checked.jsonl')).recordings.map(({ title, host }) => [
        host,
        title,
      ]),
    ).toContainEqual(['web-1', expect.stringMatching(/on web-1, after batch 1$/)])
  })

  it('knows what was taken out, by whom and why', () => {
    const play = played()
      .must({ type: 'block.run', block: 'one/1' })
      .must(ended('one/1', 0, { stdout: BLOB }))
      .must({
        type: 'output.redact',
        event: 4,
        sha256: BLOB.sha256,
        kind: 'customer',
        reason: 'Ines',
      })
    expect([...recordingsOf(play.events).takenOut]).toEqual([
      [BLOB.sha256, { by: 'Ada', reason: 'Ines' }],
    ])
  })

  it('marks steps, blocks, decisions and notes; hostile words in them do nothing', () => {
    const play = played().must({
      type: 'note.add',
      kind: 'note',
      text: `\u001b]0;owned\u0007${'😀'.repeat(300)}\u202e`,
    })
    const { marks } = recordingsOf(play.events)
    expect(marks.map(({ seq, step: begun }) => [seq, begun])).toEqual([
      [2, 'one'],
      [3, undefined],
    ])
    const text = marks.at(-1)?.text ?? ''
    expect(text).toContain('␛]0;owned␇')
    expect(text).not.toMatch(/\p{Surrogate}/u)
    expect(text.length).toBeLessThan(500)
  })

  it('is found in every history, each with its own event and none out of order', () => {
    for (const name of readdirSync(HISTORIES).filter((file) => file.endsWith('.jsonl'))) {
      const { recordings, marks } = recordingsOf(history(name))
      expect(new Set(recordings.map(({ began }) => began)).has(NaN), name).toBe(false)
      const times = recordings.map(({ began }) => began)
      expect(times, name).toEqual(times.toSorted((left, right) => left - right))
      expect(
        marks.every(({ text }) => text !== ''),
        name,
      ).toBe(true)
    }
  })

  it('is nothing in a run in which nothing was executed, and in what is no run', () => {
    expect(recordingsOf(played().events).recordings).toEqual([])
    expect(recordingsOf([])).toMatchObject({ recordings: [], marks: [] })
  })
})
