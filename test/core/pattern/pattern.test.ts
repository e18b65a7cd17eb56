import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePattern } from '../../../main/core/pattern/pattern.ts'

function match(source: string, text: string): string {
  const pattern = compilePattern(source)
  return pattern.ok ? pattern.match(text) : pattern.why
}

/** What the engine's own expression says, which is the meaning of every pattern. */
function native(source: string, text: string): string {
  return new RegExp(source, 'mu').test(text) ? 'matches' : 'differs'
}

const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', '\\n', '\\b', '\\B', '^', '$')
const source = fc.letrec<{ source: string }>((tie) => ({
  source: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    atom,
    fc.tuple(tie('source'), tie('source')).map(([left, right]) => `${left}${right}`),
    fc.tuple(tie('source'), tie('source')).map(([left, right]) => `(?:${left}|${right})`),
    fc
      .tuple(tie('source'), fc.constantFrom('*', '+', '?', '{2}', '{1,3}', '{0,1}?', '*?', '{2,}'))
      .map(([inner, times]) => `(${inner})${times}`),
  ),
})).source
// No pairs here: V8 finds \B between the halves of one (`/\B/u` on `a😀a`), where the standard has no position.
const text = fc.string({
  unit: fc.constantFrom('a', 'b', '1', ' ', '\n', 'é'),
  maxLength: 8,
})

describe('a pattern means what the same regular expression means', () => {
  it.each([
    ['^ready \\d+$', 'starting\nready 3\nend'],
    ['^ready \\d+$', 'ready 3 of 4'],
    ['a{2,3}b', 'xaab'],
    ['^a{2,3}b', 'aaaab'],
    ['a{2,}$', 'a'],
    ['(?:ab|a)(?:c|bcd)$', 'abcd'],
    ['(?<word>[^\\s]+)@x', 'me@x'],
    ['[\\]\\-a-c]+$', ']-b'],
    ['[^\\n]', '\n'],
    ['.', '\r\n\u2028'],
    ['\\p{Lu}\\P{Lu}', 'École'],
    ['\\u{1F600}|\\u0041', '😀'],
    ['\\uD83D\\uDE00$', '😀'],
    ['^.$', '😀'],
    ['\\bword\\b', 'a word.'],
    ['\\Bord', 'word'],
    ['\\bword\\b', 'swords'],
    ['(a*)*b', 'aaac'],
    ['(|a)+$', 'aa'],
    ['', ''],
    ['^$', 'x\n\ny'],
    ['x*', ''],
    ['\\.\\*\\/', '.*/'],
    ['\\x41\\cJ', 'A\n'],
    ['a|^', 'b'],
    ['(a|b(c|d)?)+?e', 'abdbce'],
    ['[[]x', '[x'],
  ])('%s on %j', (source, text) => {
    expect(match(source, text)).toBe(native(source, text))
  })

  it('for any pattern and text', () => {
    fc.assert(
      fc.property(source, text, (pattern, seen) => {
        expect(match(pattern, seen)).toBe(native(pattern, seen))
      }),
      { numRuns: 3_000, seed: 20_261_120 },
    )
  })
})

describe('a pattern for a whole value', () => {
  function whole(pattern: string, value: string): string {
    const compiled = compilePattern(pattern)
    return compiled.ok ? compiled.matchWhole(value) : compiled.why
  }

  /** What the engine's own expression says of the whole. */
  function nativeWhole(pattern: string, value: string): string {
    return new RegExp(`^(?:${pattern})$`, 'u').test(value) ? 'matches' : 'differs'
  }

  it.each([
    ['CHG-\\d+', 'CHG-7'],
    ['CHG-\\d+', 'xCHG-7'],
    ['CHG-\\d+', 'CHG-7\n'],
    ['a|b', 'ax'],
    ['^a$', 'a'],
    ['a\n^b', 'a\nb'],
    ['a$\nb', 'a\nb'],
    ['', ''],
    ['', 'a'],
    ['[\\s\\S]*', 'a\nb'],
    ['a*', 'aaab'],
  ])('%j on %j', (pattern, value) => {
    expect(whole(pattern, value)).toBe(nativeWhole(pattern, value))
  })

  it('for any pattern and value', () => {
    fc.assert(
      fc.property(source, text, (pattern, value) => {
        expect(whole(pattern, value)).toBe(nativeWhole(pattern, value))
      }),
      { numRuns: 3_000, seed: 20_261_130 },
    )
  })

  it.each(['(a+)+b', '(a|a)*b', '(a*)*b', '(.*a){12}'])('%s hangs on nothing', (pattern) => {
    expect(whole(pattern, `${'a'.repeat(10_000)}!`)).toBe('differs')
  })

  it('costs no more than it may', () => {
    const compiled = compilePattern('(?:a?){2000}')
    expect(compiled.ok && compiled.matchWhole('a'.repeat(100), 50_000)).toBe('too-costly')
  })
})

describe('no pattern hangs', () => {
  it.each(['(a+)+$', '^(a|a)*$', '(.*a){12}$', '.*.*.*.*b', '(?:a*)*c', '(x+x+)+y', '(a|aa)+$'])(
    '%s on a long text that almost matches',
    (source) => {
      const letter = source.includes('x') ? 'x' : 'a'
      expect(match(source, `${letter.repeat(60_000)}!`)).toBe('differs')
    },
  )

  it('one that would take too long says so', () => {
    expect(match('(.?){900}(.?){900}z', 'a'.repeat(60_000))).toBe('too-costly')
  })
})

describe('what cannot be matched in linear time is refused in words', () => {
  it.each([
    ['a(?=b)', 'looks around'],
    ['(?<!a)b', 'looks around'],
    ['(a)\\1', 'refers back'],
    ['(?<x>a)\\k<x>', 'refers back'],
    ['(?i:a)', 'switches flags'],
    ['a{100000}', 'repeats too much'],
    ['(?:a{1000}){1000}', 'repeats too much'],
    ['(', 'is not valid'],
    ['[', 'is not valid'],
    ['a'.repeat(10_001), 'is longer'],
    [`${'('.repeat(200)}${')'.repeat(200)}`, 'nested too deeply'],
  ])('%.20s', (source, why) => {
    expect(match(source, 'a')).toContain(why)
  })

  it('nothing throws, whatever the pattern', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom(...Array.from('ab\\()[]{}^$.|?*+-0,<>:=!kuxpcd\n')),
          maxLength: 12,
        }),
        (pattern) => {
          expect(typeof match(pattern, 'ab')).toBe('string')
        },
      ),
      { numRuns: 5_000, seed: 20_261_120 },
    )
  })
})
