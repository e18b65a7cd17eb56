import { describe, expect, test } from 'vitest'
import { requestFrameSchema, type RequestFrame } from '../../../main/contract/frames.ts'
import { createClient, RequestError } from '../../../renderer/api/client.ts'
import type { Transport, TransportState } from '../../../renderer/api/transport.ts'

/** A transport in memory: what is sent is kept, what is answered is up to the test. */
function line(): {
  readonly transport: Transport
  readonly sent: RequestFrame[]
  readonly answer: (frame: unknown) => void
  readonly become: (state: TransportState) => void
} {
  const sent: RequestFrame[] = []
  const frames: ((frame: unknown) => void)[] = []
  const states: ((state: TransportState) => void)[] = []
  return {
    sent,
    answer: (frame) => frames.forEach((handler) => handler(frame)),
    become: (state) => states.forEach((handler) => handler(state)),
    transport: {
      send: (frame) => void sent.push(requestFrameSchema.parse(frame)),
      onFrame: (handler) => void frames.push(handler),
      onState: (handler) => {
        states.push(handler)
        handler({ connected: true })
      },
      close: () => undefined,
    },
  }
}

const SETTINGS = {
  theme: 'dark',
  name: 'Ann',
  folders: [],
  terminalFontSize: 13,
  scale: 100,
  places: {},
} as const

describe('requests', () => {
  test('answers reach the request they belong to, in any order', async () => {
    const { transport, sent, answer } = line()
    const client = createClient(transport)
    const first = client.request('settings.get', {})
    const second = client.request('runs.list', { limit: 10 })
    const [one, two] = sent
    answer({ id: two?.id, result: [] })
    answer({ id: one?.id, result: SETTINGS })
    await expect(second).resolves.toEqual([])
    await expect(first).resolves.toEqual(SETTINGS)
  })

  test('the words of a failure reach the person', async () => {
    const { transport, sent, answer } = line()
    const asked = createClient(transport).request('library.add', { path: '/none.md' })
    answer({ id: sent[0]?.id, error: { code: 'cannot-read', message: '/none.md does not exist.' } })
    await expect(asked).rejects.toThrow(new RequestError('cannot-read', '/none.md does not exist.'))
  })

  test('an answer outside of the contract is refused, not passed on', async () => {
    const { transport, sent, answer } = line()
    const asked = createClient(transport).request('settings.get', {})
    answer({ id: sent[0]?.id, result: { ...SETTINGS, theme: 'pink' } })
    await expect(asked).rejects.toMatchObject({ code: 'bad-result' })
  })

  test('a question outside of the contract is never sent', async () => {
    const { transport, sent } = line()
    await expect(createClient(transport).request('runs.list', { limit: 0 })).rejects.toMatchObject({
      code: 'bad-params',
    })
    expect(sent).toEqual([])
  })

  test('what the connection swallowed is rejected when it is lost, in its words', async () => {
    const { transport, become } = line()
    const client = createClient(transport)
    const asked = client.request('settings.get', {})
    become({ connected: false, message: 'The engine stopped.' })
    await expect(asked).rejects.toMatchObject({ message: 'The engine stopped.' })
    await expect(client.request('settings.get', {})).rejects.toMatchObject({ code: 'disconnected' })
  })

  test.each([[undefined], [null], ['text'], [{ id: 'one' }], [{ push: 'run.events' }], [[]]])(
    'a frame that is none is passed over: %j',
    async (frame) => {
      const { transport, sent, answer } = line()
      const asked = createClient(transport).request('settings.get', {})
      answer(frame)
      answer({ id: 9999, result: {} })
      answer({ id: sent[0]?.id, result: SETTINGS })
      await expect(asked).resolves.toEqual(SETTINGS)
    },
  )
})

describe('pushes', () => {
  test('reach who listens, as long as it listens; broken ones reach nobody', () => {
    const { transport, answer } = line()
    const client = createClient(transport)
    const seen: unknown[] = []
    const stop = client.on('engine.trouble', (data) => void seen.push(data.message))
    answer({ push: 'engine.trouble', data: { message: 'The disk is full.' } })
    answer({ push: 'engine.trouble', data: { message: 7 } })
    answer({ push: 'nothing.known', data: {} })
    stop()
    answer({ push: 'engine.trouble', data: {} })
    expect(seen).toEqual(['The disk is full.'])
  })
})
