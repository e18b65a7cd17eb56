import { EventEmitter } from 'node:events'

/** MessageChannelMain: two ends, each either used here or handed to another process or a page. */

let nextId = 1

export class PortMain extends EventEmitter {
  id = nextId++
  peer
  /** Set when this end was handed over: how its messages get to where it is now. */
  transferred
  #started = false
  #waiting = []

  postMessage(data) {
    this.peer.deliver(data)
  }

  deliver(data) {
    if (this.transferred) this.transferred.send(data)
    else if (this.#started) this.emit('message', { data, ports: [] })
    else this.#waiting.push(data)
  }

  start() {
    this.#started = true
    for (const data of this.#waiting.splice(0)) this.emit('message', { data, ports: [] })
  }

  close() {
    this.peer.closedByPeer()
  }

  closedByPeer() {
    if (this.transferred) this.transferred.closed()
    else this.emit('close')
  }

  /** Hands this end over. Messages that come back for it go to the other end. */
  transfer(transferred) {
    this.transferred = transferred
    for (const data of this.#waiting.splice(0)) transferred.send(data)
  }
}

export class MessageChannelMain {
  port1 = new PortMain()
  port2 = new PortMain()

  constructor() {
    this.port1.peer = this.port2
    this.port2.peer = this.port1
  }
}
