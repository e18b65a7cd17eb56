import { PIECE_BYTES } from '../../main/contract/attachments.ts'
import type { RequestResult } from '../../main/contract/requests.ts'
import { base64OfFile } from './base64.ts'
import type { Client } from './client.ts'

export interface FileToAttach {
  readonly run: string
  readonly actor: string
  readonly file: Blob
  readonly name: string
  readonly step: string | undefined
  readonly caption: string
}

/**
 * Gives a file to a run, piece by piece. `progress`: bytes handed over. Rejects in words, or with the signal's reason when
 * it is aborted; then nothing of it is left.
 */
export async function attachFile(
  request: Client['request'],
  { run, actor, file, name, step, caption }: FileToAttach,
  {
    signal,
    progress,
  }: { readonly signal: AbortSignal; readonly progress: (bytes: number) => void },
): Promise<RequestResult<'attachments.add'>> {
  const { upload } = await request('attachments.begin', { run, name, size: file.size })
  try {
    for (let offset = 0; offset < file.size; offset += PIECE_BYTES) {
      const base64 = await base64OfFile(file.slice(offset, offset + PIECE_BYTES))
      signal.throwIfAborted()
      const { bytes } = await request('attachments.piece', { upload, offset, base64 })
      signal.throwIfAborted()
      progress(bytes)
    }
    const words = caption.trim()
    return await request('attachments.add', {
      upload,
      actor,
      ...(step !== undefined && { step }),
      ...(words !== '' && { caption: words }),
    })
  } catch (error) {
    request('attachments.cancel', { upload }).catch(() => undefined)
    throw error
  }
}
