/** Where a live shell sits: its terminal, on this laptop or on a host, and a private folder that it can read. */
export interface Seat {
  /** Resolves when the shell has ended and its last output was delivered. */
  readonly ended: Promise<SeatEnd>
  /** False as soon as the shell is known to be gone. */
  alive(): boolean
  write(bytes: Uint8Array | string): void
  resize(columns: number, rows: number): void
  /** Writes a new file that only this person can read, and gives its path as the shell sees it. Rejects with words. */
  put(name: string, text: string): Promise<string>
  /** Removes such a file. Never rejects. */
  remove(path: string): Promise<void>
  /** Sends a signal to what runs in the shell, and not to the shell itself. */
  signalCommands(name: 'SIGTERM'): void
  /** Ends the shell and everything in it; `ended` resolves after this, whatever the other side does. */
  kill(): void
  /** Output is read and dropped from now on. */
  release(): void
}

export interface SeatEnd {
  /** How it ended: `by SIGKILL`, `with exit status 1`, `when the connection was lost: …`. */
  readonly words: string
  /** The connection went, so nothing is known of the other side. */
  readonly lost: boolean
}

/** Starts a shell that shows no prompt of ours yet. Rejects with words. */
export type OpenSeat = (deliver: (bytes: Uint8Array) => Promise<void>) => Promise<Seat>
