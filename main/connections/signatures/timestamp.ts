import { createHash } from 'node:crypto'
import {
  der,
  GENERALIZED_TIME,
  INTEGER,
  membersOf,
  OBJECT_ID,
  OCTET_STRING,
  readDer,
  SEQUENCE,
  type DerValue,
} from './der.ts'

/** Time stamps of RFC 3161: a service signs that it has seen the hash of a message at a time. */

/** 2.16.840.1.101.3.4.2.1 */
const SHA256 = Buffer.from('608648016503040201', 'hex')
/** 1.2.840.113549.1.9.16.1.4: what a time stamp's token has in it. */
const TST_INFO = Buffer.from('2a864886f70d0109100104', 'hex')
const TRUE = Buffer.from('0101ff', 'hex')

const imprint = (message: Uint8Array): Buffer => createHash('sha256').update(message).digest()

/** The request, as it is sent with the type application/timestamp-query. `nonce`: 8 random bytes. */
export function timestampQuery(message: Uint8Array, nonce: Uint8Array): Buffer {
  const algorithm = der(SEQUENCE, der(OBJECT_ID, SHA256), Buffer.from('0500', 'hex'))
  return der(
    SEQUENCE,
    der(INTEGER, Buffer.of(1)),
    der(SEQUENCE, algorithm, der(OCTET_STRING, imprint(message))),
    // The first bit of a number is its sign.
    der(INTEGER, Buffer.from([0x01]), nonce),
    // The certificates come along, so that the answer can be checked by itself.
    TRUE,
  )
}

function member(value: DerValue | undefined, index: number): DerValue | undefined {
  return value === undefined ? undefined : membersOf(value)[index]
}

/** `20261121034500Z`, perhaps with a fraction. */
function timeOf(value: DerValue | undefined): number | undefined {
  if (value?.tag !== GENERALIZED_TIME) return undefined
  const parts = /^(?<date>\d{4}\d{2}\d{2})(?<time>\d{6})(?<fraction>\.\d+)?Z$/u.exec(
    value.content.toString('latin1'),
  )?.groups
  const { date = '', time = '', fraction = '' } = parts ?? {}
  const at = Date.parse(
    `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}${fraction.slice(0, 4)}Z`,
  )
  return Number.isNaN(at) ? undefined : at
}

/**
 * When the service says it has seen the message; or in words why the answer (a TimeStampResp, DER) says nothing about it.
 * The service's own signature is not checked here: that takes the certificates one trusts, and `openssl ts -verify`.
 */
export function checkTimestamp(
  answer: Uint8Array,
  message: Uint8Array,
): { readonly at: number } | { readonly problem: string } {
  try {
    const [status, token] = membersOf(readDer(answer))
    const code = member(status, 0)?.content
    if (code?.length !== 1 || (code[0] !== 0 && code[0] !== 1))
      return { problem: 'The service has refused to give a time stamp.' }
    // ContentInfo, its content, SignedData, what is signed, its content as octets.
    const signed = member(member(token, 1), 0)
    const encapsulated = member(signed, 2)
    if (member(encapsulated, 0)?.content.equals(TST_INFO) !== true)
      return { problem: 'The answer has no time stamp in it.' }
    const octets = member(member(encapsulated, 1), 0)
    const info = octets === undefined ? undefined : readDer(octets.content)
    const seen = member(info, 2)
    const algorithm = member(member(seen, 0), 0)?.content
    const at = timeOf(member(info, 4))
    if (algorithm?.equals(SHA256) !== true || at === undefined)
      return { problem: 'The time stamp has no known form; ask for one with SHA-256.' }
    return member(seen, 1)?.content.equals(imprint(message)) === true
      ? { at }
      : { problem: 'The time stamp is of something else.' }
  } catch {
    return { problem: 'This is not a time stamp.' }
  }
}
