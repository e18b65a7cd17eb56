import type { Terminal } from '@xterm/xterm'

/**
 * Operating-system commands reach beyond the screen: window titles (0–2), colours queried or changed (4, 10–19, 50,
 * 104–119), the working folder (7), links (8), progress and notifications (9, 99, 777), the clipboard (52), images and
 * files (1337), shell marks (133, 633, 7717). Output is hostile, so all of them are read and dropped.
 */
const DROPPED = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 22, 46, 50, 51, 52, 60,
  61, 66, 99, 104, 105, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119, 133, 633, 777, 1337, 3008,
  5522, 7717,
] as const

/** Makes `terminal` deaf to every sequence that reaches beyond its screen. Returns what takes it back. */
export function dropReachingSequences(terminal: Terminal): () => void {
  const handlers = DROPPED.map((code) => terminal.parser.registerOscHandler(code, () => true))
  return () => {
    for (const handler of handlers) handler.dispose()
  }
}
