import { crc32, deflateSync } from 'node:zlib'

/** Pictures that are small on the disk, of any size they claim. */

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}

/** A PNG of one colour that any decoder takes. `rows`: how many are really in it; by default all. */
export function png(
  width: number,
  height: number,
  rows = height,
  [red, green, blue] = [0x20, 0x60, 0xa0],
): Buffer {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width)
  head.writeUInt32BE(height, 4)
  head.set([8, 2, 0, 0, 0], 8)
  const row = Buffer.concat([
    Buffer.from([0]),
    Buffer.alloc(Math.min(width, 10_000) * 3, Buffer.from([red ?? 0, green ?? 0, blue ?? 0])),
  ])
  const pixels = deflateSync(
    Buffer.concat(Array.from({ length: Math.min(rows, 5_000) }, () => row)),
  )
  return Buffer.concat([
    Buffer.from('\u0089PNG\r\n\u001A\n', 'latin1'),
    chunk('IHDR', head),
    chunk('IDAT', pixels),
    chunk('IEND', new Uint8Array(0)),
  ])
}

/** Header and first picture of a GIF, with an extension between them. */
export function gif(width: number, height: number, inner = width, below = height): Buffer {
  const bytes = Buffer.alloc(13 + 6 + 8 + 10)
  bytes.write('GIF89a', 'latin1')
  bytes.writeUInt16LE(width, 6)
  bytes.writeUInt16LE(height, 8)
  bytes[10] = 0x80
  // Two colours, then a graphic control extension.
  bytes.set([0x21, 0xf9, 4, 0, 0, 0, 0, 0], 19)
  bytes[27] = 0x2c
  bytes.writeUInt16LE(inner, 32)
  bytes.writeUInt16LE(below, 34)
  return bytes
}

/** The beginning of a JPEG: an application segment, then the frame header. */
export function jpeg(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(2 + 18 + 12)
  bytes.set([0xff, 0xd8, 0xff, 0xe0, 0, 16])
  bytes.set([0xff, 0xc0, 0, 10, 8], 20)
  bytes.writeUInt16BE(height, 25)
  bytes.writeUInt16BE(width, 27)
  return bytes
}

export function webp(kind: 'VP8 ' | 'VP8L' | 'VP8X', width: number, height: number): Buffer {
  const bytes = Buffer.alloc(32)
  bytes.write('RIFF', 'latin1')
  bytes.write(`WEBP${kind}`, 8, 'latin1')
  if (kind === 'VP8X') {
    bytes.writeUIntLE(width - 1, 24, 3)
    bytes.writeUIntLE(height - 1, 27, 3)
  } else if (kind === 'VP8L') {
    bytes[20] = 0x2f
    bytes.writeUInt32LE((((height - 1) << 14) | (width - 1)) >>> 0, 21)
  } else {
    bytes.set([0x9d, 0x01, 0x2a], 23)
    bytes.writeUInt16LE(width, 26)
    bytes.writeUInt16LE(height, 28)
  }
  return bytes
}
