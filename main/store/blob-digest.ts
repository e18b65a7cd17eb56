import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { WrittenBlob } from '../engine/ports.ts'

/** How much of a file is in memory at a time. */
const STEP_BYTES = 1024 * 1024
/** Most outputs are short, and a run has thousands of them. */
const LEAST_BYTES = 4096

/** What a file's reference would be as a blob with this salt. Reads it in bounded memory. */
export async function digestFile(path: string, salt: Uint8Array): Promise<WrittenBlob> {
  const plain = createHash('sha256')
  const salted = createHash('sha256').update(salt)
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const buffer = Buffer.allocUnsafe(Math.min(STEP_BYTES, Math.max(LEAST_BYTES, size)))
    let bytes = 0
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, bytes)
      if (bytesRead === 0) break
      const piece = buffer.subarray(0, bytesRead)
      plain.update(piece)
      salted.update(piece)
      bytes += bytesRead
    }
    return { sha256: salted.digest('hex'), bytes, content: plain.digest('hex') }
  } finally {
    await file.close()
  }
}
