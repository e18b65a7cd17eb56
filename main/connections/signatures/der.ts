/** As much of DER (X.690) as time stamps need. */

export interface DerValue {
  readonly tag: number
  /** Header and content. */
  readonly whole: Buffer
  readonly content: Buffer
}

/** The value at the beginning of the bytes. Throws where they are none. */
export function readDer(bytes: Uint8Array): DerValue {
  const buffer = Buffer.from(bytes)
  const [tag, first] = buffer
  if (tag === undefined || first === undefined) throw new RangeError('It ends too early.')
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f
  if (first === 0x80 || lengthBytes > 4) throw new RangeError('A length has no known form.')
  const length = lengthBytes === 0 ? first : buffer.readUIntBE(2, lengthBytes)
  const start = 2 + lengthBytes
  if (start + length > buffer.length) throw new RangeError('It ends too early.')
  return {
    tag,
    whole: buffer.subarray(0, start + length),
    content: buffer.subarray(start, start + length),
  }
}

/** The values that a constructed value consists of. */
export function membersOf(value: DerValue): readonly DerValue[] {
  const members: DerValue[] = []
  for (let rest = value.content; rest.length > 0;) {
    const member = readDer(rest)
    members.push(member)
    rest = rest.subarray(member.whole.length)
  }
  return members
}

/** A value of a tag, of these parts. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content])
  const digits = content.length.toString(16)
  const length = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex')
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, content])
}

export const INTEGER = 0x02
export const OCTET_STRING = 0x04
export const OBJECT_ID = 0x06
export const GENERALIZED_TIME = 0x18
export const SEQUENCE = 0x30
