import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DialError, openTcp } from '../../../main/executors/network/sockets.ts'

let server: Server
let arrived: Socket[]
beforeEach(async () => {
  arrived = []
  server = createServer((socket) => {
    arrived.push(socket)
    socket.on('error', () => undefined)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterEach(() => {
  for (const socket of arrived) socket.destroy()
  server.close()
})

function port(): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

test('what is given up before it begins opens nothing that stays open', async () => {
  const given = new DialError('Nobody wants it any more.')
  const options = { host: '127.0.0.1', port: port(), signal: AbortSignal.abort(given) }
  await expect(openTcp(options)).rejects.toBe(given)
  await expect(openTcp({ ...options, signal: AbortSignal.abort() })).rejects.toBeInstanceOf(
    DialError,
  )
  await sleep(100)
  expect(arrived.filter((socket) => !socket.destroyed)).toEqual([])
})

test('what is given up meanwhile is closed', async () => {
  const aborting = new AbortController()
  const opening = openTcp({ host: '127.0.0.1', port: port(), signal: aborting.signal })
  aborting.abort(new DialError('It took too long.'))
  await expect(opening).rejects.toThrow('It took too long.')
  await sleep(100)
  expect(arrived.filter((socket) => !socket.destroyed)).toEqual([])
})
