import { describe, expect, it } from 'vitest'
import { copyCells } from '../../../renderer/features/run/model/copy-text.ts'
import { shownLine, shownText } from '../../../main/core/report/hostile.ts'
import { tableText } from '../../../renderer/features/run/model/table-text.ts'
import { copyLine } from '../../../main/executors/postgres/copy-text.ts'

const COLUMNS = [
  { name: 'id', type: 'int8' },
  { name: 'amount', type: 'numeric(40,20)' },
  { name: 'note', type: 'text' },
  { name: 'extra', type: 'jsonb' },
  { name: 'open', type: 'bool' },
]

describe('rows as PostgreSQL copies them', () => {
  it('gives back what was written, null and empty text apart', () => {
    const cells = ['a\tb', 'c\nd', '\\N', '', null, 'back\\slash', '\b\f\r\v', 'é 日本']
    expect(copyCells(copyLine(cells).slice(0, -1))).toStrictEqual(cells)
  })

  it('takes a line of one empty cell as one empty cell', () => {
    expect(copyCells('')).toStrictEqual([''])
  })
})

describe('a table on its way to the clipboard', () => {
  const rows = [
    ['9007199254740993', '0.10000000000000000001', 'says "hi", twice', '{"a": [1]}', 't'],
    ['1', 'NaN', null, null, 'f'],
    ['2', '1', '', '3', null],
  ]

  it('keeps every digit in JSON and tells null from the empty text', () => {
    const text = tableText('JSON', COLUMNS, rows)
    expect(text).toContain(
      '{"id":9007199254740993,"amount":0.10000000000000000001,"note":"says \\"hi\\", twice","extra":{"a": [1]},"open":true}',
    )
    expect(text).toContain('{"id":1,"amount":"NaN","note":null,"extra":null,"open":false}')
    expect(text).toContain('"note":"","extra":3,"open":null')
    expect(JSON.parse(text)).toHaveLength(3)
  })

  it('is CSV as RFC 4180 has it, with null as nothing and the empty text in quotes', () => {
    expect(tableText('CSV', COLUMNS, rows)).toBe(
      'id,amount,note,extra,open\r\n' +
        '9007199254740993,0.10000000000000000001,"says ""hi"", twice","{""a"": [1]}",t\r\n' +
        '1,NaN,,,f\r\n' +
        '2,1,"",3,\r\n',
    )
  })

  it('is one line a row as text', () => {
    expect(tableText('text', [{ name: 'a', type: 'text' }], [['x\ny\tz'], [null], ['']])).toBe(
      'a\nx y z\nNULL\n\n',
    )
  })
})

describe('hostile text', () => {
  it('shows what would hide, turn or move other text', () => {
    expect(shownLine('a\r\nb\tc\u202Ed\u001B[31m\u0000')).toBe('a↵b⇥c‹U+202E›d␛[31m␀')
    expect(shownText('a\nb\u0007')).toBe('a\nb␇')
  })
})
