import { describe, expect, it } from 'vitest'
import { Columns } from '../../../main/hosts/cli/run/columns.ts'

function shown(...pieces: readonly string[]): string {
  const columns = new Columns()
  return pieces.map((piece) => columns.write(piece)).join('') + columns.end()
}

describe('rows in a terminal', () => {
  it('stand in columns, also when they come in pieces', () => {
    expect(shown('id\tna', 'me\n1\tA\n10', '0\tB\n')).toBe('id   name\n1    A\n100  B\n')
  })

  it('another number of cells is another table', () => {
    expect(shown('a\tb\nlong\t1\nx\ty\tz\n')).toBe('a     b\nlong  1\nx  y  z\n')
  })

  it('one long text does not push everything else away', () => {
    const long = 'x'.repeat(100)
    expect(shown(`a\tb\n${long}\t1\n`).split('\n')[0]).toBe(`a${' '.repeat(59)}  b`)
  })

  it('a long result goes on with the widths of its beginning, and loses nothing', () => {
    const rows = Array.from({ length: 20_000 }, (_, index) => `${index}\tname ${index}`)
    const lines = shown(`id\tname\n${rows.join('\n')}\n`)
      .trimEnd()
      .split('\n')
    expect(lines.map((line) => line.split(/\s{2,}/u).join('\t'))).toEqual(['id\tname', ...rows])
    expect(lines[1]).toMatch(/^0 +name 0$/u)
  })

  it('what has no tabs and no end stays as it is', () => {
    expect(shown('one line')).toBe('one line')
    expect(shown('')).toBe('')
  })
})
