import type { Transport, TransportState } from './transport.ts'

/** The shape that the preload gives a window; see preload/bridge.ts. */
export interface Bridge {
  send(frame: unknown): void
  onFrame(handler: (frame: unknown) => void): () => void
  onState(handler: (state: TransportState) => void): () => void
}

declare global {
  interface Window {
    readonly muster?: Bridge
  }
}

/** Frames over the preload's message port. */
export function createBridgeTransport(bridge: Bridge): Transport {
  return {
    send: (frame) => bridge.send(frame),
    onFrame: (handler) => void bridge.onFrame(handler),
    onState: (handler) => void bridge.onState(handler),
  }
}
