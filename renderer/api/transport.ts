/** How frames travel between this window and its engine. */

export interface TransportState {
  readonly connected: boolean
  /** Why not, and what happens next. */
  readonly message?: string
}

export interface Transport {
  send(frame: unknown): void
  onFrame(handler: (frame: unknown) => void): void
  /** Called at once with the present state, then on every change. */
  onState(handler: (state: TransportState) => void): void
  /** Ends it for good: nothing arrives any more, nothing is tried again. */
  close(): void
}
