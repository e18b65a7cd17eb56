import { keyType } from './known-hosts.ts'

/**
 * The parts of a host certificate that say whose it is (OpenSSH's PROTOCOL.certkeys): the plain key that it is about and
 * the key of the authority that signed it. Whether the signature is right is for OpenSSH to check.
 */

const SUFFIX = '-cert-v01@openssh.com'

/** How many strings the public part of a key has, by type. */
const FIELDS: Readonly<Record<string, number>> = {
  'ssh-ed25519': 1,
  'ssh-rsa': 2,
  'ssh-dss': 4,
  'ecdsa-sha2-nistp256': 2,
  'ecdsa-sha2-nistp384': 2,
  'ecdsa-sha2-nistp521': 2,
  'sk-ssh-ed25519@openssh.com': 2,
  'sk-ecdsa-sha2-nistp256@openssh.com': 3,
}

/** Undefined for what is no certificate, or none that this knows. */
export function readCertificate(
  blob: Buffer,
): { readonly plain: Buffer; readonly authority: Buffer } | undefined {
  const written = keyType(blob)
  if (!written.endsWith(SUFFIX)) return undefined
  // Security keys have the suffix of their own before that of a certificate.
  const base = written.slice(0, -SUFFIX.length)
  const type = base.startsWith('sk-') ? `${base}@openssh.com` : base
  const fields = FIELDS[type]
  if (fields === undefined) return undefined
  let at = 0
  const string = (): Buffer => {
    const length = blob.readUInt32BE(at)
    const end = at + 4 + length
    if (end > blob.length) throw new RangeError('cut off')
    const bytes = blob.subarray(at, end)
    at = end
    return bytes
  }
  try {
    string()
    string()
    const key = Array.from({ length: fields }, string)
    at += 8 + 4 // serial, kind
    string() // id
    string() // principals
    at += 8 + 8 // from, until
    for (let skipped = 0; skipped < 3; skipped++) string() // options, extensions, reserved
    const authority = string().subarray(4)
    const name = Buffer.from(type)
    const length = Buffer.alloc(4)
    length.writeUInt32BE(name.length)
    return { plain: Buffer.concat([length, name, ...key]), authority }
  } catch {
    return undefined
  }
}
