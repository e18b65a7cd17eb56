import type { RecordTools } from '../../core/evidence/record.ts'
import type { Crypto, SignatureChecks } from '../ports.ts'

/** What the core needs to check a record. */
export function recordTools(crypto: Crypto, signatures: SignatureChecks): RecordTools {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  return {
    hash: (bytes) => Buffer.from(crypto.sha256(bytes), 'hex'),
    hex: (bytes) => Buffer.from(bytes).toString('hex'),
    decode: (bytes) => {
      try {
        return decoder.decode(bytes)
      } catch {
        return undefined
      }
    },
    verify: signatures.ed25519,
    ssh: (armoured, message) => {
      const checked = signatures.ssh(armoured, message)
      return 'key' in checked ? checked.key : undefined
    },
  }
}
