/** Text of servers and databases, made safe to look at: nothing in it moves, hides or turns around what stands beside it. */

const BREAKS = /\r\n|\n|\r/gu
// C0 without tab and line feed, DEL and C1; marks that change direction; separators that some programs break lines at.
const HIDDEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu

function named(character: string): string {
  const code = character.codePointAt(0) ?? 0
  return code < 0x20
    ? String.fromCodePoint(0x2400 + code)
    : `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`
}

/** Over several lines; controls are shown as what they are. */
export function shownText(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(HIDDEN, named)
}

/** On one line: breaks and tabs are shown as signs. */
export function shownLine(text: string): string {
  return text.replaceAll(BREAKS, '↵').replaceAll('\t', '⇥').replaceAll(HIDDEN, named)
}
