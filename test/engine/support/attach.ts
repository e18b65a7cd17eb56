import { PIECE_BYTES } from '../../../main/contract/attachments.ts'
import type { RequestResult } from '../../../main/contract/requests.ts'
import type { Connection } from '../../../main/engine/engine.ts'

export interface Given {
  readonly run: string
  readonly name: string
  readonly bytes: Uint8Array
  readonly actor?: string
  readonly step?: string
  readonly caption?: string
}

/** Hands over bytes as a window does, up to and without the last word. */
export async function handOver(
  connection: Connection,
  { run, name, bytes }: Pick<Given, 'run' | 'name' | 'bytes'>,
  piece = PIECE_BYTES,
): Promise<string> {
  const { upload } = await connection.request('attachments.begin', {
    run,
    name,
    size: bytes.length,
  })
  for (let offset = 0; offset < bytes.length; offset += piece)
    await connection.request('attachments.piece', {
      upload,
      offset,
      base64: Buffer.from(bytes.subarray(offset, offset + piece)).toString('base64'),
    })
  return upload
}

/** Attaches bytes to a run. */
export async function attach(
  connection: Connection,
  { run, name, bytes, actor = 'Ada', step, caption }: Given,
  piece?: number,
): Promise<RequestResult<'attachments.add'>> {
  const upload = await handOver(connection, { run, name, bytes }, piece)
  return await connection.request('attachments.add', {
    upload,
    actor,
    ...(step !== undefined && { step }),
    ...(caption !== undefined && { caption }),
  })
}
