/** How UTF-16 writes a text, as bytes to be looked for: Windows programs print so, in both orders of bytes. */

export interface WideForm {
  readonly bytes: Uint8Array
  readonly width: Width
}

/**
 * `inner`: of a text that begins and ends with a character whose high byte is 0, without that byte on the outside: then the
 * same bytes stand in both orders, and nothing shows which one it is, or where its characters begin.
 */
export type Width = 'little' | 'big' | 'inner'

/** The forms of a text that is not empty, one where both orders of bytes have the same within. */
export function wideForms(text: string): readonly WideForm[] {
  const little = wideBytes(text, 'little')
  // Every second byte of either order is the high one.
  if (little.every((byte, index) => index % 2 === 0 || byte === 0))
    return [{ bytes: wideBytes(text, 'inner'), width: 'inner' }]
  return [
    { bytes: little, width: 'little' },
    { bytes: wideBytes(text, 'big'), width: 'big' },
  ]
}

/** The bytes of a text in one of these ways; `inner` is for texts of Latin letters. */
export function wideBytes(text: string, width: Width): Uint8Array {
  const bytes = new Uint8Array(text.length * 2)
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    bytes[index * 2] = width === 'big' ? unit >> 8 : unit & 255
    bytes[index * 2 + 1] = width === 'big' ? unit & 255 : unit >> 8
  }
  return width === 'inner' ? bytes.subarray(0, -1) : bytes
}
