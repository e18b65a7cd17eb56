import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto'
import { WireReader } from './ssh-wire.ts'

/** Verifying with the public keys of SSH (RFC 4253, 5656, 8332, 8709; OpenSSH's PROTOCOL.u2f for keys on a token). */

const CURVES: Readonly<Record<string, { readonly crv: string; readonly hash: string }>> = {
  nistp256: { crv: 'P-256', hash: 'sha256' },
  nistp384: { crv: 'P-384', hash: 'sha384' },
  nistp521: { crv: 'P-521', hash: 'sha512' },
}

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()

/** A number without its sign byte, and for curves of the length of their field. */
function unsigned(bytes: Buffer, length?: number): Buffer {
  const digits = bytes.subarray(bytes.findIndex((byte) => byte !== 0))
  if (length === undefined || digits.length >= length) return digits
  return Buffer.concat([Buffer.alloc(length - digits.length), digits])
}

function ed25519(key: Uint8Array): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: base64url(key) }, format: 'jwk' })
}

function onCurve(name: string, point: Buffer): KeyObject {
  const curve = CURVES[name]
  const half = (point.length - 1) / 2
  if (curve === undefined || point[0] !== 4) throw new Error('This kind of point is not known.')
  const x = base64url(point.subarray(1, 1 + half))
  const y = base64url(point.subarray(1 + half))
  return createPublicKey({ key: { kty: 'EC', crv: curve.crv, x, y }, format: 'jwk' })
}

/** Two numbers of a curve as they stand one after the other (IEEE P1363). */
function joined(blob: Buffer, length: number): Buffer {
  const reader = new WireReader(blob)
  return Buffer.concat([unsigned(reader.string(), length), unsigned(reader.string(), length)])
}

/** What a token has signed: the application, its flags and counter, and the hash of the message. */
function fromToken(application: Buffer, signature: WireReader, message: Uint8Array): Buffer {
  const flagsAndCounter = signature.bytes(5)
  return Buffer.concat([sha256(application), flagsAndCounter, sha256(message)])
}

/** Whether the signature (as SSH writes it) over the message is by this key. Throws when either is of no known form. */
export function verifiesWithSshKey(
  publicKey: Uint8Array,
  message: Uint8Array,
  signed: Uint8Array,
): boolean {
  const key = new WireReader(publicKey)
  const signature = new WireReader(signed)
  const type = key.string().toString('latin1')
  const algorithm = signature.string().toString('latin1')
  const blob = signature.string()
  if (type !== 'ssh-rsa' && algorithm !== type) return false
  switch (type) {
    case 'ssh-ed25519':
      return verify(null, message, ed25519(key.string()), blob)
    case 'sk-ssh-ed25519@openssh.com': {
      const point = key.string()
      return verify(null, fromToken(key.string(), signature, message), ed25519(point), blob)
    }
    case 'ssh-rsa': {
      const e = base64url(unsigned(key.string()))
      const n = base64url(unsigned(key.string()))
      const rsa = createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' })
      if (algorithm !== 'rsa-sha2-256' && algorithm !== 'rsa-sha2-512') return false
      return verify(algorithm === 'rsa-sha2-256' ? 'sha256' : 'sha512', message, rsa, blob)
    }
    case 'ecdsa-sha2-nistp256':
    case 'ecdsa-sha2-nistp384':
    case 'ecdsa-sha2-nistp521':
    case 'sk-ecdsa-sha2-nistp256@openssh.com': {
      const name = key.string().toString('latin1')
      const point = key.string()
      const length = (point.length - 1) / 2
      const text = type.startsWith('sk-') ? fromToken(key.string(), signature, message) : message
      const curve = { key: onCurve(name, point), dsaEncoding: 'ieee-p1363' as const }
      return verify(CURVES[name]?.hash, text, curve, joined(blob, length))
    }
    default:
      throw new Error(`Signatures by ${type} cannot be checked.`)
  }
}

/** `SHA256:…`, as ssh-keygen prints it. */
export function sshFingerprint(publicKey: Uint8Array): string {
  return `SHA256:${sha256(publicKey).toString('base64').replace(/=+$/u, '')}`
}

/** `type base64`, as it stands in an authorized_keys or allowed_signers file. */
export function sshKeyText(publicKey: Uint8Array): string {
  const type = new WireReader(publicKey).string().toString('latin1')
  return `${type} ${Buffer.from(publicKey).toString('base64')}`
}
