import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessibilityProblems } from '../harness/accessibility.ts'
import { PASSWORD, startPostgres, type PostgresServer } from '../harness/postgres.ts'
import { startRedis, type RedisServer } from '../harness/redis.ts'
import { giveReason, nextIs, openWindow, type Window } from './run-support.ts'

/** Real PostgreSQL and Redis in the run screen: prompts, tables, errors, what is left open, and what is not known. */

const BOOK = `---
runbook: 1
title: Look at the orders
kind: maintenance
inputs: { LEAST: { label: The first order } }
targets:
  orders: { postgres: orders }
  cache: { redis: cache }
---
# Look at the orders

## Look

### Count them

\`\`\`yaml step
id: count
on: orders
\`\`\`

\`\`\`sql run
select n as id, 'order ' || n as name, case when n % 2 = 0 then null else '' end as note
from generate_series(:LEAST::int, 100007) n;
select true as fine, 'a' || chr(9) || 'b' as tabbed;
\`\`\`

### Leave something open

\`\`\`yaml step
id: open
on: orders
\`\`\`

\`\`\`sql run
do $$ begin raise notice 'seen by people'; end $$;
begin;
select 1 as one;
\`\`\`
\`\`\`sql run
select 1,
  nothing_like_it;
\`\`\`

### Ask the cache

\`\`\`yaml step
id: cache
on: cache
\`\`\`

\`\`\`redis run
SET greeting "hello there"
GET greeting
\`\`\`
`

let postgres: PostgresServer
let redis: RedisServer
let window: Window

beforeAll(async () => {
  postgres = await startPostgres()
  redis = await startRedis()
  window = await openWindow()
  const environment = 'production'
  await window.request('connections.saveEnvironment', { name: environment, production: true })
  await window.request('connections.save', {
    environment,
    profile: {
      kind: 'postgres',
      name: 'orders',
      host: '127.0.0.1',
      port: postgres.port,
      database: 'orders',
      user: 'app',
      sslMode: 'require',
      password: { from: 'ask' },
      maxRows: 100_000,
    },
  })
  await window.request('connections.save', {
    environment,
    profile: { kind: 'redis', name: 'cache', host: '127.0.0.1', port: redis.port },
  })
})
afterAll(async () => {
  await window?.close()
  await redis?.stop()
  await postgres?.stop()
})

async function accessible(): Promise<void> {
  expect(await accessibilityProblems(window.page)).toEqual([])
}

/** Begins the step that is next and runs its block, by keyboard. */
async function run(step: string): Promise<void> {
  const { page } = window
  await page.getByRole('heading', { name: step }).waitFor()
  await nextIs(page, 'Begin the step')
  await page.keyboard.press('Enter')
  await nextIs(page, 'Run')
  await page.keyboard.press('Enter')
}

test('a password is asked beside the run, and rows come as tables that can be walked and copied', async () => {
  const { page } = window
  await window.start(BOOK, {
    environment: 'production',
    severity: 'SEV2',
    inputs: { LEAST: '1' },
  })
  const band = page.locator('[data-region="band"]')
  expect(await band.textContent()).toContain('production')
  // What :LEAST stands for is seen before it is sent.
  await page.getByLabel('Values that go along').getByText(':LEAST').waitFor()
  await run('Count them')
  const question = page.getByRole('alertdialog', { name: 'A connection asks' })
  await question.getByRole('button', { name: 'Send' }).waitFor()
  expect(await band.isVisible()).toBe(true)
  await accessible()
  const field = question.locator('input[type="password"]')
  await field.waitFor()
  await field.fill(PASSWORD)
  await page.keyboard.press('Enter')
  await question.waitFor({ state: 'detached' })

  // The step is done, and the run is at the next: one looks back at what it gave.
  await page.getByRole('heading', { name: 'Leave something open' }).waitFor()
  await page.keyboard.press('k')
  const table = page.getByRole('grid', { name: /SELECT 1$/u })
  await table.waitFor()
  await table.getByText('a⇥b').waitFor()
  await page.getByRole('tab', { name: /SELECT 100007/u }).click()
  const rows = page.getByRole('grid', { name: /SELECT 100007/u })
  await rows.getByText('order 1', { exact: true }).waitFor()
  await page.getByText('The first 100,000 rows, of exactly 100,007').waitFor()
  expect(await rows.getAttribute('aria-rowcount')).toBe('100001')
  // Null and the empty text are not the same.
  await rows.getByRole('row').nth(2).getByText('NULL').waitFor()
  await rows.focus()
  await page.keyboard.press('Control+End')
  await rows.getByText('order 100000', { exact: true }).waitFor()
  expect(await rows.locator('[data-row]').count()).toBeLessThan(100)
  await page.getByText('Row 100000, note (text): NULL, no value').waitFor()
  await accessible()

  await page.getByRole('button', { name: 'Copy as JSON' }).click()
  await page.getByText('100000 rows copied as JSON.').waitFor()
  const copied: unknown = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()))
  expect(Array.isArray(copied) && copied.at(-1)).toEqual({
    id: 100_000,
    name: 'order 100000',
    note: null,
  })
})

test('a transaction that is left open, a notice and an error with its place are said', async () => {
  const { page } = window
  await page.locator('[data-region="step"]').focus()
  await page.keyboard.press('.')
  await run('Leave something open')
  await page
    .getByText(/leaves a transaction open/u)
    .first()
    .waitFor()
  await page.getByText('seen by people').first().waitFor()
  await nextIs(page, 'Run')
  await page.keyboard.press('Enter')
  await page.getByText('column "nothing_like_it" does not exist').first().waitFor()
  await page.getByText('42703, statement 1, line 2:3').waitFor()
  await page
    .getByText(/a transaction that has failed/u)
    .first()
    .waitFor()
  await accessible()
})

test('each Redis command has its own end', async () => {
  const { page } = window
  await page.keyboard.press('j')
  await page.getByRole('heading', { name: 'Ask the cache' }).waitFor()
  await page.keyboard.press('Enter')
  await giveReason(page, 'The cache is looked at while the query is put right.')
  await nextIs(page, 'Run')
  await page.keyboard.press('Enter')
  // It is done, and the run is back at the step that is open.
  await page.getByRole('heading', { name: 'Leave something open' }).waitFor()
  await page.keyboard.press('j')
  await page.getByText('Redis at').waitFor()
  await page.getByText('GET greeting').first().waitFor()
  await accessible()
})
