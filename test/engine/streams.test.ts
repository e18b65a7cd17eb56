import { expect, test, vi } from 'vitest'
import type { Push, PushData } from '../../main/contract/pushes.ts'
import { DisplayStream } from '../../main/engine/streams.ts'

const description = {
  run: 'r',
  stream: 's',
  kind: 'block',
  target: 'laptop',
  interactive: false,
} as const

class Viewer {
  readonly pushes: Push[] = []
  readonly send = (push: Push): void => {
    this.pushes.push(push)
  }

  get data(): PushData<'stream.data'>[] {
    return this.pushes.flatMap((push) => (push.push === 'stream.data' ? [push.data] : []))
  }

  text(channel: 'o' | 'e' = 'o'): string {
    return this.data
      .filter((piece) => piece.channel === channel)
      .map(({ base64 }) => Buffer.from(base64, 'base64').toString('latin1'))
      .join('')
  }

  get skipped(): number {
    return this.data.reduce((sum, { skipped }) => sum + skipped, 0)
  }
}

function letters(from: string, length: number): Buffer {
  return Buffer.alloc(length, from)
}

test('bytes arrive in order, each under its channel, although the producer uses its memory again', async () => {
  const stream = new DisplayStream(description)
  const viewer = new Viewer()
  stream.attach(viewer, viewer.send)
  const memory = Buffer.alloc(3)
  for (const [channel, text] of [
    ['o', 'one'],
    ['e', 'bad'],
    ['o', 'two'],
  ] as const) {
    memory.write(text)
    stream.write(channel, memory)
  }
  await vi.waitFor(() => expect(viewer.data.map(({ channel }) => channel)).toEqual(['o', 'e', 'o']))
  expect(viewer.text('o')).toBe('onetwo')
  expect(viewer.text('e')).toBe('bad')
})

test('a window that draws nothing is shown the end, and told how much was left out', async () => {
  const stream = new DisplayStream(description)
  const viewer = new Viewer()
  stream.attach(viewer, viewer.send)
  stream.write('o', letters('a', 100_000))
  await vi.waitFor(() => expect(viewer.text()).toHaveLength(100_000))
  for (const letter of 'bcdefg') stream.write('o', letters(letter, 100_000))
  stream.close()
  const text = viewer.text()
  expect(text.endsWith('g'.repeat(100_000))).toBe(true)
  expect(text.length + viewer.skipped).toBe(700_000)
  expect(viewer.skipped).toBeGreaterThan(300_000)
  expect(viewer.pushes.at(-1)?.push).toBe('stream.closed')
})

test('a window that draws what it is sent misses nothing', async () => {
  const stream = new DisplayStream(description)
  const viewer = new Viewer()
  stream.attach(viewer, (push) => {
    viewer.send(push)
    if (push.push === 'stream.data')
      queueMicrotask(() =>
        stream.acknowledge(viewer, Buffer.from(push.data.base64, 'base64').length),
      )
  })
  let written = ''
  for (const letter of 'abcdefghij') {
    stream.write('o', letters(letter, 100_000))
    written += letter.repeat(100_000)
    await vi.waitFor(() => expect(viewer.text()).toHaveLength(written.length))
  }
  expect(viewer.text()).toBe(written)
  expect(viewer.skipped).toBe(0)
})

test('a window that comes late sees the last part and how much went before', async () => {
  const stream = new DisplayStream(description)
  stream.write('o', letters('a', 1_000_000))
  stream.write('e', letters('b', 10))
  const viewer = new Viewer()
  stream.attach(viewer, viewer.send)
  await vi.waitFor(() => expect(viewer.text('e')).toBe('b'.repeat(10)))
  expect(viewer.text('o')).toMatch(/^a{60000,70000}$/u)
  expect(viewer.text('o').length + viewer.skipped).toBe(1_000_000)
})
