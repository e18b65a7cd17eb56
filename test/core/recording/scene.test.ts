import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Mark, Recorded, RunRecordings } from '../../../main/core/recording/recorded.ts'
import {
  runScene,
  sceneOf,
  USUAL_SIZE,
  type SceneItem,
} from '../../../main/core/recording/scene.ts'
import { all, Outputs, text } from './support.ts'

const BEGAN = 1_000_000

function recorded(change: Partial<Recorded> = {}): Recorded {
  return {
    seq: 4,
    from: 2,
    label: 'one/1#1',
    began: BEGAN,
    durationMs: 500,
    title: '1. The command of “Look”',
    target: 'db-1',
    command: 'uptime',
    forScreen: false,
    outcome: { kind: 'exited', code: 0 },
    ...change,
  }
}

function run(recordings: readonly Recorded[], marks: readonly Mark[] = []): RunRecordings {
  return { recordings, marks, takenOut: new Map() }
}

function mark(seq: number, at: number, step?: string): Mark {
  return { seq, at, text: `mark ${seq}`, ...(step !== undefined && { step }) }
}

function shown(items: readonly SceneItem[]): readonly (readonly (number | string)[])[] {
  return items.map((item) => {
    switch (item.kind) {
      case 'output':
        return [item.at, item.channel, text(item.bytes)]
      case 'size':
        return [item.at, 'r', `${item.columns}x${item.rows}`]
      case 'words':
      case 'mark':
        return [item.at, item.kind, item.text]
    }
  })
}

describe('the scene of one recording', () => {
  it('begins with its size, has every byte as it came, and marks of the run at their time', async () => {
    const outputs = new Outputs()
    const one = recorded({
      seq: 5,
      stdout: outputs.keep('abcdef'),
      timing: outputs.keep('[2,"r",90,30]\n[10,"o",3]\n[200,"o",3]\n[300,"r",100,40]\n'),
    })
    const marks = [
      mark(1, BEGAN - 1),
      mark(2, BEGAN),
      mark(3, BEGAN + 100),
      mark(5, BEGAN + 600),
      mark(6, BEGAN + 400),
    ]
    expect(shown(await all(sceneOf(one, run([one], marks), outputs.of)))).toEqual([
      [0, 'r', '90x30'],
      [0, 'mark', 'mark 2'],
      [10, 'o', 'abc'],
      [100, 'mark', 'mark 3'],
      [200, 'o', 'def'],
      [300, 'r', '100x40'],
      [500, 'mark', 'mark 5'],
    ])
  })

  it('ends where a limit is, and says how much more there is and where', async () => {
    const outputs = new Outputs()
    const one = recorded({
      stdout: outputs.keep('abcdef'),
      stderr: outputs.keep('gh'),
      timing: outputs.keep('[10,"o",3]\n[20,"e",2]\n[30,"o",3]\n'),
    })
    const shownWith = async (bytes: number, frames: number) =>
      shown(await all(sceneOf(one, run([one]), outputs.of, { bytes, frames, rest: 'see there.' })))
    const rest = (left: number): string =>
      `The rest of the output, ${left} bytes, is not shown: see there.`
    expect(await shownWith(4, 10)).toEqual([
      [10, 'o', 'abc'],
      [20, 'e', 'gh'],
      [20, 'mark', rest(3)],
    ])
    expect(await shownWith(100, 1)).toEqual([
      [10, 'o', 'abc'],
      [10, 'mark', rest(5)],
    ])
    expect(await shownWith(8, 3)).toHaveLength(3)
  })

  it('says what is missing of it', async () => {
    const outputs = new Outputs()
    const stdout = outputs.keep('a secret')
    const stderr = outputs.keep('lost')
    outputs.takeOut(stdout)
    outputs.takeOut(stderr)
    const one = recorded({ stdout, stderr, unrecorded: 12, polls: 3 })
    const takenOut = new Map([[stdout.sha256, { by: 'Ada', reason: 'names\u001b[2Ja customer' }]])
    expect(shown(await all(sceneOf(one, { ...run([one]), takenOut }, outputs.of)))).toEqual([
      [0, 'mark', 'Output taken out by Ada: names␛[2Ja customer'],
      [0, 'mark', 'An output is not in the record any more, and nobody said why'],
      [0, 'mark', '12 bytes of output could not be recorded'],
      [0, 'mark', 'Tried 3 times; the output is that of the last'],
    ])
  })
})

describe('the scene of a run', () => {
  it('shows one after the other, each with what it is and what came of it', async () => {
    const outputs = new Outputs()
    const first = recorded({ stdout: outputs.keep('abc'), timing: outputs.keep('[10,"o",3]\n') })
    const second = recorded({
      seq: 9,
      // Began while the first one ran.
      began: BEGAN + 100,
      title: 'Terminal on db-2',
      forScreen: true,
      host: 'db-2',
      outcome: { kind: 'signalled', signal: 'SIGTERM' },
    })
    const marks = [mark(1, BEGAN - 1000, 'look'), mark(8, BEGAN + 50), mark(10, BEGAN + 9000)]
    const items = await all(runScene(run([first, second], marks), outputs.of))
    expect(shown(items)).toEqual([
      [0, 'mark', 'mark 1'],
      [1000, 'mark', '1. The command of “Look”'],
      [1000, 'r', `${USUAL_SIZE.columns}x${USUAL_SIZE.rows}`],
      [
        1000,
        'words',
        expect.stringMatching(
          /1\. The command of “Look” [\s\S]*on db-1, 1970-01-01 00:16:40 UTC[\s\S]*> uptime/u,
        ),
      ],
      [1010, 'o', 'abc'],
      [1050, 'mark', 'mark 8'],
      [1500, 'words', expect.stringContaining('= exited with code 0, after')],
      [1500, 'mark', 'Terminal on db-2'],
      [1500, 'r', `${USUAL_SIZE.columns}x${USUAL_SIZE.rows}`],
      [1500, 'words', expect.stringContaining('Terminal on db-2')],
      [2000, 'words', expect.stringContaining('= db-2: was ended by SIGTERM')],
      [10_000, 'mark', 'mark 10'],
    ])
  })

  it('shows a command without what would act on the screen, and not all of a very long one', async () => {
    const one = recorded({ command: `printf '\u001b[2J'\n${'echo\n'.repeat(500)}` })
    const items = await all(runScene(run([one]), new Outputs().of))
    const words = items.flatMap((item) => (item.kind === 'words' ? [item.text] : [])).join('')
    expect(words).toContain("> printf '␛[2J'")
    expect(words).toContain('> […]')
    expect(words.match(/> echo/gu)?.length).toBe(39)
  })

  it('never goes back in time and leaves out no mark, whatever the clocks said', async () => {
    const outputs = new Outputs()
    const times = fc.integer({ min: -5000, max: 5000 })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(times, fc.nat(3000), fc.array(fc.nat(4000), { maxLength: 4 })), {
          maxLength: 5,
        }),
        fc.array(times, { maxLength: 8 }),
        async (executions, walls) => {
          const recordings = executions
            .map(([at, durationMs, entries], index) =>
              recorded({
                seq: 50 + index,
                from: 0,
                began: BEGAN + at,
                durationMs,
                stdout: outputs.keep('x'.repeat(entries.length)),
                timing: outputs.keep(entries.map((entry) => `[${entry},"o",1]\n`).join('')),
              }),
            )
            .toSorted((left, right) => left.began - right.began)
          const marks = walls.map((at, index) => mark(10 + index, BEGAN + at))
          const found = run(recordings, marks)
          const scenes = [
            await all(runScene(found, outputs.of)),
            ...(await Promise.all(recordings.map((one) => all(sceneOf(one, found, outputs.of))))),
          ]
          for (const items of scenes) {
            const moments = items.map(({ at }) => at)
            expect(moments).toEqual(moments.toSorted((left, right) => left - right))
          }
          const seen = scenes[0]?.flatMap((item) =>
            item.kind === 'mark' && item.seq < 50 ? [item.seq] : [],
          )
          if (recordings.length > 0) expect(seen?.toSorted()).toEqual(marks.map(({ seq }) => seq))
        },
      ),
    )
  })
})
