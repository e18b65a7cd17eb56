import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, test } from 'vitest'
import type { PostgresProfile } from '../../../main/core/connection/profile.ts'
import type { Execution, ExecutionRequest, Executor } from '../../../main/engine/ports.ts'
import { createPostgresExecutor } from '../../../main/executors/postgres/executor.ts'
import { startPostgres, type PostgresServer } from '../../harness/postgres.ts'
import { until } from '../../harness/until.ts'
import { collect } from '../support/execution.ts'
import { startProxy, type Proxy } from './proxy.ts'
import { check, detail, postgresProfile, ran, SECRETS, sql } from './support.ts'

/** What is known after a block was stopped, ran out of time, lost its connection, or was only meant to read. */

let server: PostgresServer
let profile: PostgresProfile
let executor: Executor

beforeAll(async () => {
  server = await startPostgres()
  await server.admin('create table t (i int); grant all on t to app')
  await server.admin('grant pg_signal_backend to app; grant create on schema public to app')
})

beforeEach(async () => {
  profile = postgresProfile(server)
  executor = createPostgresExecutor({ secrets: SECRETS })
  await server.admin('truncate t')
})

afterEach(async () => {
  await executor.closeRun('run-1')
  // What was given up goes on there.
  await server.admin(
    "select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = 'app'",
  )
})

afterAll(async () => {
  await server.stop()
})

async function rowsOfT(): Promise<number> {
  const [row] = await server.admin('select count(*)::int as n from t')
  return Number(row?.['n'])
}

/** Started, and the server works on it. */
async function running(request: ExecutionRequest): Promise<Execution> {
  const execution = executor.start(request, collect())
  await until('the server works on it', async () => {
    const found = await server.admin(
      "select 1 from pg_stat_activity where query like '%pg_sleep%' and state = 'active' and pid <> pg_backend_pid()",
    )
    return found.length > 0
  })
  return execution
}

async function nothingRuns(): Promise<void> {
  await until('nothing runs on the server', async () => {
    const found = await server.admin(
      "select 1 from pg_stat_activity where query like '%pg_sleep%' and state = 'active' and pid <> pg_backend_pid()",
    )
    return found.length === 0
  })
}

const SLEEP = 'insert into t values (1); select pg_sleep(60); insert into t values (2)'

describe('stopping', () => {
  test.each(['disable', 'require'] as const)(
    'an interrupt cancels over a second connection (sslmode %s); the connection stays',
    async (sslMode) => {
      const changed = { ...profile, sslMode }
      const execution = await running(sql(SLEEP, changed))
      execution.stop('interrupt')
      const result = await execution.result
      expect(result.outcome).toEqual({ kind: 'cancelled' })
      expect(result.sql?.results).toHaveLength(1)
      expect(result.sql?.error).toMatchObject({ code: '57014', statement: 2 })
      await nothingRuns()
      expect(await rowsOfT()).toBe(1)
      expect((await ran(executor, sql('select 1', changed))).notice).toBeUndefined()
    },
  )

  it('a terminate ends the process of the server', async () => {
    const execution = await running(sql(SLEEP, profile))
    execution.stop('terminate')
    expect((await execution.result).outcome).toEqual({ kind: 'cancelled' })
    await nothingRuns()
    const next = await ran(executor, sql('select 1', profile))
    expect(next.outcome).toEqual({ kind: 'responded' })
    expect(next.notice).toContain('a new connection')
  })

  it('a kill cuts the connection, and nobody knows', async () => {
    const execution = await running(sql(SLEEP, profile))
    execution.stop('kill')
    const result = await execution.result
    expect(result.outcome.kind).toBe('unknown')
    expect(detail(result)).toContain('Whether it took effect is not known')
  })

  it('abandon answers at once', async () => {
    const execution = await running(sql(SLEEP, profile))
    execution.stop('abandon')
    expect((await execution.result).outcome.kind).toBe('unknown')
  })

  it('what was stopped before it was connected was not started', async () => {
    const slow = createPostgresExecutor({
      secrets: { get: () => new Promise(() => undefined), refuse: () => undefined },
    })
    const execution = slow.start(sql('insert into t values (1)', profile), collect())
    execution.stop('interrupt')
    expect((await execution.result).outcome.kind).toBe('not-started')
    expect(await rowsOfT()).toBe(0)
  })

  it('the limit of time cancels, and says so', async () => {
    const { outcome } = await ran(executor, sql(SLEEP, profile, { timeoutMs: 200 }))
    expect(outcome).toEqual({ kind: 'timed-out', afterMs: 200 })
    await nothingRuns()
  })

  it('the server has a limit of its own, for when the laptop is gone', async () => {
    const shown = await ran(executor, sql('show statement_timeout', profile, { timeoutMs: 30_000 }))
    expect(shown.text).toContain('31s')
    expect((await ran(executor, sql('show statement_timeout', profile))).text).toContain('\n0\n')
  })

  it('somebody else may cancel it: that is an answer with an error', async () => {
    const execution = await running(sql(SLEEP, profile))
    await server.admin(
      "select pg_cancel_backend(pid) from pg_stat_activity where query like '%pg_sleep(60)%' and pid <> pg_backend_pid()",
    )
    const result = await execution.result
    expect(result.outcome).toEqual({ kind: 'responded' })
    expect(result.sql?.error?.code).toBe('57014')
  })
})

describe('transactions', () => {
  it('one that is left open is told, and so is the block that runs in it', async () => {
    const first = await ran(executor, sql('begin; insert into t values (1)', profile))
    expect(first.notice).toContain('leaves a transaction open')
    expect(first.sql?.transaction).toBe('open')
    expect(await rowsOfT()).toBe(0)
    const second = await ran(executor, sql('commit', profile))
    expect(second.notice).toContain('inside the transaction that step/1 left open')
    expect(await rowsOfT()).toBe(1)
    expect((await ran(executor, sql('select 1', profile))).notice).toBeUndefined()
  })

  it('one that has failed is told, and what that means', async () => {
    const first = await ran(executor, sql('begin; select 1/0', profile))
    expect(first.notice).toContain('transaction that has failed')
    expect(first.sql?.transaction).toBe('failed')
    const second = await ran(executor, sql('select 1', profile))
    expect(second.sql?.error?.code).toBe('25P02')
    expect(second.notice).toContain('only rollback has an effect')
    expect((await ran(executor, sql('rollback', profile))).sql?.transaction).toBe('none')
  })

  it('one whose connection is gone is not carried on by another', async () => {
    await ran(executor, sql('begin; insert into t values (1)', profile))
    await server.admin(
      "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'app'",
    )
    const second = await ran(executor, sql('insert into t values (2)', profile))
    expect(second.outcome.kind).toBe('not-started')
    expect(detail(second)).toContain(
      'the transaction that step/1 left open: the server has rolled it back',
    )
    expect(await rowsOfT()).toBe(0)
    expect((await ran(executor, sql('insert into t values (3)', profile))).outcome.kind).toBe(
      'responded',
    )
  })

  it('settings last from block to block', async () => {
    await ran(
      executor,
      sql("set search_path = 'pg_catalog'; create temp table mine (i int)", profile),
    )
    const { text } = await ran(
      executor,
      sql('show search_path; select count(*) from mine', profile),
    )
    expect(text).toBe('search_path\npg_catalog\ncount\n0\n')
  })
})

describe('a check only reads, whatever it says', () => {
  test.each([
    ['delete from t', '25006'],
    ['insert into t values (1)', '25006'],
    ['create table x (i int)', '25006'],
    ["select set_config('transaction_read_only', 'off', false); delete from t", '25001'],
    ["do $$ begin execute 'set transaction read write'; delete from t; end $$", '25001'],
    ['do $$ begin commit; delete from t; end $$', '2D000'],
    ['do $$ begin rollback; set transaction read write; delete from t; end $$', '2D000'],
    ['explain analyze delete from t', '25006'],
    ['with gone as (delete from t returning i) select * from gone', '25006'],
    ['savepoint a; rollback to a; delete from t', undefined],
    ['vacuum t', '25001'],
  ])('%s', async (text, code) => {
    await server.admin('insert into t values (9)')
    const answer = await ran(executor, check(text, profile))
    if (code === undefined) expect(answer.outcome.kind).toBe('not-started')
    else expect(answer.sql?.error?.code).toBe(code)
    expect(await rowsOfT()).toBe(1)
  })

  test.each([
    'commit; delete from t',
    'rollback and chain; set transaction read write; delete from t',
    '/* a */ BEGIN read write; delete from t',
    'end; delete from t',
    'set session characteristics as transaction read write; delete from t',
  ])('%s is refused before anything is sent', async (text) => {
    const answer = await ran(executor, check(text, profile))
    expect(answer.outcome.kind).toBe('not-started')
    expect(detail(answer)).toContain('one read-only transaction of its own')
  })

  it('a setting of one check does not reach the next', async () => {
    await ran(
      executor,
      check("select set_config('default_transaction_read_only', 'off', false)", profile),
    )
    expect((await ran(executor, check('delete from t', profile))).sql?.error?.code).toBe('25006')
    expect(
      (await ran(executor, check('show default_transaction_read_only', profile))).text,
    ).toContain('on')
  })

  it('a profile can be read-only as a whole', async () => {
    const reading = { ...profile, readOnly: true }
    expect((await ran(executor, sql('delete from t', reading))).sql).toMatchObject({
      readOnly: true,
      error: { code: '25006' },
    })
  })

  it('polls on one connection', async () => {
    const proxy = await startProxy(server.port)
    const through = { ...profile, port: proxy.port }
    try {
      for (const _ of [1, 2, 3]) await ran(executor, check('select true', through))
      expect(proxy.connections).toBe(1)
    } finally {
      await executor.closeRun('run-1')
      await proxy.stop()
    }
  })
})

describe('a connection that is lost', () => {
  let proxy: Proxy
  beforeEach(async () => {
    proxy = await startProxy(server.port)
    profile = postgresProfile({ port: proxy.port })
  })
  afterEach(async () => {
    await executor.closeRun('run-1')
    await proxy.stop()
  })

  it('before anything was sent: not started', async () => {
    proxy.cutAt('app', false)
    const answer = await ran(executor, sql('insert into t values (1)', profile))
    expect(answer.outcome.kind).toBe('not-started')
    expect(await rowsOfT()).toBe(0)
  })

  it('on the way there, or on the way back: disconnected, and sent once', async () => {
    for (const pass of [false, true]) {
      await server.admin('truncate t')
      proxy.cutAt('insert into t', pass)
      const answer = await ran(executor, sql('select 1; insert into t values (1)', profile))
      expect(answer.outcome.kind).toBe('disconnected')
      expect(detail(answer)).toContain(
        'Statement 2, on line 1, was running. Whether it took effect is not known',
      )
      expect(answer.sql?.results).toHaveLength(1)
    }
    expect(proxy.sent.split('insert into t').length - 1).toBe(2)
  })

  it('inside of a transaction: the server rolls it back, and that is said', async () => {
    proxy.cutAt('values (2)', true)
    const answer = await ran(
      executor,
      sql('begin; insert into t values (1); insert into t values (2); commit', profile),
    )
    expect(answer.outcome.kind).toBe('disconnected')
    expect(detail(answer)).toContain(
      'a transaction that had not been committed, which the server rolls back',
    )
    await until('it is rolled back', async () => (await rowsOfT()) === 0)
  })

  it('while it commits: not known', async () => {
    proxy.cutAt('commit', true)
    const answer = await ran(executor, sql('begin; insert into t values (1); commit', profile))
    expect(answer.outcome.kind).toBe('disconnected')
    expect(detail(answer)).toContain('Whether it took effect is not known')
  })

  it('behind the answer to the commit: it was answered', async () => {
    proxy.cutBehind('COMMIT\0')
    const answer = await ran(executor, sql('begin; insert into t values (1); commit', profile))
    expect(answer.outcome).toEqual({ kind: 'responded' })
    expect(await rowsOfT()).toBe(1)
  })

  it('behind the answer to a statement that commits by itself: not known, for it commits later', async () => {
    proxy.cutBehind('INSERT 0 1\0')
    const answer = await ran(executor, sql('insert into t values (1)', profile))
    expect(answer.outcome.kind).toBe('disconnected')
  })

  it('between two blocks: the next has a new one, and says so', async () => {
    await ran(executor, sql('select 1', profile))
    proxy.cutAll()
    const answer = await ran(executor, sql('select 2 as x', profile))
    expect(answer.text).toBe('x\n2\n')
    expect(answer.notice).toContain('a new connection')
  })
})

describe('a server that ends', () => {
  it('in order or killed, while it works: disconnected, with its words', async () => {
    const other = await startPostgres({ tls: false })
    try {
      const there = postgresProfile(other)
      const started = executor.start(sql('select pg_sleep(60)', there), collect())
      await until('it works', async () => {
        const found = await other.admin(
          "select 1 from pg_stat_activity where query = 'select pg_sleep(60)'",
        )
        return found.length > 0
      })
      await other.admin(
        "select pg_terminate_backend(pid) from pg_stat_activity where query = 'select pg_sleep(60)'",
      )
      const result = await started.result
      expect(result.outcome.kind).toBe('disconnected')
      expect(detail(result)).toContain('terminating connection due to administrator command')
      await other.kill()
      const refused = await ran(executor, sql('select 1', there))
      expect(refused.outcome.kind).toBe('not-started')
    } finally {
      await other.stop()
    }
  })
})
