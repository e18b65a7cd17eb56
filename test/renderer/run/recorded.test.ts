import { assert, constantFrom, array, integer, property, tuple, asyncProperty } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { recordedReader, segmentsOf } from '../../../renderer/features/run/terminal/recorded.ts'
import { base64FromBytes, bytesFromBase64 } from '../../../renderer/api/base64.ts'

const blob = (name: string, bytes: number) => ({ sha256: name, bytes, content: '' })

describe('recorded output', () => {
  test('two streams are shown in the order in which they came', () => {
    expect(segmentsOf('[1,"o",3]\n[2,"e",2]\n[3,"o",4]\n', 7, 2)).toEqual([
      { channel: 'o', bytes: 3 },
      { channel: 'e', bytes: 2 },
      { channel: 'o', bytes: 4 },
    ])
  })

  test('a timing that is cut short, wrong or missing loses nothing', () => {
    expect(segmentsOf('[1,"e",1]\n[2,"o"', 3, 2)).toEqual([
      { channel: 'e', bytes: 1 },
      { channel: 'o', bytes: 3 },
      { channel: 'e', bytes: 1 },
    ])
    expect(segmentsOf('nonsense', 3, 2)).toEqual([
      { channel: 'o', bytes: 3 },
      { channel: 'e', bytes: 2 },
    ])
  })

  test('property: whatever the timing says, each byte of both streams appears once', () => {
    const entry = tuple(constantFrom('o', 'e'), integer({ min: -3, max: 9 }))
    assert(
      property(
        array(entry),
        integer({ min: 0, max: 40 }),
        integer({ min: 0, max: 40 }),
        (entries, o, e) => {
          const timing = entries
            .map(([channel, bytes]) => JSON.stringify([0, channel, bytes]))
            .join('\n')
          const sum = (channel: string) =>
            segmentsOf(timing, o, e)
              .filter((segment) => segment.channel === channel)
              .reduce((total, segment) => total + segment.bytes, 0)
          expect([sum('o'), sum('e')]).toEqual([o, e])
        },
      ),
    )
  })

  test('pages: any budget gives the same bytes, and the rest is counted', async () => {
    const stored: Record<string, Uint8Array> = {
      out: Uint8Array.from({ length: 700_000 }, (_, index) => index % 251),
      err: Uint8Array.from({ length: 9 }, () => 255),
    }
    const read = (sha256: string, offset: number, length: number) =>
      Promise.resolve(stored[sha256]?.slice(offset, offset + length) ?? new Uint8Array())
    await assert(
      asyncProperty(integer({ min: 50_000, max: 900_000 }), async (budget) => {
        const reader = recordedReader(
          { stdout: blob('out', 700_000), stderr: blob('err', 9) },
          read,
        )
        const pieces: Uint8Array[] = []
        while (reader.remaining() > 0) pieces.push(...(await reader.next(budget)))
        expect(
          Buffer.compare(
            Buffer.concat(pieces),
            Buffer.concat([stored['out'] ?? new Uint8Array(), stored['err'] ?? new Uint8Array()]),
          ),
        ).toBe(0)
      }),
      { numRuns: 10 },
    )
  })

  test('a blob that ends early is an error, not an endless wait', async () => {
    const reader = recordedReader({ stdout: blob('out', 5) }, () =>
      Promise.resolve(new Uint8Array()),
    )
    await expect(reader.next(100)).rejects.toThrow('shorter than the log says')
  })

  test('base64 both ways, any bytes', () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 7) % 256)
    expect(Buffer.compare(bytesFromBase64(base64FromBytes(bytes)), bytes)).toBe(0)
    expect(base64FromBytes(Uint8Array.of(0, 255, 128))).toBe(
      Buffer.from([0, 255, 128]).toString('base64'),
    )
  })
})
