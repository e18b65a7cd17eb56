import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import type { PostgresProfile } from '../../../main/core/connection/profile.ts'
import { evaluateGates } from '../../../main/core/run/gates.ts'
import { createPostgresExecutor } from '../../../main/executors/postgres/executor.ts'
import { startPostgres, type PostgresServer } from '../../harness/postgres.ts'
import { block, collect } from '../support/execution.ts'
import { check, detail, postgresProfile, ran, SECRETS, sql } from './support.ts'

/** What SQL gives back, over a real server. */

let server: PostgresServer
let profile: PostgresProfile
const executor = createPostgresExecutor({ secrets: SECRETS })

beforeAll(async () => {
  server = await startPostgres()
  profile = postgresProfile(server)
})

afterAll(async () => {
  await executor.closeRun('run-1')
  await server.stop()
})

function run(text: string, changes: Parameters<typeof sql>[2] = {}) {
  return ran(executor, sql(text, profile, changes))
}

describe('types are text, exactly', () => {
  test.each([
    [
      "'2026-11-20 23:59:59.123456+02'::timestamptz at time zone 'utc'",
      '2026-11-20 21:59:59.123456',
    ],
    ["'infinity'::timestamptz", 'infinity'],
    ["'0044-03-15 BC'::date", '0044-03-15 BC'],
    ['1.10::numeric', '1.10'],
    ['12345678901234567890.123456789::numeric', '12345678901234567890.123456789'],
    ["'NaN'::numeric", 'NaN'],
    ["'-Infinity'::float8", '-Infinity'],
    ['0.1::float8 + 0.2::float8', '0.30000000000000004'],
    ['9223372036854775807', '9223372036854775807'],
    ["'\\xdeadbeef'::bytea", '\\\\xdeadbeef'],
    ['array[1, null, 3]', '{1,NULL,3}'],
    [`'{"b": 1, "a": [1.50]}'::jsonb`, '{"a": [1.50], "b": 1}'],
    ['null::text', '\\N'],
    ["''", ''],
    ["E'a\\tb\\nc\\\\d'", 'a\\tb\\nc\\\\d'],
    ["'ž😀'", 'ž😀'],
    ['true', 't'],
    ["interval '1 year 2 days'", '1 year 2 days'],
  ])('%s', async (expression, wanted) => {
    expect((await run(`select ${expression} as x`)).text).toBe(`x\n${wanted}\n`)
  })

  it('names of types are those of the server, of the database too', async () => {
    await server.admin("create type mood as enum ('fine'); create domain price as numeric(10,2)")
    const { sql: facts } = await run(
      "select 1::int8 a, 'x'::varchar b, now() c, 'fine'::mood d, array['x'] e, '{}'::jsonb f",
    )
    expect(facts?.results[0]?.columns?.map(({ type }) => type)).toEqual([
      'bigint',
      'character varying',
      'timestamp with time zone',
      'mood',
      'text[]',
      'jsonb',
    ])
  })
})

describe('results', () => {
  it('one for each statement, each with its place in the output', async () => {
    const answer = await run(
      'create temp table t (i int);\ninsert into t values (1), (2) returning i;\nupdate t set i = 3;\nselect i, null as n from t where false;',
    )
    expect(answer.outcome).toEqual({ kind: 'responded' })
    const facts = answer.sql
    expect(facts?.results.map(({ tag, line, rows, total }) => [tag, line, rows, total])).toEqual([
      ['CREATE TABLE', 1, undefined, undefined],
      ['INSERT 0 2', 2, 2, 2],
      ['UPDATE 2', 3, undefined, undefined],
      ['SELECT 0', 4, 0, 0],
    ])
    const parts = facts?.results.map(({ from, to }) =>
      answer.sink.out.subarray(from, to).toString(),
    )
    expect([parts?.[1], parts?.[3]]).toEqual(['i\n1\n2\n', 'i\tn\n'])
    expect(facts).toMatchObject({ user: 'app', database: 'orders', readOnly: false, statements: 4 })
  })

  it('values are bound, with the types the server sees', async () => {
    const values = { ID: '2', NAME: "Robert'); drop table t; --", DAY: '2026-11-20' }
    const answer = await run(
      'select i, :NAME::text as name, :DAY::date + 1 as day from generate_series(1, 3) i where i = :ID limit :ID',
      { values },
    )
    expect(answer.text).toBe(`i\tname\tday\n2\tRobert'); drop table t; --\t2026-11-21\n`)
  })

  it('a value that is not there keeps everything from being sent', async () => {
    const answer = await run('create table never (i int); select :NOBODY')
    expect(answer.outcome.kind).toBe('not-started')
    expect(detail(answer)).toContain(':NOBODY has no value yet')
    expect(await server.admin("select to_regclass('never')::text as found")).toEqual([
      { found: null },
    ])
  })

  it('an error ends the block, with its code, place, detail and hint', async () => {
    const answer = await run(
      "create temp table u (i int primary key);\ninsert into u values (1);\ninsert into u\n  values (1);\nselect 'never'",
    )
    expect(answer.outcome).toEqual({ kind: 'responded' })
    expect(answer.sql?.error).toMatchObject({
      code: '23505',
      severity: 'ERROR',
      statement: 3,
      line: 3,
      detail: 'Key (i)=(1) already exists.',
    })
    expect(answer.error).toContain('ERROR: 23505: duplicate key')
    expect(answer.text).not.toContain('never')
    const gates = evaluateGates(block({ executor: 'sql', language: 'sql' }), {
      outcome: answer.outcome,
      stdout: '',
      truncated: false,
      durationMs: 1,
      ...(answer.sql && { sql: answer.sql }),
    })
    expect(gates).toMatchObject([{ gate: 'outcome', passed: false }])
    expect(gates[0]?.seen).toContain('23505 at 3:1')
  })

  it('the place of an error is in the text of the author', async () => {
    const answer = await run('select 1;\n\nselect :VALUE::int,\n  nothing from nowhere', {
      values: { VALUE: '1' },
    })
    expect(answer.sql?.error).toMatchObject({ code: '42P01', line: 4, column: 16 })
  })

  it('notices are shown and kept', async () => {
    const answer = await run(
      "do $$ begin raise notice 'one'; raise warning 'two' using hint = 'look'; end $$",
    )
    expect(answer.error).toBe('NOTICE: one\nWARNING: two\nHINT: look\n')
    expect(answer.sql?.notices).toMatchObject([
      { message: 'one' },
      { message: 'two', code: '01000' },
    ])
  })

  it('a flood of notices is held back by a slow sink, all of it is shown, some of it kept', async () => {
    let bytes = 0
    let waiting = 0
    let most = 0
    const { sql: facts } = await executor.start(
      sql(
        "do $$ begin for i in 1..20000 loop raise notice '%', repeat('x', 500); end loop; end $$",
        profile,
      ),
      {
        stdout: () => Promise.resolve(),
        async stderr(piece) {
          most = Math.max(most, ++waiting)
          bytes += piece.length
          await new Promise((resolve) => setImmediate(resolve))
          waiting--
        },
      },
    ).result
    expect(bytes).toBe(20_000 * 'NOTICE: '.length + 20_000 * 501)
    expect(facts?.notices).toHaveLength(200)
    // As many as one piece of the network holds, never the whole flood.
    expect(most).toBeLessThan(2_000)
  })

  it('what the server says at length is kept in brief', async () => {
    const answer = await run("do $$ begin raise exception '%', repeat('x', 100000); end $$")
    expect(answer.sql?.error?.message.length).toBeLessThan(2_100)
  })

  it('COPY TO STDOUT gives its own form', async () => {
    const answer = await run(
      "copy (select i, 'x,y' from generate_series(1, 2) i) to stdout with csv",
    )
    expect(answer.text).toBe('1,"x,y"\n2,"x,y"\n')
    expect(answer.sql?.results).toMatchObject([{ tag: 'COPY 2', columns: [], rows: 2, total: 2 }])
  })

  it('COPY FROM STDIN is refused in words', async () => {
    expect(detail(await run('select 1; copy t from stdin'))).toContain('At 1:11: COPY FROM STDIN')
  })

  it('statements that may not be in a transaction run', async () => {
    const answer = await run('create table v (i int); vacuum v; drop table v')
    expect(answer.sql?.results.map(({ tag }) => tag)).toEqual([
      'CREATE TABLE',
      'VACUUM',
      'DROP TABLE',
    ])
  })

  it('a constraint that is looked at only when it is committed fails the statement', async () => {
    await run(
      'create table parent (i int primary key); create table child (i int references parent deferrable initially deferred)',
    )
    const answer = await run('insert into child values (1)')
    expect(answer.sql?.error?.code).toBe('23503')
    expect(answer.sql?.results).toEqual([])
  })
})

describe('caps', () => {
  it('rows: the output ends, the count is exact, the statement ran to its end', async () => {
    const capped = { ...profile, maxRows: 10 }
    await server.admin('create sequence seen; grant usage, select on sequence seen to app')
    const answer = await ran(
      executor,
      sql("select i, nextval('seen') from generate_series(1, 25) i; select 'next' as x", capped),
    )
    expect(answer.sql?.results[0]).toMatchObject({
      tag: 'SELECT 25',
      rows: 10,
      total: 25,
      capped: 'rows',
    })
    expect(answer.text.split('\n')).toHaveLength(1 + 10 + 1 + 1 + 1)
    expect(answer.text).toContain('x\nnext\n')
    expect(answer.notice).toContain('ends after 10 of 25 rows, at the limit of 10 rows')
    expect(await server.admin('select last_value::int as last from seen')).toEqual([{ last: 25 }])
  })

  it('exactly as many rows as the limit are not cut', async () => {
    const answer = await ran(
      executor,
      sql('select generate_series(1, 10)', { ...profile, maxRows: 10 }),
    )
    expect(answer.sql?.results[0]).toMatchObject({ rows: 10, total: 10 })
    expect(answer.sql?.results[0]?.capped).toBeUndefined()
  })

  it('of statements that write, every row is written and counted', async () => {
    const answer = await ran(
      executor,
      sql('create temp table w (i int); insert into w select generate_series(1, 50) returning i', {
        ...profile,
        maxRows: 3,
      }),
    )
    expect(answer.sql?.results[1]).toMatchObject({ tag: 'INSERT 0 50', rows: 3, total: 50 })
  })

  it('bytes: whole rows only', async () => {
    const answer = await ran(
      executor,
      sql("select repeat('ž', 100) as x from generate_series(1, 30000)", {
        ...profile,
        maxRows: 50_000,
        maxBytes: 1000,
      }),
    )
    expect(answer.sink.out.length).toBeLessThanOrEqual(1000)
    expect(answer.sql?.results[0]).toMatchObject({ rows: 4, total: 30_000, capped: 'bytes' })
  })

  it(
    'a million rows: every one in the output, and little memory',
    { timeout: 60_000 },
    async () => {
      const wide = { ...profile, maxRows: 2_000_000, maxBytes: 1e9 }
      let lines = 0
      let waiting = 0
      let most = 0
      const before = process.memoryUsage().rss
      let peak = before
      const { outcome, sql: facts } = await executor.start(
        sql("select i, 'customer ' || i as name from generate_series(1, 1000000) i", wide),
        {
          ...collect(),
          async stdout(bytes) {
            most = Math.max(most, ++waiting)
            for (const byte of bytes) if (byte === 10) lines++
            // A sink that is slower than the server.
            await new Promise((resolve) => setImmediate(resolve))
            peak = Math.max(peak, process.memoryUsage().rss)
            waiting--
          },
        },
      ).result
      expect(outcome).toEqual({ kind: 'responded' })
      expect(lines).toBe(1_000_001)
      expect(facts?.results[0]).toMatchObject({
        tag: 'SELECT 1000000',
        rows: 1_000_000,
        total: 1_000_000,
      })
      expect(most).toBe(1)
      expect(peak - before).toBeLessThan(150 * 1024 * 1024)
    },
  )
})

describe('gates and captures', () => {
  it('see typed rows of the last result', async () => {
    const text = `select 1; select true as ok, 5 as n, 1.50 as price, null as nothing, 'x' as t, '{"a": 1}'::jsonb as j, 9223372036854775807 as big`
    const { data } = await ran(executor, check(text, profile))
    expect(JSON.parse(data?.json ?? '')).toEqual([
      {
        ok: true,
        n: 5,
        price: '1.50',
        nothing: null,
        t: 'x',
        j: { a: 1 },
        big: '9223372036854775807',
      },
    ])
    expect(data?.text).toBe('t')
  })

  it('plain modes see the rows without the line of names', async () => {
    const { data } = await ran(executor, check("select 'a' as x, 'b' as y", profile))
    expect(data?.plain).toBe('a\tb\n')
  })
})
