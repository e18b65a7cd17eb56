import { describe, expect, it } from 'vitest'
import { rangeOf } from '../../../renderer/features/run/results/result-range.ts'
import { RowSource, type RowRange } from '../../../renderer/features/run/results/row-source.ts'
import { copyLine } from '../../../main/executors/postgres/copy-text.ts'

/** A recorded output that is read in pieces, and the pieces that were asked for. */
function recorded(text: string): {
  readonly bytes: Uint8Array
  readonly asked: [number, number][]
  readonly read: (offset: number, length: number) => Promise<Uint8Array>
} {
  const bytes = new TextEncoder().encode(text)
  const asked: [number, number][] = []
  return {
    bytes,
    asked,
    read: (offset, length) => {
      asked.push([offset, length])
      return Promise.resolve(bytes.slice(offset, offset + length))
    },
  }
}

const ROWS = 100_000
const MANY = Array.from({ length: ROWS }, (_none, row) => copyLine([`${row}`, `name ${row} é`]))

describe('the rows of a result', () => {
  it('reads a hundred thousand rows as far as they are looked at, and no byte twice', async () => {
    const output = recorded(copyLine(['id', 'name']) + MANY.join(''))
    const range: RowRange = { from: 0, to: output.bytes.length, skip: 1, rows: ROWS }
    const source = new RowSource(output.read, range)
    expect(source.row(0)).toBeUndefined()
    await source.load(30)
    expect(output.asked).toHaveLength(1)
    expect(source.row(0)).toStrictEqual(['0', 'name 0 é'])
    await source.load(ROWS - 1)
    expect(source.loaded).toBe(ROWS)
    expect(source.row(ROWS - 1)).toStrictEqual([`${ROWS - 1}`, `name ${ROWS - 1} é`])
    expect(source.row(ROWS)).toBeUndefined()
    let at = 0
    for (const [offset, length] of output.asked) {
      expect(offset).toBe(at)
      expect(length).toBeLessThanOrEqual(1_048_576)
      at += length
    }
    expect(at).toBe(output.bytes.length)
  })

  it('asks once for what two ask for at a time', async () => {
    const output = recorded(copyLine(['a']) + copyLine(['1']))
    const source = new RowSource(output.read, {
      from: 0,
      to: output.bytes.length,
      skip: 1,
      rows: 1,
    })
    await Promise.all([source.load(0), source.load(0)])
    expect(output.asked).toHaveLength(1)
  })

  it('says when the output ends before its rows do', async () => {
    const output = recorded(copyLine(['a']))
    const source = new RowSource(output.read, { from: 0, to: 1000, skip: 1, rows: 5 })
    await expect(source.load(4)).rejects.toThrow('shorter')
  })

  it('finds a result between others by bytes, and by lines where bytes are not known', async () => {
    const first = copyLine(['a']) + copyLine(['1']) + copyLine(['2'])
    const second = copyLine(['b']) + copyLine([null])
    const output = recorded(first + second)
    const column = (name: string): { name: string; type: string }[] => [{ name, type: 'int4' }]
    const common = { line: 1, durationMs: 1 }
    const results = [
      { ...common, statement: 1, tag: 'SELECT 2', columns: column('a'), rows: 2 },
      { ...common, statement: 2, tag: 'UPDATE 1' },
      { ...common, statement: 3, tag: 'SELECT 1', columns: column('b'), rows: 1 },
    ]
    const counted = rangeOf(results, 2, output.bytes.length)
    const [one, two, three] = results
    if (one === undefined || two === undefined || three === undefined) throw new Error('three')
    const placed = rangeOf(
      [one, two, { ...three, from: first.length, to: output.bytes.length }],
      2,
      output.bytes.length,
    )
    expect(placed).toStrictEqual({ from: first.length, to: output.bytes.length, skip: 1, rows: 1 })
    for (const range of [counted, placed]) {
      const source = new RowSource(output.read, range)
      await source.load(0)
      expect(source.row(0)).toStrictEqual([null])
    }
  })
})
