import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { Recording } from '../../main/engine/recording.ts'
import { DisplayStream } from '../../main/engine/streams.ts'
import { opened, temporaryPath } from './support/folders.ts'
import { clock, started, summary } from './support/samples.ts'

function recordingInto(store: ReturnType<typeof opened>): Recording {
  return new Recording({
    blobs: store.blobs,
    clock,
    run: 'r1',
    label: 's/1#1',
    secrets: () => ['hunter2-secret'],
    display: new DisplayStream({
      run: 'r1',
      stream: 'x',
      kind: 'block',
      target: 'laptop',
      interactive: false,
    }),
    trouble: (_source, message) => {
      if (message !== undefined) throw new Error(message)
    },
  })
}

it('a long output is recorded whole and found by its beginning and its end, without its secrets', async () => {
  const store = opened(temporaryPath())
  store.log.append('r1', 'Ann', [started('One')])
  store.runs.put(summary('r1', { events: 1 }))
  const recording = recordingInto(store)
  // One buffer for everything, as a producer may.
  const buffer = Buffer.alloc(4_096)
  const hash = createHash('sha256')
  const print = async (text: string): Promise<void> => {
    const length = buffer.write(text)
    hash.update(text.replaceAll('hunter2-secret', '[redacted]'))
    await recording.sink.stdout(buffer.subarray(0, length))
    buffer.fill(0)
  }
  await print('alpha-marker hunter2-secret\n')
  for (let at = 0; at < 1_000; at++) await print(`${'early filler '.repeat(60)}\n`)
  await print('middle-marker\n')
  for (let at = 0; at < 1_000; at++) await print(`${'later filler '.repeat(60)}\n`)
  await print('omega-marker hunter2-secret\n')
  const { stdout } = await recording.finish()
  if (stdout === undefined) throw new Error('nothing was recorded')
  const recorded = await store.blobs.read('r1', stdout.sha256, 0, stdout.bytes)
  expect(createHash('sha256').update(recorded).digest('hex')).toBe(hash.digest('hex'))
  // The hash of the output alone would give a short one away when it is taken out later.
  expect(Object.keys(stdout)).toEqual(['sha256', 'bytes'])

  store.runs.indexText({
    run: 'r1',
    where: 'output',
    step: 's',
    block: 's/1',
    text: recording.indexable(),
  })
  expect(store.runs.search('alpha-marker', 10)).toHaveLength(1)
  expect(store.runs.search('omega-marker', 10)).toHaveLength(1)
  expect(store.runs.search('middle-marker', 10)).toEqual([])
  expect(store.runs.search('hunter2', 10)).toEqual([])
})

it('a short output is found once, as it is', async () => {
  const store = opened(temporaryPath())
  const recording = recordingInto(store)
  await recording.sink.stdout(Buffer.from('short'))
  await recording.finish()
  expect(recording.indexable()).toBe('short')
})
