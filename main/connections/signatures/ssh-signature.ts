import { createHash } from 'node:crypto'
import { sshFingerprint, sshKeyText, verifiesWithSshKey } from './ssh-key.ts'
import { WireReader, wireString } from './ssh-wire.ts'

/** Signatures made with `ssh-keygen -Y sign` (OpenSSH, PROTOCOL.sshsig). */

const MAGIC = Buffer.from('SSHSIG', 'latin1')
const ARMOUR =
  /^-----BEGIN SSH SIGNATURE-----\s+(?<base64>[A-Za-z0-9+/=\s]+)-----END SSH SIGNATURE-----\s*$/u

/**
 * Who signed the message for this namespace: the key as `type base64`, and its fingerprint; or in words why the signature
 * does not hold. Whose key that is has to be known from elsewhere.
 */
export function checkSshSignature(
  armoured: string,
  namespace: string,
  message: Uint8Array,
): { readonly key: string; readonly by: string } | { readonly problem: string } {
  const base64 = ARMOUR.exec(armoured)?.groups?.['base64']
  if (base64 === undefined) return { problem: 'This is not an SSH signature.' }
  try {
    const reader = new WireReader(Buffer.from(base64, 'base64'))
    if (!reader.bytes(MAGIC.length).equals(MAGIC) || reader.uint32() !== 1)
      return { problem: 'This is not an SSH signature of a known version.' }
    const key = reader.string()
    const made = reader.string().toString('utf8')
    const reserved = reader.string()
    const algorithm = reader.string().toString('latin1')
    const signature = reader.string()
    if (made !== namespace)
      return { problem: `It was made for “${made}”: sign with -n ${namespace}.` }
    if (algorithm !== 'sha256' && algorithm !== 'sha512')
      return { problem: `Its hash ${algorithm} is not known.` }
    const signed = Buffer.concat([
      MAGIC,
      wireString(namespace),
      wireString(reserved),
      wireString(algorithm),
      wireString(createHash(algorithm).update(message).digest()),
    ])
    return verifiesWithSshKey(key, signed, signature)
      ? { key: sshKeyText(key), by: sshFingerprint(key) }
      : { problem: 'The signature is not over this.' }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { problem: `The signature cannot be read: ${why}` }
  }
}
