import { bytesFromBase64 } from './base64.ts'
import type { Client } from './client.ts'

/** The most bytes that one answer has. */
export const PIECE = 1024 * 1024

/** Reads a piece of a recorded output, at most 1 MB at a time. */
export async function readBlob(
  request: Client['request'],
  run: string,
  sha256: string,
  offset: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (length <= 0) return new Uint8Array()
  const answer = await request('runs.output', { run, sha256, offset, length })
  return bytesFromBase64(answer.base64)
}

/** Reads all of it, piece by piece. `progress`: bytes so far. Rejects with the signal's reason when it is aborted. */
export async function readWhole(
  request: Client['request'],
  { run, sha256, bytes }: { readonly run: string; readonly sha256: string; readonly bytes: number },
  {
    signal,
    progress,
  }: { readonly signal?: AbortSignal; readonly progress?: (bytes: number) => void } = {},
): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = []
  for (let offset = 0; offset < bytes;) {
    const part = await readBlob(request, run, sha256, offset, Math.min(PIECE, bytes - offset))
    signal?.throwIfAborted()
    if (part.length === 0) throw new Error('What is recorded is shorter than its event says.')
    parts.push(part)
    offset += part.length
    progress?.(offset)
  }
  return new Blob(parts)
}
