/** Bytes to and from the text they travel as. */

export function bytesFromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index)
  return bytes
}

/** Works in pieces: a long argument list would overflow the stack. */
export function base64FromBytes(bytes: Uint8Array): string {
  let binary = ''
  for (let at = 0; at < bytes.length; at += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  }
  return btoa(binary)
}

/** The base64 of a piece of a file, made by the browser itself. Rejects in words when it cannot be read. */
export async function base64OfFile(piece: Blob): Promise<string> {
  return await new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.addEventListener('load', () => {
      const { result } = reader
      resolve(typeof result === 'string' ? result.slice(result.indexOf(',') + 1) : '')
    })
    reader.addEventListener('error', () =>
      reject(new Error(`The file cannot be read. ${reader.error?.message ?? ''}`.trim())),
    )
    reader.readAsDataURL(piece)
  })
}
