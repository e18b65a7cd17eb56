import { createPublicKey, verify } from 'node:crypto'
import type { SignatureChecks } from '../../engine/ports.ts'
import { checkSshSignature } from './ssh-signature.ts'
import { checkTimestamp } from './timestamp.ts'

/** What SSH keys sign checkpoints for: `ssh-keygen -Y sign -n muster-checkpoint`. */
export const SSH_NAMESPACE = 'muster-checkpoint'

/** Checks signatures with Node's own cryptography. */
export const signatureChecks: SignatureChecks = {
  ed25519(key, bytes, signature) {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(key).toString('base64url') }
    return verify(null, bytes, createPublicKey({ key: jwk, format: 'jwk' }), signature)
  },
  ssh: (armoured, message) => checkSshSignature(armoured, SSH_NAMESPACE, message),
  timestamp: checkTimestamp,
}
