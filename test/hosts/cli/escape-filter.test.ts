import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EscapeFilter, type Allowance } from '../../../main/hosts/cli/run/escape-filter.ts'
import { Margin } from '../../../main/hosts/cli/run/margin.ts'
import { printable } from '../../../main/hosts/cli/printable.ts'

const encoder = new TextEncoder()

function filtered(text: string, allowance: Allowance): string {
  const filter = new EscapeFilter(allowance)
  return filter.write(encoder.encode(text)) + filter.end()
}

describe('what output may do to a terminal', () => {
  const colour = '\u001B[1;31mred\u001B[0m'
  const move = '\u001B[2J\u001B[10;5Hhere'

  test.each<[string, Allowance, string]>([
    [colour, 'plain', 'red'],
    [colour, 'colour', colour],
    [colour, 'screen', colour],
    [move, 'plain', 'here'],
    [move, 'colour', 'here'],
    [move, 'screen', move],
  ])('%j, %s', (text, allowance, wanted) => {
    expect(filtered(text, allowance)).toBe(wanted)
  })

  test.each([
    ['a title', '\u001B]0;title\u0007'],
    ['the clipboard', '\u001B]52;c;aGk=\u001B\\'],
    ['a link', '\u001B]8;;http://evil.example\u001B\\'],
    ['a device control string', '\u001BPq#0;2;0;0;0\u001B\\'],
    ['an application command', '\u001B_x\u001B\\'],
    ['a privacy message', '\u001B^x\u001B\\'],
    ['a report of the window’s title, which comes back as keys', '\u001B[21t'],
    ['a report of the cursor', '\u001B[6n'],
    ['a report of the device', '\u001B[c'],
    ['a setting with an unusual mark', '\u001B[>4;1m'],
    ['the whole terminal reset', '\u001Bc'],
    ['an eight-bit control', '\u009D0;title\u009C'],
    ['text that reads backwards', '\u202E'],
  ])('never %s', (_what, sequence) => {
    for (const allowance of ['plain', 'colour', 'screen'] as const) {
      const shown = filtered(`before${sequence}after`, allowance)
      expect(shown.startsWith('before')).toBe(true)
      expect(shown.endsWith('after')).toBe(true)
      expect(shown).not.toMatch(/[\u001B\u0080-\u009F\u202E]/u)
    }
  })

  test('a string that never ends swallows what follows, and nothing escapes from it', () => {
    expect(filtered('a\u001B]0;never ending', 'screen')).toBe('a')
  })

  test('a sequence that is far too long is dropped, and text goes on', () => {
    expect(filtered(`\u001B[${'1;'.repeat(100)}mtext`, 'screen')).toContain('text')
    expect(filtered(`\u001B[${'1;'.repeat(100)}mtext`, 'screen')).not.toContain('\u001B')
  })

  test('bytes may be cut anywhere', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            'text',
            'ü',
            '漢',
            '😀',
            '\u001B[31m',
            '\u001B]0;t\u0007',
            '\u001B[2J',
            '\n',
            '\u001B',
          ),
          { maxLength: 20 },
        ),
        fc.array(fc.nat(200), { maxLength: 10 }),
        fc.constantFrom<Allowance>('plain', 'colour', 'screen'),
        (parts, cuts, allowance) => {
          const bytes = encoder.encode(parts.join(''))
          const filter = new EscapeFilter(allowance)
          let shown = ''
          let from = 0
          for (const cut of cuts
            .map((each) => each % (bytes.length + 1))
            .toSorted((a, b) => a - b)) {
            shown += filter.write(bytes.subarray(from, cut))
            from = cut
          }
          shown += filter.write(bytes.subarray(from)) + filter.end()
          expect(shown).toBe(filtered(parts.join(''), allowance))
        },
      ),
    )
  })

  test('whatever comes, nothing but colours leaves in colour mode', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const filter = new EscapeFilter('colour')
        const shown = filter.write(bytes) + filter.end()
        expect(shown.replaceAll(/\u001B\[[\d;:]*m/gu, '')).not.toMatch(
          /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/u,
        )
      }),
    )
  })
})

describe('the margin', () => {
  test('stands before every line, and no return reaches into it', () => {
    const margin = new Margin('| ')
    expect(margin.write('one\r\ntwo\rthree') + margin.end()).toBe('| one\n| two\n| three\n')
  })

  test('does not care how the text is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', '\r', '\n', 'bc'), { maxLength: 30 }), (parts) => {
        const [whole, cut] = [new Margin('| '), new Margin('| ')]
        expect(parts.map((part) => cut.write(part)).join('') + cut.end()).toBe(
          whole.write(parts.join('')) + whole.end(),
        )
      }),
    )
  })
})

test('control characters of a runbook become pictures; line ends and tabs stay', () => {
  expect(printable('a\u001B[31mb\u0007\u009Bc\td\r\ne\u202Ef')).toBe('a␛[31mb␇�c\td\ne�f')
})
