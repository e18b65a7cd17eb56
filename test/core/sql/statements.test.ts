import { describe, expect, it, test } from 'vitest'
import {
  bindingProblem,
  copiesIn,
  lineColumn,
  nextStatement,
  readOnlyProblem,
  sourceOffset,
  statementsOf,
  type SqlStatement,
} from '../../../main/core/sql/statements.ts'

function all(text: string, standard = true): readonly SqlStatement[] {
  const found = statementsOf(text, standard)
  if ('problem' in found) throw new Error(found.problem)
  return found
}

function sent(text: string, standard = true): readonly string[] {
  return all(text, standard).map((statement) => statement.sent)
}

function first(text: string): SqlStatement {
  const [statement] = all(text)
  if (statement === undefined) throw new Error('no statement')
  return statement
}

function problem(text: string): string {
  const found = statementsOf(text)
  return 'problem' in found ? found.problem : ''
}

describe('where statements end', () => {
  test.each([
    ['select 1; select 2', ['select 1', 'select 2']],
    ['select 1;', ['select 1']],
    [';;; select 1 ;;', ['select 1']],
    ['-- only\n/* words */', []],
    ["select ';'; select 2", ["select ';'", 'select 2']],
    ["select 'it''s;'; select 2", ["select 'it''s;'", 'select 2']],
    ["select E'a\\';'; select 2", ["select E'a\\';'", 'select 2']],
    ["select 'a\\'; select 2", ["select 'a\\'", 'select 2']],
    ["select U&'d\\0061;'; select 2", ["select U&'d\\0061;'", 'select 2']],
    ["select E'a'\n  'b\\';'; select 2", ["select E'a'\n  'b\\';'", 'select 2']],
    ['select ";"; select 2', ['select ";"', 'select 2']],
    ['select "a"";"; select 2', ['select "a"";"', 'select 2']],
    ['select $$;$$; select 2', ['select $$;$$', 'select 2']],
    ['select $a$ ; $b$ ; $$ ; $a$; select 2', ['select $a$ ; $b$ ; $$ ; $a$', 'select 2']],
    ['select a$b; select 2', ['select a$b', 'select 2']],
    ['select 1 -- ; no\n; select 2', ['select 1', 'select 2']],
    ['select 1 /* ; /* ; */ ; */ + 1; select 2', ['select 1 /* ; /* ; */ ; */ + 1', 'select 2']],
    [
      'create rule r as on insert to t do (select 1; select 2); select 3',
      ['create rule r as on insert to t do (select 1; select 2)', 'select 3'],
    ],
    [
      'create function f() returns int begin atomic select 1; select case when a then 1 end; end; select 2',
      [
        'create function f() returns int begin atomic select 1; select case when a then 1 end; end',
        'select 2',
      ],
    ],
    [
      'create or replace procedure p() begin atomic insert into t values (1); end; select 2',
      ['create or replace procedure p() begin atomic insert into t values (1); end', 'select 2'],
    ],
    ['begin; select 1; end; select 2', ['begin', 'select 1', 'end', 'select 2']],
  ])('%s', (text, wanted) => {
    expect(sent(text)).toEqual(wanted)
  })

  it('a server without standard strings reads backslashes as escapes', () => {
    expect(sent("select 'a\\';'; select 2", false)).toEqual(["select 'a\\';'", 'select 2'])
  })

  it('what is left over after a statement is found from its end', () => {
    const text = 'select 1; select 2'
    const one = nextStatement(text, 0, true)
    if (one === undefined || 'problem' in one) throw new Error('not found')
    expect(nextStatement(text, one.to, true)).toMatchObject({ sent: 'select 2', from: 10, to: 18 })
  })
})

describe('values', () => {
  it('become parameters outside of strings, names, comments and casts', () => {
    const text = `select ':A', ":B", $$:C$$, E'\\':D', 1::text, x[1:n], :ID /* :E */ + :ID + :F -- :G`
    expect(first(text)).toMatchObject({
      sent: `select ':A', ":B", $$:C$$, E'\\':D', 1::text, x[1:n], $1 /* :E */ + $1 + $2`,
      parameters: ['ID', 'F'],
    })
  })

  it('an assignment of PL/pgSQL is none', () => {
    expect(first('call f(a := 1)').parameters).toEqual([])
  })

  it('cannot stand beside positional ones', () => {
    expect(problem('select $1, :A')).toContain('both $1 and :NAME')
    expect(first('prepare p as select $1').parameters).toEqual([])
  })

  test.each([
    ['set work_mem = :A', "set_config('name', :A, false)"],
    ['vacuum :A', 'VACUUM takes no values'],
    ['create table t (a int default :A)', undefined],
    ['alter role app password :A', 'ALTER takes no values'],
    ['select :A', undefined],
    ['with a as (select :A) select 1', undefined],
    ['create table t as select :A', undefined],
    ['(select :A)', undefined],
  ])('%s', (text, words) => {
    const found = bindingProblem(first(text))
    if (words === undefined && !text.includes('default')) expect(found).toBeUndefined()
    else expect(found).toContain(words ?? 'CREATE takes no values')
  })
})

describe('what is refused in words', () => {
  test.each([
    ['\\d orders', '\\d is a command of psql'],
    ['select 1 \\gset', '\\gset is a command of psql'],
    ["select 'a", "no closing '"],
    ['select "a', 'no closing "'],
    ['select $x$ a', 'no closing $x$'],
    ['/* a /* b */', 'no closing */'],
    ["select :'NAME'", 'Write :NAME'],
    ['select 1\0', 'NUL'],
  ])('%s', (text, words) => {
    expect(problem(text)).toContain(words)
  })

  it('COPY FROM STDIN, however it is written', () => {
    expect(copiesIn(first('copy t (a, b) from stdin'))).toBe(true)
    expect(copiesIn(first('COPY t /* x */ FROM\nSTDIN with csv'))).toBe(true)
    expect(copiesIn(first("copy t from '/data/t.csv'"))).toBe(false)
    expect(copiesIn(first('copy t to stdout'))).toBe(false)
  })

  test.each([
    ['begin', true],
    ['/* x */ START TRANSACTION', true],
    ['commit and chain', true],
    ['end', true],
    ['rollback', true],
    ['abort', true],
    ["prepare transaction 'x'", true],
    ['set transaction read write', true],
    ['set session characteristics as transaction read write', true],
    ['set local transaction_read_only = off', true],
    ['set default_transaction_read_only = off', true],
    ['select 1', false],
    ['savepoint a', false],
    ['set work_mem = 1', false],
    ['delete from t', false],
  ])('only reading: %s', (text, refused) => {
    expect(readOnlyProblem(first(text)) !== undefined).toBe(refused)
  })
})

describe('places', () => {
  it('line and column count characters, from 1', () => {
    expect(lineColumn('a\n😀b', 4)).toEqual({ line: 2, column: 2 })
  })

  it('a position of the server is found in the text of the author', () => {
    const text = "select 1;\nselect '😀', :LONG_NAME, foo"
    const [, second] = all(text)
    if (second === undefined) throw new Error('no second')
    expect(second.sent).toBe("select '😀', $1, foo")
    // PostgreSQL counts characters: foo is the 17th of what was sent.
    expect(text.slice(sourceOffset(second, 17))).toBe('foo')
    expect(text.slice(sourceOffset(second, 13))).toBe(':LONG_NAME, foo')
  })
})
