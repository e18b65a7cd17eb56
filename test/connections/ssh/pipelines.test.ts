import { describe, expect, test } from 'vitest'
import {
  MOST_AT_ONCE,
  PIECE,
  ReadPipeline,
  WritePipeline,
} from '../../../main/connections/ssh/ssh2/pipelines.ts'
import { until } from '../../harness/until.ts'
import { gather } from './support.ts'

function content(length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_one, at) => (at * 7 + (at >> 8)) % 251))
}

/** A server that answers when and in which order the test says. */
function readServer(whole: Buffer, options: { readonly shorten?: number } = {}) {
  const waiting: (() => void)[] = []
  const state = { most: 0, requests: 0, closed: 0, failAt: Number.POSITIVE_INFINITY }
  return {
    state,
    /** The newest first, so that nothing comes in order. */
    answer: () => waiting.pop()?.(),
    waiting: () => waiting.length,
    open: () =>
      Promise.resolve({
        readAt: (position: number, length: number) =>
          new Promise<Uint8Array>((resolve, reject) => {
            state.requests++
            waiting.push(() => {
              if (position >= state.failAt) return reject(new Error('bad sector'))
              const given = Math.min(length, options.shorten ?? length)
              resolve(whole.subarray(position, position + given))
            })
            state.most = Math.max(state.most, waiting.length)
          }),
        close: () => {
          state.closed++
        },
      }),
  }
}

/** Lets a server answer until the work is over. */
async function served<T>(work: Promise<T>, answer: () => unknown): Promise<T> {
  const over = { yet: false }
  const end = (): void => {
    over.yet = true
  }
  work.then(end, end)
  while (!over.yet) {
    answer()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return await work
}

describe('reading', () => {
  test.each([0, 1, PIECE - 1, PIECE, PIECE + 1, PIECE * 200 + 77])(
    '%i bytes arrive in order, whatever is answered first',
    async (length) => {
      const whole = content(length)
      const server = readServer(whole)
      const read = await served(gather(new ReadPipeline(server.open)), server.answer)
      expect(read.equals(whole)).toBe(true)
      expect(server.state.most).toBeLessThanOrEqual(MOST_AT_ONCE)
      expect(server.state.closed).toBe(1)
    },
  )

  test('answers shorter than what was asked for leave no gap', async () => {
    const whole = content(PIECE * 9 + 5)
    const server = readServer(whole, { shorten: 10_007 })
    const read = await served(gather(new ReadPipeline(server.open)), server.answer)
    expect(read.equals(whole)).toBe(true)
  })

  test('many requests are on the way at once, and who does not read holds them back', async () => {
    const server = readServer(content(PIECE * 400))
    const stream = new ReadPipeline(server.open)
    stream.on('data', () => undefined)
    await until('many wait', () => {
      if (server.waiting() < MOST_AT_ONCE) server.answer()
      return server.waiting() === MOST_AT_ONCE
    })
    stream.pause()
    while (server.waiting() > 0) {
      server.answer()
      await new Promise((resolve) => setImmediate(resolve))
    }
    const { requests } = server.state
    await new Promise((resolve) => setImmediate(resolve))
    expect(server.state.requests).toBe(requests)
    expect(server.state.most).toBeLessThanOrEqual(MOST_AT_ONCE)
    stream.destroy()
    await until('it is closed', () => server.state.closed === 1)
  })

  test('a failure is one, after what came before it', async () => {
    const server = readServer(content(PIECE * 20))
    server.state.failAt = PIECE * 10
    const stream = new ReadPipeline(server.open)
    let bytes = 0
    const end = (async () => {
      for await (const piece of stream) bytes += Buffer.from(piece).length
    })()
    await expect(served(end, server.answer)).rejects.toThrow('bad sector')
    expect(bytes).toBe(PIECE * 10)
    expect(server.state.closed).toBe(1)
  })

  test('a file that cannot be opened is a failure', async () => {
    const stream = new ReadPipeline(() => Promise.reject(new Error('no such file')))
    await expect(stream.toArray()).rejects.toThrow('no such file')
  })
})

function writeServer(length: number) {
  const there = Buffer.alloc(length)
  const waiting: (() => void)[] = []
  const state = { most: 0, failAt: Number.POSITIVE_INFINITY }
  const pipeline = new WritePipeline((piece, position) => {
    // What is taken later may be something else by then.
    const bytes = Buffer.from(piece)
    return new Promise((resolve, reject) => {
      waiting.push(() => {
        if (position >= state.failAt) return reject(new Error('disk full'))
        bytes.copy(there, position)
        resolve()
      })
      state.most = Math.max(state.most, waiting.length)
    })
  })
  return { there, state, pipeline, answer: () => waiting.pop()?.(), waiting: () => waiting.length }
}

describe('writing', () => {
  test('every piece gets to its place, whatever is answered first', async () => {
    const whole = content(PIECE * 150 + 3)
    const server = writeServer(whole.length)
    const work = (async () => {
      for (let at = 0; at < whole.length; at += 100_001)
        await server.pipeline.write(whole.subarray(at, at + 100_001))
      await server.pipeline.settle()
    })()
    await until('many are on the way', () => server.waiting() === MOST_AT_ONCE)
    await served(work, server.answer)
    expect(server.there.equals(whole)).toBe(true)
    expect(server.state.most).toBe(MOST_AT_ONCE)
  })

  test('a piece that is refused fails a later write, or the end', async () => {
    const server = writeServer(PIECE * 200)
    server.state.failAt = PIECE * 3
    await expect(
      served(server.pipeline.write(content(PIECE * 200)), server.answer),
    ).rejects.toThrow('disk full')
    const short = writeServer(PIECE)
    short.state.failAt = 0
    await short.pipeline.write(content(10))
    await expect(served(short.pipeline.settle(), short.answer)).rejects.toThrow('disk full')
  })
})
