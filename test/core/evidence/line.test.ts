import fc from 'fast-check'
import { expect, it } from 'vitest'
import { canonicalise } from '../../../main/core/evidence/canonical.ts'
import { readLine } from '../../../main/core/evidence/line.ts'

const members = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'binary' }),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('node'), { maxLength: 4 }),
    tie('object'),
  ),
  object: fc.dictionary(
    fc.oneof(fc.string({ unit: 'binary' }), fc.nat().map(String)),
    tie('node'),
    {
      maxKeys: 5,
    },
  ),
})).object

it('every canonical object is a line, whatever its names are, and is read as what it is', () => {
  fc.assert(
    fc.property(members, (value) => {
      let line: string
      try {
        line = canonicalise(value)
      } catch {
        // Half a character: no line of ours.
        return
      }
      expect(readLine(line)).toEqual(JSON.parse(line))
    }),
    { numRuns: 500, seed: 8785 },
  )
})

it('what is written in any other way is none', () => {
  fc.assert(
    fc.property(members, fc.nat(), (value, at) => {
      let line: string
      try {
        line = canonicalise(value)
      } catch {
        return
      }
      const place = at % (line.length + 1)
      const spaced = `${line.slice(0, place)} ${line.slice(place)}`
      // Inside of a string a space is another value; its line is canonical again.
      const read = readLine(spaced)
      if (read !== undefined) expect(canonicalise(read)).toBe(spaced)
      expect(readLine(`${line} `)).toBeUndefined()
      expect(readLine(`\ufeff${line}`)).toBeUndefined()
    }),
    { numRuns: 500, seed: 8785 },
  )
})

it.each([
  ['{"a":1,"a":1}'],
  ['{"b":1,"a":1}'],
  ['{"9":1,"10":1}'],
  ['{"a":1.5}'],
  ['{"a":1.0}'],
  ['{"a":1e3}'],
  ['{"a":-0}'],
  ['{"a":9007199254740992}'],
  [String.raw`{"a":"\ud800"}`],
  [String.raw`{"a":"\u0041"}`],
  [String.raw`{"a":"\/"}`],
  ['[]'],
  ['null'],
  [''],
  [`{"a":${'['.repeat(40)}${']'.repeat(40)}}`],
])('%s is none', (line) => {
  expect(readLine(line)).toBeUndefined()
})

it.each([['{"10":1,"9":1}'], ['{"a":"\\\\ud800"}'], [`{"a":${'['.repeat(39)}${']'.repeat(39)}}`]])(
  '%s is one',
  (line) => {
    expect(readLine(line)).toEqual(JSON.parse(line))
  },
)
