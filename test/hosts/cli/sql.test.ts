import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { PASSWORD, startPostgres, type PostgresServer } from '../../harness/postgres.ts'
import { musterFolder, type Folder } from './muster.ts'

/** SQL from a runbook to a real database and back, by the command. */

vi.setConfig({ testTimeout: 60_000 })

let server: PostgresServer
let folder: Folder

beforeAll(async () => {
  folder = musterFolder()
  server = await startPostgres()
  await server.admin(
    `create table orders (id int, name text, secret text default '${PASSWORD}'); insert into orders values (1, 'Ada'), (2, null); grant all on orders to app`,
  )
  mkdirSync(folder.data, { recursive: true })
  writeFileSync(
    join(folder.data, 'connections.yaml'),
    `connections: 1
environments:
  staging:
    profiles:
      orders-db:
        postgres: postgres://app@127.0.0.1:${server.port}/orders
        sslmode: verify-full
        sslrootcert: ${server.authorityFile}
        password: { command: [echo, ${JSON.stringify(PASSWORD)}] }
`,
  )
})

afterAll(async () => {
  await folder.remove()
  await server.stop()
})

const RUNBOOK = `---
runbook: 1
title: Orders
kind: maintenance
targets: { db: { postgres: orders-db } }
---
# Orders
## Look
### Count
\`\`\`yaml step
id: count
on: db
\`\`\`
\`\`\`sql run capture=N
select count(*) from orders
\`\`\`
\`\`\`sql check
select :N = 2
\`\`\`
\`\`\`sql check
select * from orders order by id
\`\`\`
\`\`\`json expect match=rows
[{ "id": 1, "name": "Ada" }, { "id": 2, "name": null }]
\`\`\`
\`\`\`sql run
begin;
delete from orders where id = :N;
rollback;
select nope from orders
\`\`\`
`

test('a profile is tested stage by stage', async () => {
  const { code, out } = await folder.muster(['connections', 'test', 'orders-db'])
  expect(code).toBe(0)
  expect(out).toMatch(/✓ certificate .*verified with its name/u)
  expect(out).toContain('app in orders')
  expect(out).toMatch(/PostgreSQL 18\.\d+, a primary/u)
})

test('a run shows rows in columns, values bound, typed rows expected, the place of an error', async () => {
  const runbook = folder.file('orders.md', RUNBOOK)
  const answers = folder.file('answers.yaml', '{}\n')
  const { code, out, err } = await folder.muster([
    'run',
    runbook,
    '--environment',
    'staging',
    '--trust',
    '--answers',
    answers,
  ])
  expect(err).toContain('count/4 did not pass')
  expect(code).toBe(3)
  expect(out).toContain('id  name  secret')
  expect(out).toContain('1   Ada   [redacted]')
  expect(out).toContain('2   \\N    [redacted]')
  expect(out).toContain('3 of 4 statements answered')
  expect(out).toContain('42703 at 4:8: column "nope" does not exist')
  expect(out + err).not.toContain(PASSWORD)
  expect(await server.admin('select count(*)::int as n from orders')).toEqual([{ n: 2 }])
  const { out: shown } = await folder.muster(['show', 'last'])
  expect(shown).toContain('✗ 4:8 42703 column "nope" does not exist')
})
