import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import type { RunState } from '../../../core/run/state.ts'
import type { Connection } from '../../../engine/engine.ts'
import { writeBeside } from '../../../exports/beside.ts'
import { CliError, usage } from '../cli-error.ts'
import { EXIT } from '../exit-codes.ts'

/** How much of it is read at a time. */
const PIECE = 512 * 1024

/** Writes an attachment (from 1) to a file, or to standard output for `-`. Throws when its bytes are not as recorded. */
export async function saveAttachment(
  connection: Connection,
  state: RunState,
  number: number,
  { output, replace }: { readonly output: string; readonly replace: boolean },
): Promise<void> {
  const attachment = state.attachments?.[number - 1]
  if (attachment === undefined) {
    const count = state.attachments?.length ?? 0
    throw usage(
      count === 0
        ? 'This run has no attachments.'
        : `There is no attachment ${number}; there ${count === 1 ? 'is one' : `are ${count}`}.`,
    )
  }
  const { blob } = attachment
  const hash = createHash('sha256')
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let offset = 0; offset < blob.bytes;) {
      const { base64 } = await connection.request('runs.output', {
        run: state.run,
        sha256: blob.sha256,
        offset,
        length: Math.min(PIECE, blob.bytes - offset),
      })
      const bytes = Buffer.from(base64, 'base64')
      if (bytes.length === 0)
        throw new CliError(EXIT.problems, 'The recorded file is shorter than its record says.')
      hash.update(bytes)
      offset += bytes.length
      yield bytes
    }
  }
  if (output === '-') {
    for await (const bytes of pieces()) process.stdout.write(bytes)
  } else
    await writeBeside(resolve(output), pieces(), { replace, signal: new AbortController().signal })
  // Of what was collected from a host, the digest is over what came: a secret that was in it is not there any more.
  if (hash.digest('hex') !== attachment.sha256)
    throw new CliError(
      EXIT.problems,
      'What is kept is not byte for byte what came: a secret in it was redacted when it was recorded.',
    )
}
