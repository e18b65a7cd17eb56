import { array, assert, constantFrom, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { diffLines } from '../../../renderer/features/run/model/diff.ts'
import { preparePaste } from '../../../renderer/features/run/model/paste.ts'

describe('paste', () => {
  test('an end-of-paste marker in the clipboard cannot leave the brackets', () => {
    const paste = preparePaste('ls\u001b[201~\rrm -rf /\u009b201~')
    expect(paste.text).toBe('ls[201~\rrm -rf /201~')
    expect(paste.removed).toBe(2)
    expect(paste.needsConfirmation).toBe(true)
    expect(paste.lines).toBe(2)
  })

  test('one line goes in as it is, tabs and letters of any script kept', () => {
    expect(preparePaste('ls\t-la ünï 漢字')).toEqual({
      text: 'ls\t-la ünï 漢字',
      lines: 1,
      removed: 0,
      needsConfirmation: false,
    })
  })

  test('a last newline executes, so it asks', () => {
    expect(preparePaste('date\n').needsConfirmation).toBe(true)
  })

  test('property: nothing but tab and return is left of the controls', () => {
    assert(
      property(string({ unit: 'binary' }), (text) => {
        expect(preparePaste(text).text).not.toMatch(
          /[\u0000-\u0008\u000a-\u000c\u000e-\u001f\u007f-\u009f]/,
        )
      }),
    )
  })
})

describe('diff', () => {
  const apply = (before: string, after: string) => {
    const lines = diffLines(before, after)
    return {
      before: lines
        .filter((line) => line.kind !== 'added')
        .map((line) => line.text)
        .join('\n'),
      after: lines
        .filter((line) => line.kind !== 'removed')
        .map((line) => line.text)
        .join('\n'),
    }
  }

  test('a changed line is one removed and one added', () => {
    expect(diffLines('a\nb\nc', 'a\nB\nc')).toEqual([
      { kind: 'same', text: 'a' },
      { kind: 'removed', text: 'b' },
      { kind: 'added', text: 'B' },
      { kind: 'same', text: 'c' },
    ])
  })

  test('property: it holds both texts, whole and in order', () => {
    const text = array(constantFrom('a', 'b', 'c', ''), { maxLength: 12 }).map((lines) =>
      lines.join('\n'),
    )
    assert(
      property(text, text, (before, after) => {
        expect(apply(before, after)).toEqual({ before, after })
      }),
    )
  })

  test('a very long text is shown as replaced whole rather than slowly', () => {
    const before = Array.from({ length: 2000 }, (_, index) => `a${index}`).join('\n')
    const after = Array.from({ length: 2000 }, (_, index) => `b${index}`).join('\n')
    expect(apply(before, after)).toEqual({ before, after })
  })
})
