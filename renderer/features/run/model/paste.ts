/**
 * Text on its way from the clipboard into a terminal. xterm.js does not strip escape characters inside a bracketed
 * paste, so a pasted end marker could break out of the brackets and be executed: controls go before it sees them.
 */

export interface Paste {
  /** Newlines as a keyboard sends them (`\r`), tabs kept, every other C0 and C1 control removed. */
  readonly text: string
  /** A last newline ends a line and begins none. */
  readonly lines: number
  /** Control characters that were taken out. */
  readonly removed: number
  /** It has a newline: it is shown and confirmed first, because each newline may execute a line. */
  readonly needsConfirmation: boolean
}

// C0 without tab and newline, DEL, C1.
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

/** What may be pasted of `clipboard`. */
export function preparePaste(clipboard: string): Paste {
  const normal = clipboard.replace(/\r\n?/g, '\n')
  const clean = normal.replace(CONTROLS, '')
  const lines = clean === '' ? 0 : clean.replace(/\n$/, '').split('\n').length
  return {
    text: clean.replace(/\n/g, '\r'),
    lines,
    removed: normal.length - clean.length,
    needsConfirmation: clean.includes('\n'),
  }
}
