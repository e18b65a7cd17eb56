import { compose, type Muster } from '../compose.ts'
import { RemoteKeychain } from './remote-keychain.ts'
import { engineStartSchema, fromMainSchema, type ToMain } from './protocol.ts'

/**
 * The engine's own process: neither a flood of output nor a crash here takes a window along, and no window can hold up
 * the log. It talks to windows over message ports that the main process hands in.
 */

const start = engineStartSchema.parse(JSON.parse(process.argv[2] ?? 'null'))
const parent = process.parentPort

function tell(message: ToMain): void {
  parent.postMessage(message)
}

const keychain = new RemoteKeychain(tell)

let muster: Muster
try {
  muster = compose({
    data: start.data,
    host: 'electron',
    version: start.version,
    folders: start.folders,
    keychain,
  })
} catch (error) {
  tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
  process.exit(3)
}

function connect(port: Electron.MessagePortMain): void {
  const connection = muster.engine.connect({ push: (push) => port.postMessage(push) })
  port.on('message', ({ data }) => {
    void connection.handle(data).then((frame) => port.postMessage(frame))
  })
  port.on('close', () => connection.close())
  port.start()
}

parent.on('message', ({ data, ports }) => {
  const message = fromMainSchema.safeParse(data)
  if (!message.success) return
  switch (message.data.kind) {
    case 'client': {
      const [port] = ports
      if (port) connect(port)
      break
    }
    case 'busy':
      tell({ kind: 'busy', runs: [...muster.engine.busy()] })
      break
    case 'keychain':
      keychain.answer(message.data)
      break
    case 'close':
      void muster.close().then(() => {
        tell({ kind: 'closed' })
        process.exit(0)
      })
      break
  }
})

tell({ kind: 'ready' })
