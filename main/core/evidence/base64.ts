const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Standard base64 with padding (RFC 4648, section 4). */
export function encodeBase64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const [first = 0, second = 0, third = 0] = bytes.subarray(at, at + 3)
    const group = first * 0x10000 + second * 0x100 + third
    const characters = [18, 12, 6, 0].map((shift) => ALPHABET.charAt((group >> shift) & 63))
    const missing = Math.max(0, at + 3 - bytes.length)
    text += characters.slice(0, 4 - missing).join('') + '='.repeat(missing)
  }
  return text
}

/** The bytes, or undefined for anything but the one way to write them. */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/u.test(text)) return undefined
  const padding = text.length - text.replace(/=+$/u, '').length
  const bytes = new Uint8Array((text.length / 4) * 3 - padding)
  let written = 0
  for (let at = 0; at < text.length; at += 4) {
    let group = 0
    for (const character of text.slice(at, at + 4))
      group = group * 64 + Math.max(0, ALPHABET.indexOf(character))
    for (const shift of [16, 8, 0]) {
      if (written < bytes.length) bytes[written++] = (group >> shift) & 255
    }
  }
  // Bits beyond the last byte must be zero: two texts must not mean the same bytes.
  return encodeBase64(bytes) === text ? bytes : undefined
}
