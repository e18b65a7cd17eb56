import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { canonicalise, CanonicalError } from '../../../main/core/evidence/canonical.ts'

describe('canonical JSON', () => {
  it('sorts names by UTF-16 code units, as the example of RFC 8785 section 3.2.3 does', () => {
    const example = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    }
    expect(canonicalise(example)).toBe(
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis","\u20ac":"Euro Sign","\ud83d\ude00":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    )
  })

  it('escapes strings as RFC 8785 section 3.2.2.2 says', () => {
    expect(canonicalise('\u20ac$\u000f\nA\'B"\\\\"/')).toBe(
      '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"',
    )
  })

  // After the test data published with RFC 8785, where it has no fractions: arrays, french, structures,
  // unicode and weird at https://github.com/cyberphone/json-canonicalization/tree/master/testdata.
  it.each([
    ['arrays', '[56,{"d":true,"10":null,"1":[]}]', '[56,{"1":[],"10":null,"d":true}]'],
    [
      'french',
      '{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ignore locale"}',
      '{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ignore locale"}',
    ],
    [
      'structures',
      '{"1":{"f":{"f":"hi","F":5},"\\n":56},"10":{},"":"empty","a":{},"111":[{"e":"yes","E":"no"}],"A":{}}',
      '{"":"empty","1":{"\\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}',
    ],
    [
      'unicode, which is not normalised',
      '{"Unnormalized Unicode":"A\\u030a"}',
      '{"Unnormalized Unicode":"A\u030a"}',
    ],
    [
      'weird',
      '{"\\u20ac":"Euro Sign","\\r":"Carriage Return","\\u000a":"Newline","1":"One","\\u0080":"Control\\u007f","\\ud83d\\ude02":"Smiley","\\u00f6":"Latin Small Letter O With Diaeresis","\\ufb33":"Hebrew Letter Dalet With Dagesh","</script>":"Browser Challenge"}',
      '{"\\n":"Newline","\\r":"Carriage Return","1":"One","</script>":"Browser Challenge","\u0080":"Control\u007f","\u00f6":"Latin Small Letter O With Diaeresis","\u20ac":"Euro Sign","\ud83d\ude02":"Smiley","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    ],
  ])('gives the published output for %s', (_name, input, output) => {
    expect(canonicalise(JSON.parse(input))).toBe(output)
  })

  it('escapes control characters and nothing else, as RFC 8785 section 3.2.2.2 says', () => {
    expect(canonicalise('\b\t\n\f\r\u0000\u001f\u007f\u2028/"\\')).toBe(
      '"\\b\\t\\n\\f\\r\\u0000\\u001f\u007f\u2028/\\"\\\\"',
    )
  })

  it.each([
    ['a fraction', { a: [1, 2.5] }, 'a[1]'],
    ['an unsafe integer', { n: 2 ** 53 }, 'n'],
    ['not a number', { n: Number.NaN }, 'n'],
    ['a lone surrogate', { text: '\ud83d' }, 'text'],
    ['a function', { f: () => 1 }, 'f'],
    ['a class', { d: new Date(0) }, 'd'],
  ])('refuses %s and says where', (_what, value, path) => {
    expect(() => canonicalise(value)).toThrow(CanonicalError)
    expect(() => canonicalise(value)).toThrow(path)
  })

  it('leaves undefined members out and writes minus zero as zero', () => {
    expect(canonicalise({ b: undefined, a: -0 })).toBe('{"a":0}')
  })

  it('is what JSON reads back, and does not depend on the order of members', () => {
    const value = fc.letrec((tie) => ({
      node: fc.oneof(
        fc.string(),
        fc.maxSafeInteger(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('node')),
        fc.dictionary(fc.string(), tie('node')),
      ),
    })).node
    fc.assert(
      fc.property(value, (original) => {
        const text = canonicalise(original)
        expect(canonicalise(JSON.parse(text))).toBe(text)
      }),
      { numRuns: 300, seed: 8785 },
    )
  })
})
