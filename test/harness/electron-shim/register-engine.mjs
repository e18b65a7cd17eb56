import { EventEmitter } from 'node:events'
import process from 'node:process'

/** Loaded with `node --import` in what stands for a utility process: gives it `process.parentPort` over Node's own IPC. */

const parentPort = new EventEmitter()
const ports = new Map()

function portFor(id) {
  const port = new EventEmitter()
  let started = false
  const waiting = []
  port.postMessage = (data) => process.send({ kind: 'port', id, data })
  port.start = () => {
    started = true
    for (const data of waiting.splice(0)) port.emit('message', { data, ports: [] })
  }
  port.close = () => {
    ports.delete(id)
    process.send({ kind: 'port-closed', id })
  }
  ports.set(id, {
    deliver: (data) => (started ? port.emit('message', { data, ports: [] }) : waiting.push(data)),
    closed: () => port.emit('close'),
  })
  return port
}

parentPort.postMessage = (data) => process.send({ kind: 'parent', data })
process.parentPort = parentPort

const early = []
let ready = false
function handle(message) {
  if (message.kind === 'parent')
    parentPort.emit('message', { data: message.data, ports: message.ports.map(portFor) })
  else if (message.kind === 'port') ports.get(message.id)?.deliver(message.data)
  else if (message.kind === 'port-closed') {
    ports.get(message.id)?.closed()
    ports.delete(message.id)
  }
}
process.on('message', (message) => (ready ? handle(message) : early.push(message)))
parentPort.on('newListener', (event) => {
  if (event !== 'message' || ready) return
  ready = true
  setImmediate(() => early.splice(0).forEach(handle))
})
// Without its parent a utility process ends; a test that is killed must leave nothing behind.
process.on('disconnect', () => process.exit(0))
