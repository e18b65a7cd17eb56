import { signatureChecks } from '../../../connections/signatures/checks.ts'
import type { RecordFindings } from '../../../core/evidence/findings.ts'
import { heldOf } from '../../../engine/evidence/comparing.ts'
import { NotABundle, openBundle } from '../../../exports/bundle/files.ts'
import { recordTools, verifyBundle } from '../../../exports/bundle/verify.ts'
import { usage } from '../cli-error.ts'
import { printable } from '../printable.ts'

export interface Kept {
  /** Checkpoints, as texts. */
  readonly notes: string[]
  readonly words: string[]
  readonly keys: string[]
}

/** Checks a zip or the folder it was unpacked to. No data folder is opened. Throws a usage error for what is no bundle. */
export async function verifyBundleAt(path: string, kept: Kept): Promise<RecordFindings> {
  const tools = recordTools({
    verify: signatureChecks.ed25519,
    ssh: (armoured, message) => {
      const checked = signatureChecks.ssh(armoured, message)
      return 'key' in checked ? checked.key : undefined
    },
  })
  const held = heldOf(kept, tools.hash)
  try {
    const files = await openBundle(path)
    try {
      return await verifyBundle(files, held, tools)
    } finally {
      files.close()
    }
  } catch (error) {
    if (error instanceof NotABundle)
      throw usage(`${path} cannot be checked. ${printable(error.message)}`)
    throw error
  }
}
