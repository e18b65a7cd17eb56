import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MarkParser, type Piece } from '../../../main/executors/lanes/markers.ts'

const NONCE = 'abc123'
const known = (nonce: string): boolean => nonce === NONCE

/** Everything the parser gives for these chunks, neighbouring bytes joined. */
function parse(chunks: readonly Uint8Array[]): readonly (string | object)[] {
  const parser = new MarkParser(known)
  const pieces: Piece[] = chunks.flatMap((chunk) => [...parser.push(chunk)])
  pieces.push({ kind: 'bytes', bytes: parser.end() })
  const joined: (string | object)[] = []
  let text = ''
  for (const piece of pieces) {
    if (piece.kind === 'bytes') text += Buffer.from(piece.bytes).toString('latin1')
    else {
      if (text !== '') joined.push(text)
      text = ''
      joined.push(piece.mark)
    }
  }
  if (text !== '') joined.push(text)
  return joined
}

const START = `\u001b]7717;S;${NONCE}\u0007`
const END = `\u001b]7717;E;${NONCE};17\u0007`
const PROMPT = `\u001b]7717;P;${NONCE};130\u0007`

test('marks come out, in any number of pieces, and everything else is left alone', () => {
  const bytes = Buffer.from(
    `before\u001b[1m${START}out\u001b]0;title\u0007\u001b${END}${PROMPT}after`,
    'latin1',
  )
  const wanted = [
    'before\u001b[1m',
    { kind: 'start', nonce: NONCE },
    'out\u001b]0;title\u0007\u001b',
    { kind: 'end', nonce: NONCE, status: 17 },
    { kind: 'prompt', nonce: NONCE, status: 130 },
    'after',
  ]
  expect(parse([bytes])).toEqual(wanted)
  expect(parse([...bytes].map((byte) => Buffer.from([byte])))).toEqual(wanted)
  for (let at = 0; at <= bytes.length; at++)
    expect(parse([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(wanted)
})

test.each([
  '\u001b]7717;E;ffffff;0\u0007',
  `\u001b]7717;E;${NONCE};\u0007`,
  `\u001b]7717;E;${NONCE};$?\u0007`,
  `\u001b]7717;X;${NONCE};0\u0007`,
  `\u001b]7717;E;${NONCE};0`,
  `\\033]7717;E;${NONCE};0\\007`,
  `\u001b]7717;${'9'.repeat(500)}\u0007`,
])('%j is output', (text) => {
  expect(parse([Buffer.from(text, 'latin1')])).toEqual([text])
})

test('property: bytes with or without escapes come out as they went in, however they are cut', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 20 }),
    fc
      .constantFrom('\u001b', '\u001b]', '\u001b]7717', '\u001b]7717;', '\u001b]7717;S;', '\u0007')
      .map((text) => Buffer.from(text, 'latin1')),
  )
  fc.assert(
    fc.property(fc.array(piece), (chunks) => {
      const whole = Buffer.concat(chunks).toString('latin1')
      expect(parse(chunks)).toEqual(whole === '' ? [] : [whole])
    }),
  )
})
