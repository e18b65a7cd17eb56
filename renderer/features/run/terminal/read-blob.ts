import type { Request } from '../screen/run-context.ts'
import { bytesFromBase64 } from './base64.ts'

/** Reads a piece of a recorded output, at most 1 MB at a time. */
export async function readBlob(
  request: Request,
  run: string,
  sha256: string,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  if (length <= 0) return new Uint8Array()
  const answer = await request('runs.output', { run, sha256, offset, length })
  return bytesFromBase64(answer.base64)
}
