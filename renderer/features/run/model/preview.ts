/** The end of an output as plain text: what a person reads before they open the whole of it. */

export interface Preview {
  readonly text: string
  /** True when something before it is left out. */
  readonly cut: boolean
}

// CSI, OSC, DCS/SOS/PM/APC strings and two-byte escapes, then what is left of the controls but tab and newline.
const ESCAPES =
  /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[PX^_][^\u001b]*(?:\u001b\\)?|\u001b[ -/]*[0-~]?/g
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

/** The last `lines` lines of `bytes`, without escape sequences. `whole` says that nothing precedes the bytes. */
export function previewOf(bytes: Uint8Array, lines: number, whole: boolean): Preview {
  const text = new TextDecoder()
    .decode(bytes)
    .replace(ESCAPES, '')
    .replace(/\r\n/g, '\n')
    // A progress line that returns without a line feed shows its last state, as a terminal would.
    .replace(/[^\n]*\r(?!\n)/g, '')
    .replace(CONTROLS, '')
    .replace(/\n+$/, '')
  const all = text === '' ? [] : text.split('\n')
  const kept = all.slice(-lines)
  return { text: kept.join('\n'), cut: !whole || kept.length < all.length }
}
