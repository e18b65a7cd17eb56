import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { CHANNELS, type Bridge, type BridgeState } from './bridge.ts'

/** Hands the contract to the window: frames in, frames out. It understands none of them; both ends check each one. */

const frameHandlers = new Set<(frame: unknown) => void>()
const stateHandlers = new Set<(state: BridgeState) => void>()
let state: BridgeState = { connected: false, message: 'Starting the engine…' }
let port: MessagePort | undefined

function become(next: BridgeState): void {
  state = next
  for (const handler of stateHandlers) handler(next)
}

ipcRenderer.on(CHANNELS.port, (event) => {
  port?.close()
  port = event.ports[0]
  if (port === undefined) return
  port.onmessage = ({ data }: MessageEvent<unknown>) => {
    for (const handler of frameHandlers) handler(data)
  }
  become({ connected: true })
})

ipcRenderer.on(CHANNELS.lost, (_event, message: unknown) => {
  port?.close()
  port = undefined
  become({ connected: false, message: String(message) })
})

const bridge: Bridge = {
  send: (frame) => port?.postMessage(frame),
  onFrame(handler) {
    frameHandlers.add(handler)
    return () => frameHandlers.delete(handler)
  },
  onState(handler) {
    stateHandlers.add(handler)
    handler(state)
    return () => stateHandlers.delete(handler)
  },
  pathOf: (file) => webUtils.getPathForFile(file),
  async chooseFile(name) {
    const path: unknown = await ipcRenderer.invoke(CHANNELS.chooseFile, name)
    return typeof path === 'string' ? path : undefined
  },
}

contextBridge.exposeInMainWorld('muster', bridge)
ipcRenderer.send(CHANNELS.connect)
