import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Profile } from '../../main/core/connection/profile.ts'
import type { Window as Muster } from '../e2e/run-support.ts'
import { startHosts } from './hosts.ts'
import { startPostgres } from './postgres.ts'
import { startRedis } from './redis.ts'
import { startSshd } from './sshd.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { until } from './until.ts'

/** Real servers behind the pictures: a host, one whose key has changed, PostgreSQL, Redis, and one that asks a password. */

export interface Servers {
  /** A runbook with a target for each of them. */
  readonly book: string
  /** A run of it in production that has looked at everything that needs no answer. */
  readonly run: string
  /** Sends the block that asks for a password; returns when the question is there. */
  readonly ask: () => Promise<void>
  close(): Promise<void>
}

const ENVIRONMENT = 'production'

/** What the workers answer, each by its address: two are not in the pool, and one is killed while it drains. */
const WORKER = `#!/bin/bash
case "$SSH_CONNECTION" in
*" 127.0.1.4 "* | *" 127.0.1.9 "*) echo "checkout: this worker is in no pool" >&2; exit 4 ;;
*" 127.0.1.11 "*) echo "draining, 31 orders left"; kill -9 $PPID ;;
*) echo "draining, 12 orders left"; echo "drained" ;;
esac
`

const BOOK = `---
runbook: 1
title: "Orders: is the replica fit to take over?"
kind: incident
system: orders
objectives: { rto: 15m }
targets:
  replica: { ssh: orders-db-b }
  web: { ssh: orders-web-1 }
  workers: { ssh: checkout-workers }
  orders: { postgres: orders-replica }
  ledger: { postgres: ledger }
  cache: { redis: orders-cache }
---
# Orders: is the replica fit to take over?

## Look

### Is it in recovery, and how far behind?

\`\`\`yaml step
id: lag
on: orders
\`\`\`

Orders of the last hour have to be there. Payments without a reference are still on their way.

\`\`\`sql check
select not pg_is_in_recovery() as reachable;
\`\`\`
\`\`\`sql run
select n as id, 'customer ' || 1000 + n % 97 as customer, (n * 7 % 40000) / 100.0 as amount,
  timestamptz '2026-11-20 03:00Z' + n * interval '400 ms' as placed_at,
  case when n % 4 = 0 then null when n % 7 = 0 then '' else md5(n::text) end as reference
from generate_series(1, 12000) n;
\`\`\`

### Drain the workers

\`\`\`yaml step
id: drain
on: workers
risk: caution
strategy: { kind: rolling, batch: 6, max-failures: 3 }
\`\`\`

\`\`\`bash run
checkout-worker drain --wait 30s
\`\`\`

### Bring the setting to the replica

\`\`\`yaml step
id: setting
on: replica
risk: caution
\`\`\`

\`\`\`yaml upload
from: recovery.conf
to: /tmp/muster-pictures-recovery.conf
mode: "0640"
replace: true
\`\`\`

### What do the web servers say?

\`\`\`yaml step
id: web
on: web
\`\`\`

\`\`\`bash run
systemctl status checkout --no-pager
\`\`\`

### How full is the host?

\`\`\`yaml step
id: disk
on: replica
\`\`\`

\`\`\`bash run
df -h / && uptime
\`\`\`

### What does the cache hold?

\`\`\`yaml step
id: cache
on: cache
\`\`\`

\`\`\`redis run
SET checkout:open 17
GET checkout:open
LPUSH checkout:open x
\`\`\`

### Does the ledger agree?

\`\`\`yaml step
id: ledger
on: ledger
\`\`\`

\`\`\`sql run
select count(*) from entries;
\`\`\`
`

/** Starts them, writes the profiles, and makes the run. */
export async function openServers(window: Muster): Promise<Servers> {
  const folder = temporaryFolder('pictures-servers')
  const bin = join(folder.path, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'checkout-worker'), WORKER, { mode: 0o755 })
  writeFileSync(join(folder.path, 'recovery.conf'), "restore_command = 'cp /archive/%f %p'\n")
  const [host, changed, postgres, redis, workers] = await Promise.all([
    startSshd(join(folder.path, 'host')),
    startSshd(join(folder.path, 'changed')),
    startPostgres(),
    startRedis(),
    startHosts(join(folder.path, 'workers'), 12, { PATH: `${bin}:/usr/bin:/bin` }),
  ])
  await changed.restart(true)
  const database = { kind: 'postgres', host: '127.0.0.1', port: postgres.port } as const
  const profiles: readonly Profile[] = [
    host.profile({ name: 'orders-db-b', description: 'The replica of orders' }),
    changed.profile({ name: 'orders-web-1' }),
    workers.profile({ name: 'checkout-workers', transport: 'ssh2' }),
    { ...database, name: 'orders-replica', database: 'orders', user: 'trusted', readOnly: true },
    { ...database, name: 'ledger', database: 'orders', user: 'app', password: { from: 'ask' } },
    { kind: 'redis', name: 'orders-cache', host: '127.0.0.1', port: redis.port },
  ]
  await window.request('connections.saveEnvironment', { name: ENVIRONMENT, production: true })
  await window.request('connections.saveEnvironment', { name: 'staging', production: false })
  for (const profile of profiles)
    await window.request('connections.save', { environment: ENVIRONMENT, profile })
  const [first] = profiles
  if (first !== undefined)
    await window.request('connections.save', { environment: 'staging', profile: first })

  const book = join(folder.path, 'replica.md')
  writeFileSync(book, BOOK)
  await window.request('library.add', { path: book })
  const { sha256 } = await window.request('library.read', { path: book })
  const { run } = await window.request('runs.start', {
    path: book,
    sha256,
    mode: 'live',
    inputs: {},
    commander: 'Ann Leitner',
    acceptContent: true,
    severity: 'SEV1',
    environment: ENVIRONMENT,
  })
  type Command = Parameters<typeof window.request<'runs.command'>>[1]['command']
  const send = async (command: Command): Promise<void> => {
    const result = await window.request('runs.command', { run, actor: 'Ann Leitner', command })
    if (!result.ok) throw new Error(`${command.type}: ${result.message}`)
  }
  const ended = (block: string): Promise<unknown> =>
    until(`${block} has ended`, async () =>
      (await window.events(run)).some(
        (event) => event.type === 'block.finished' && event.data.block === block,
      ),
    )
  const reason = 'Looked at beside the step that failed.'
  for (const [step, blocks] of [
    ['lag', ['lag/1', 'lag/2']],
    ['drain', ['drain/1']],
    ['setting', ['setting/1']],
    ['web', ['web/1']],
    ['disk', ['disk/1']],
    ['cache', ['cache/1']],
  ] as const) {
    await send({ type: 'step.begin', step, reason })
    for (const block of blocks) {
      await send({ type: 'block.run', block })
      await ended(block)
    }
  }
  await send({ type: 'step.begin', step: 'ledger', reason })
  return {
    book,
    run,
    ask: async () => {
      await send({ type: 'block.run', block: 'ledger/1' })
      // The same question may be open already, for the preflight.
      await until('the question is there', async () => {
        const open = await window.request('prompts.list', {})
        return open.length > 0
      })
    },
    close: async () => {
      await Promise.all([
        host.close(),
        changed.close(),
        postgres.stop(),
        redis.stop(),
        workers.close(),
      ])
      rmSync('/tmp/muster-pictures-recovery.conf', { force: true })
      folder.remove()
    },
  }
}
