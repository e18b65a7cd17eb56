import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocketServer, type WebSocket as ServerSocket } from 'ws'
import { requestFrameSchema } from '../../../main/contract/frames.ts'
import { createClient } from '../../../renderer/api/client.ts'
import { createSocketTransport } from '../../../renderer/api/socket-transport.ts'
import type { TransportState } from '../../../renderer/api/transport.ts'
import { until } from '../../harness/until.ts'

interface Server {
  readonly port: number
  readonly sockets: Set<ServerSocket>
  close(): Promise<void>
}

/** A WebSocket server that answers every request with no runs. */
async function serve(port = 0): Promise<Server> {
  const server = new WebSocketServer({ host: '127.0.0.1', port })
  await once(server, 'listening')
  server.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      const { id } = requestFrameSchema.parse(JSON.parse(data.toString()))
      socket.send('this is no JSON')
      socket.send(JSON.stringify({ id, result: [] }))
    })
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  return {
    port: address.port,
    sockets: server.clients,
    close: async () => {
      for (const socket of server.clients) socket.terminate()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

test('asks, is told when the connection is lost, and connects again by itself', async () => {
  const first = await serve()
  const transport = createSocketTransport(`ws://127.0.0.1:${first.port}/socket`)
  onTestFinished(() => transport.close())
  const client = createClient(transport)
  const states: TransportState[] = []
  client.onState((state) => void states.push(state))
  expect(states).toEqual([{ connected: false, message: 'Connecting to Muster…' }])

  await until('it is connected', () => states.at(-1)?.connected)
  await expect(client.request('runs.list', { limit: 1 })).resolves.toEqual([])

  await first.close()
  await until('the loss is said', () => states.at(-1)?.connected === false)
  expect(states.at(-1)?.message).toContain('Trying again')
  await expect(client.request('runs.list', { limit: 1 })).rejects.toMatchObject({
    code: 'disconnected',
  })

  const second = await serve(first.port)
  onTestFinished(() => second.close())
  await until('it is connected again', () => states.at(-1)?.connected)
  await expect(client.request('runs.list', { limit: 1 })).resolves.toEqual([])
})
