import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ProtocolError, ReplyReader } from '../../../main/executors/redis/reply-reader.ts'
import { ReplyText } from '../../../main/executors/redis/reply-text.ts'
import { ReplyValue } from '../../../main/executors/redis/reply-value.ts'

/** The protocol as it may arrive: in any pieces, nested, empty, with attributes, and as nonsense. */

type Reply =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'bytes'; readonly sign: '$' | '='; readonly bytes: Uint8Array }
  | { readonly kind: 'many'; readonly sign: '*' | '~' | '%'; readonly members: readonly Reply[] }
  | { readonly kind: 'noted'; readonly note: Reply; readonly reply: Reply }

function encode(reply: Reply): Buffer {
  switch (reply.kind) {
    case 'line':
      return Buffer.from(`${reply.text}\r\n`, 'latin1')
    case 'bytes': {
      const bytes =
        reply.sign === '=' ? Buffer.concat([Buffer.from('txt:'), reply.bytes]) : reply.bytes
      return Buffer.concat([
        Buffer.from(`${reply.sign}${bytes.length}\r\n`),
        bytes,
        Buffer.from('\r\n'),
      ])
    }
    case 'many': {
      // Keys of a map come twice: once as key, once as value.
      const members =
        reply.sign === '%' ? reply.members.flatMap((member) => [member, member]) : reply.members
      return Buffer.concat([
        Buffer.from(`${reply.sign}${reply.members.length}\r\n`),
        ...members.map(encode),
      ])
    }
    case 'noted':
      return Buffer.concat([
        Buffer.from('|1\r\n'),
        encode(reply.note),
        encode(reply.note),
        encode(reply.reply),
      ])
  }
}

const line = fc
  .constantFrom(
    '+OK',
    '-ERR no',
    ':1',
    ':-9007199254740993',
    ',1.5',
    ',inf',
    '#t',
    '#f',
    '_',
    '(123456789012345678901',
    '$-1',
    '*-1',
    '+',
  )
  .map((text): Reply => ({ kind: 'line', text }))
const bytes = fc
  .record({ sign: fc.constantFrom('$', '='), bytes: fc.uint8Array({ maxLength: 20 }) })
  .map(({ sign, bytes: content }): Reply => ({ kind: 'bytes', sign, bytes: content }))
const { reply } = fc.letrec<{ reply: Reply }>((tie) => ({
  reply: fc.oneof(
    { depthSize: 'small' },
    line,
    bytes,
    fc
      .record({
        sign: fc.constantFrom('*', '~', '%'),
        members: fc.array(tie('reply'), { maxLength: 12 }),
      })
      .map(({ sign, members }): Reply => ({ kind: 'many', sign, members })),
    fc
      .record({ note: line, reply: tie('reply') })
      .map((given): Reply => ({ kind: 'noted', ...given })),
  ),
}))

function read(pieces: readonly Uint8Array[]) {
  const out: Buffer[] = []
  const text = new ReplyText((piece) =>
    out.push(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : Buffer.from(piece)),
  )
  const value = new ReplyValue(1_000_000)
  const both = {
    scalar: (...given: Parameters<ReplyText['scalar']>) =>
      [text, value].forEach((each) => each.scalar(...given)),
    stringBegin: (...given: Parameters<ReplyValue['stringBegin']>) =>
      [text, value].forEach((each) => each.stringBegin(...given)),
    stringData: (given: Uint8Array) => [text, value].forEach((each) => each.stringData(given)),
    stringEnd: () => [text, value].forEach((each) => each.stringEnd()),
    aggregateBegin: (...given: Parameters<ReplyText['aggregateBegin']>) =>
      [text, value].forEach((each) => each.aggregateBegin(...given)),
    aggregateEnd: () => [text, value].forEach((each) => each.aggregateEnd()),
  }
  const reader = new ReplyReader(both)
  let used = 0
  for (const piece of pieces) used += reader.push(piece)
  return {
    text: Buffer.concat(out).toString('latin1'),
    json: JSON.stringify(value.value),
    used,
    done: reader.done,
  }
}

test('a reply reads the same in any pieces, and takes exactly its own bytes', () => {
  fc.assert(
    fc.property(reply, fc.array(fc.nat(400), { maxLength: 12 }), (given, cuts) => {
      const encoded = encode(given)
      const whole = read([Buffer.concat([encoded, Buffer.from('+next\r\n')])])
      expect(whole.done).toBe(true)
      expect(whole.used).toBe(encoded.length)
      expect(whole.text.endsWith('\n')).toBe(true)
      const at = [...new Set(cuts.map((cut) => cut % (encoded.length + 1)))].toSorted(
        (left, right) => left - right,
      )
      const pieces = [...at, encoded.length].map((end, index) =>
        encoded.subarray(at[index - 1] ?? 0, end),
      )
      expect(read(pieces)).toEqual(whole)
      expect(read([...encoded].map((byte) => Uint8Array.of(byte)))).toEqual(whole)
    }),
    { numRuns: 300 },
  )
})

test('an unfinished reply is not done', () => {
  fc.assert(
    fc.property(reply, fc.nat(), (given, at) => {
      const encoded = encode(given)
      const cut = at % encoded.length
      expect(read([encoded.subarray(0, cut)]).done).toBe(false)
    }),
  )
})

test('nonsense is told as such, or waits for more; nothing else happens', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.constantFrom('*', '$', '%', '|', '-', '+', ':', '1', '2', '99', '\r\n', '\n', 'x', '_'),
        { maxLength: 30 },
      ),
      (parts) => {
        try {
          read([Buffer.from(parts.join(''))])
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError)
        }
      },
    ),
    { numRuns: 1000 },
  )
  expect(() => read([Buffer.from('*1\r\n'.repeat(200))])).toThrow('nested too deeply')
  expect(() => read([Buffer.alloc(70_000, 'x')])).toThrow('without an end')
})
