/**
 * Text of runbooks and file names is written by strangers: it may not move the cursor, change the window's title or reach
 * the clipboard. Control characters become visible pictures; line ends and tabs stay.
 */
export function printable(text: string): string {
  return text.replaceAll(
    /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]|[\u202A-\u202E\u2066-\u2069]/gu,
    (character) => {
      const code = character.codePointAt(0) ?? 0
      if (code < 0x20) return code === 0x0d ? '' : String.fromCodePoint(0x2400 + code)
      return code === 0x7f ? '␡' : '�'
    },
  )
}
