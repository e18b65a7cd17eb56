import fc from 'fast-check'
import { expect, it } from 'vitest'
import { safeFileName } from '../../../main/core/files/file-name.ts'

it.each([
  ['graph.png', 'graph.png'],
  ['../../etc/passwd', 'passwd'],
  ['..\\..\\Windows\\System32\\x.dll', 'x.dll'],
  ['/', 'file'],
  ['..', 'file'],
  ['', 'file'],
  [' \t\n', 'file'],
  ['.bashrc', 'bashrc'],
  ['gpj.\u202Eexe.png', 'gpj.exe.png'],
  ['a\u0000b\u001B[2J.txt', 'ab[2J.txt'],
  ['no\u200Bthing\uFEFF.log', 'nothing.log'],
  ['CON.txt', '_CON.txt'],
  ['nul', '_nul'],
  ['console.txt', 'console.txt'],
  ['what?<is>|this*".md', 'what__is__this__.md'],
  ['C:file.txt', 'C_file.txt'],
  ['trailing. . ', 'trailing'],
  ['two\nlines.txt', 'twolines.txt'],
  ['Zurück – 東京.log', 'Zurück – 東京.log'],
  ['\uD800half.txt', 'half.txt'],
])('%j becomes %j', (given, safe) => {
  expect(safeFileName(given)).toBe(safe)
})

it('a long name keeps its ending', () => {
  const name = safeFileName(`${'東'.repeat(300)}.tar`)
  expect(name.endsWith('東.tar')).toBe(true)
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200)
})

it('whatever is given, the name leads nowhere, hides nothing and stays what it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (given) => {
      const name = safeFileName(given)
      expect(name).not.toBe('')
      expect(name).not.toMatch(/[/\\\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}<>:"|?*]|^\.|[. ]$/u)
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200)
      expect(safeFileName(name)).toBe(name)
    }),
    { numRuns: 2_000 },
  )
})
