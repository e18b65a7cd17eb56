import type { Screen } from '../../../ui/terminal/screen.ts'
import type { Stage } from './player.ts'

/** How much is handed to the terminal at a time, in bytes: it stays able to answer in between. */
const MOST_BYTES = 512 * 1024

/** What was not drawn on for so long stands still. */
const STILL_MS = 200

/** Draws on a terminal. `sized`: the bytes were made for a screen, which has the size that the recording says. */
export function stageOn(screen: Screen, sized: boolean): Stage & { readonly leave: () => void } {
  let still: ReturnType<typeof setTimeout> | undefined
  // Rows for screen readers cost too much while much is drawn: they are there when it stands still.
  const readable = (isReadable: boolean): void => {
    const { options } = screen.terminal
    if (options.screenReaderMode !== isReadable) options.screenReaderMode = isReadable
  }
  const write = (pieces: readonly Uint8Array[]): Promise<void> =>
    new Promise((resolve) => screen.write(joined(pieces), resolve))
  return {
    clear: () => screen.terminal.reset(),
    leave: () => clearTimeout(still),
    async draw(frames) {
      clearTimeout(still)
      readable(false)
      let held: Uint8Array[] = []
      let bytes = 0
      const flush = async (): Promise<void> => {
        if (held.length > 0) await write(held)
        held = []
        bytes = 0
      }
      for (const frame of frames) {
        if (frame.kind === 'output') {
          held.push(frame.bytes)
          bytes += frame.bytes.length
          if (bytes >= MOST_BYTES) await flush()
        } else if (sized) {
          await flush()
          screen.keepSize(frame)
        }
      }
      await flush()
      still = setTimeout(() => readable(true), STILL_MS)
    },
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}
