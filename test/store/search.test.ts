import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Store } from '../../main/engine/ports.ts'
import { opened, temporaryPath } from './support/folders.ts'
import { started, summary } from './support/samples.ts'

function withRun(...texts: readonly string[]): Store {
  const store = opened(temporaryPath())
  store.log.append('r1', 'Ann', [started('Orders: fail over')])
  store.runs.put(summary('r1', { title: 'Orders: fail over', startedAt: 5_000, events: 1 }))
  for (const text of texts)
    store.runs.indexText({ run: 'r1', where: 'output', step: 's', block: 's/1', text })
  return store
}

describe('search', () => {
  it('finds titles, notes and output, newest first, and says where', () => {
    const { runs, log } = opened(temporaryPath())
    log.append('r1', 'Ann', [started('First')])
    runs.put(summary('r1', { title: 'First', startedAt: 7_000, events: 1 }))
    runs.indexText({ run: 'r1', where: 'run', text: 'First of vault' })
    runs.indexText({ run: 'r1', where: 'note', text: 'vault was slow' })
    runs.indexText({
      run: 'r1',
      where: 'output',
      step: 'check',
      block: 'check/1',
      text: 'vault: ok',
    })
    expect(runs.search('vault', 10)).toEqual([
      {
        run: 'r1',
        title: 'First',
        startedAt: 7_000,
        where: 'output',
        step: 'check',
        block: 'check/1',
        excerpt: '\uE000vault\uE001: ok',
      },
      {
        run: 'r1',
        title: 'First',
        startedAt: 7_000,
        where: 'note',
        excerpt: '\uE000vault\uE001 was slow',
      },
      {
        run: 'r1',
        title: 'First',
        startedAt: 7_000,
        where: 'run',
        excerpt: 'First of \uE000vault\uE001',
      },
    ])
    expect(runs.search('vault', 2)).toHaveLength(2)
  })

  it.each([
    ['part of a word', 'checkpoint complete', 'heckpoin'],
    ['other case', 'FATAL: no pg_hba.conf entry', 'fatal PG_HBA'],
    ['a host name', 'connected to orders-db-b.prod.example.com:5432', 'orders-db-b'],
    ['part of a host name', 'connected to orders-db-b.prod.example.com:5432', 'db-b.prod.ex'],
    ['a ticket', 'see CHG-1234', 'CHG-1234'],
    ['part of a ticket', 'see CHG-1234', 'g-12'],
    ['an address', 'listening on 10.20.30.40:6379', '20.30.40:6'],
    ['a path', 'wrote /var/lib/postgresql/18/main', '/18/main'],
    ['a phrase', 'no space left on device', '"space left on"'],
    ['words in any order', 'no space left on device', 'device space'],
    ['one letter', 'disk c is full', 'c'],
    ['two letters', 'the db is up', 'db'],
    ['the beginning of a word by two letters', 'replica promoted', 'pr'],
    ['short and long together', 'the db is promoted', 'db promot'],
    ['a number of two digits', 'exit 42', '42'],
    ['Russian', 'Переключение на реплику', 'РЕПЛИК'],
    ['Greek with accents', 'Η βάση δεδομένων', 'βαση'],
    ['Greek capitals', 'Η ΒΆΣΗ ΔΕΔΟΜΈΝΩΝ ΈΠΕΣΕ ΕΚΤΌΣ', 'εκτος'],
    ['Turkish', 'İstanbul düştü', 'istanbul'],
    ['Korean', '데이터베이스 장애', '장애'],
    ['French without accents', 'Échec de la réplication', 'echec replication'],
    ['Japanese', '障害が発生しました', '発生しま'],
    ['two Japanese characters', '本番環境で障害が発生', '障害'],
    ['one Japanese character at the end', '本番環境で障害', '害'],
    ['Chinese', '数据库故障转移', '故障'],
    ['Thai', 'ฐานข้อมูลล่ม', 'ข้อมูล'],
    ['Arabic', 'فشل قاعدة البيانات', 'قاعدة'],
    ['Hindi', 'डेटाबेस विफल', 'विफल'],
    ['Emoji', 'done 🎉🎉🎉', '🎉🎉🎉'],
    ['coloured output', '\u001B[31mER\u001B[1mROR\u001B[0m: gone', 'error: gone'],
    ['percent and underscore', 'load 100%_done', '100%_d'],
    ['text after a zero byte', 'before\u0000after', 'after'],
  ])('finds %s', (_name, text, query) => {
    const hits = withRun('something else entirely', text).runs.search(query, 10)
    expect(hits).toHaveLength(1)
    expect(hits[0]?.excerpt).toMatch(/\uE000.+\uE001/u)
  })

  it.each([
    ['another word', 'checkpoint complete', 'checkpoints'],
    ['one word of two', 'no space left', 'space device'],
    ['a phrase in another order', 'no space left', '"left space"'],
    ['the middle of a word by two letters', 'undbx', 'db'],
    ['Japanese that is not there', '障害', '害障'],
    ['another Japanese syllable', 'ばばば', 'ははは'],
  ])('does not find %s', (_name, text, query) => {
    expect(withRun(text).runs.search(query, 10)).toEqual([])
  })

  it.each([
    '',
    ' ',
    '"',
    '""',
    '"""',
    '*',
    '-',
    '(',
    ')',
    'AND',
    'OR',
    'NOT',
    'NEAR(',
    'a AND',
    'text:',
    'run:x',
    '^abc',
    'abc*',
    '"abc',
    "'; drop table event; --",
    '\u0000',
    '\uE000',
    '\uD800',
    '\\',
    '+abc',
    '{abc}',
    'é\u0301\u0301\u0301',
    '\u0301\u0301\u0301',
    'x'.repeat(100_000),
  ])('takes %j for nothing but text', (query) => {
    const { runs } = withRun('plain')
    expect(runs.search(query, 10)).toEqual([])
  })

  it('finds operators as text', () => {
    const { runs } = withRun('a AND (b OR "c") NEAR d*')
    expect(runs.search('AND', 10)).toHaveLength(1)
    expect(runs.search('NEAR', 10)).toHaveLength(1)
    expect(runs.search('(b OR', 10)).toHaveLength(1)
  })

  it('never throws, and quotes only what was recorded', () => {
    const { runs } = withRun(
      'The quick brown fox, 障害 Ünïcödé \u001B[1mbold\u001B[0m \uE000marks\uE001 "quoted"',
    )
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (query) => {
        for (const { excerpt } of runs.search(query, 5)) {
          expect(excerpt.replaceAll(/[\uE000\uE001…]/gu, '')).not.toContain('\u001B')
        }
      }),
      { numRuns: 300 },
    )
  })

  it('finds any part of what was recorded', () => {
    const store = withRun()
    let number = 0
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 3, maxLength: 40 }),
        fc.nat(),
        fc.integer({ min: 3, max: 12 }),
        (text, from, length) => {
          const characters = Array.from(text.normalize('NFC'))
          const part = characters
            .slice(from % characters.length)
            .slice(0, length)
            .join('')
          // What is looked for must be a word by itself: spaces separate, marks change what precedes them.
          fc.pre(/^[\p{L}\p{N}\p{Pd}.]{3,}$/u.test(part) && part.normalize('NFC') === part)
          number++
          store.runs.indexText({ run: 'r1', where: 'note', text: `${number} ${text}` })
          expect(store.runs.search(part, 1_000).length).toBeGreaterThan(0)
        },
      ),
      { numRuns: 150 },
    )
    expect(number).toBeGreaterThan(50)
  })

  it('quotes one line around the match', () => {
    const long = `${'before '.repeat(50)}\nthe needle\tstands\nhere${' after'.repeat(50)}`
    const [hit] = withRun(long).runs.search('needle', 10)
    expect(hit?.excerpt).toMatch(/^….*the \uE000needle\uE001 stands here after.*…$/u)
    expect(hit?.excerpt.length).toBeLessThan(250)
    expect(hit?.excerpt).not.toMatch(/[\n\t]/u)
  })

  it('marks every match in the quoted text, as it was written', () => {
    const [hit] = withRun('Größe: GRÖSSE größe').runs.search('größe', 10)
    expect(hit?.excerpt).toBe('\uE000Größe\uE001: GRÖSSE \uE000größe\uE001')
  })

  it('indexes the beginning and the end of long output, and nothing between', () => {
    const filler = 'lorem ipsum dolor sit amet\n'.repeat(20_000)
    const text = `alpha-marker ${filler} middle-marker ${filler} omega-marker €`
    const { runs } = withRun(text)
    expect(runs.search('alpha-marker', 10)).toHaveLength(1)
    expect(runs.search('omega-marker €', 10)).toHaveLength(1)
    expect(runs.search('middle-marker', 10)).toEqual([])
  })

  it('keeps one text for a run, and all its notes', () => {
    const { runs } = withRun()
    runs.indexText({ run: 'r1', where: 'run', text: 'old words' })
    runs.indexText({ run: 'r1', where: 'run', text: 'new words' })
    runs.indexText({ run: 'r1', where: 'note', text: 'first note' })
    runs.indexText({ run: 'r1', where: 'note', text: 'second note' })
    expect(runs.search('old', 10)).toEqual([])
    expect(runs.search('ol', 10)).toEqual([])
    expect(runs.search('words', 10)).toHaveLength(1)
    expect(runs.search('note', 10)).toHaveLength(2)
  })
})
