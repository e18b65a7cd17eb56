/** What the preload gives the window, and nothing else. The window's own transport is built on this shape. */
export interface Bridge {
  /** Sends a frame of the contract to the engine; it is lost while there is no connection. */
  send(frame: unknown): void
  /** Frames from the engine. Returns the way to stop listening. */
  onFrame(handler: (frame: unknown) => void): () => void
  /** Whether the engine is there, with words when it is not. Called at once with the present state. */
  onState(handler: (state: BridgeState) => void): () => void
  /** Where a file that was dropped on the window lies; empty when it is not a file of this laptop. */
  pathOf(file: File): string
  /** Asks, in a dialog of the operating system, where a file is to be saved; undefined when the person cancels. */
  chooseFile(name: string): Promise<string | undefined>
}

export interface BridgeState {
  readonly connected: boolean
  readonly message?: string
}

/** Channels between the preload and the main process. */
export const CHANNELS = {
  /** window -> main: this document is ready for a port. */
  connect: 'muster:connect',
  /** main -> window, with a message port: a new connection to the engine. */
  port: 'muster:port',
  /** main -> window: the engine is gone; the text says what happens next. */
  lost: 'muster:lost',
  /** window -> main, with an answer: where to save a file of this name. */
  chooseFile: 'muster:choose-file',
} as const
