import type { Transport, TransportState } from './transport.ts'

/** The shape that the preload gives a window; see preload/bridge.ts. */
export interface Bridge {
  send(frame: unknown): void
  onFrame(handler: (frame: unknown) => void): () => void
  onState(handler: (state: TransportState) => void): () => void
  pathOf(file: File): string
  chooseFile(name: string): Promise<string | undefined>
}

declare global {
  interface Window {
    readonly muster?: Bridge
  }
}

/** Frames over the preload's message port. */
export function createBridgeTransport(bridge: Bridge): Transport {
  const stops: (() => void)[] = []
  return {
    send: (frame) => bridge.send(frame),
    onFrame: (handler) => void stops.push(bridge.onFrame(handler)),
    onState: (handler) => void stops.push(bridge.onState(handler)),
    close: () => {
      for (const stop of stops) stop()
    },
  }
}
