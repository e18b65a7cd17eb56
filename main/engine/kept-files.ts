import { REDACTED } from '../core/evidence/redact.ts'
import type { FileFacts } from '../core/files/transfer.ts'
import type { Recorded } from './recording.ts'

/**
 * What is recorded of a download that secrets were taken out of: the digest of what is kept in place of that of the file,
 * in its words too, for a secret could be guessed by that one. `digest`: SHA-256 of what was kept, hex. Everything else
 * stays as it is.
 */
export function keptFiles(
  facts: FileFacts,
  { unrecorded }: Recorded,
  digest: string | undefined,
): FileFacts {
  const { direction, sha256, error } = facts
  if (direction !== 'download' || sha256 === undefined || digest === undefined) return facts
  // Where the disk refused a part, the difference says nothing about secrets.
  if (unrecorded !== undefined || sha256 === digest) return facts
  return {
    ...facts,
    sha256: digest,
    redacted: true,
    ...(error !== undefined && { error: error.replaceAll(sha256, REDACTED) }),
  }
}
