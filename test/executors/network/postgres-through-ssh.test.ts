import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createTransports, createTunnels } from '../../../main/connections/ssh/pool.ts'
import type { Connections, Prompter, Secrets } from '../../../main/engine/ports.ts'
import { createPostgresExecutor } from '../../../main/executors/postgres/executor.ts'
import { PASSWORD, startPostgres, type PostgresServer } from '../../harness/postgres.ts'
import { startSshd, type Sshd } from '../../harness/sshd.ts'
import { temporaryFolder } from '../../harness/temporary-folder.ts'
import { until } from '../../harness/until.ts'
import { postgresProfile, sql } from '../postgres/support.ts'
import { collect } from '../support/execution.ts'

/** PostgreSQL behind a real ssh host, without a port on this laptop. */

const folder = temporaryFolder('postgres-through-ssh')
let sshd: Sshd
let server: PostgresServer

const secrets: Secrets = {
  get: () => Promise.resolve({ value: PASSWORD }),
  refuse: () => undefined,
  learn: () => undefined,
  values: () => [],
}
const prompter: Prompter = { ask: () => Promise.resolve({ kind: 'declined', why: 'nobody' }) }
const transports = createTransports({ secrets, prompter })
const connections: Pick<Connections, 'resolve'> = {
  resolve: (_environment, kind, name) =>
    kind === 'ssh' && name === 'bastion'
      ? { profile: sshd.profile({ name: 'bastion' }), production: false }
      : { problem: `There is no ssh profile “${name}”.` },
}
const postgres = createPostgresExecutor({
  connections,
  secrets,
  tunnels: createTunnels(transports),
  learn: () => undefined,
})

beforeAll(async () => {
  sshd = await startSshd(join(folder.path, 'sshd'))
  server = await startPostgres()
})
afterEach(async () => {
  await postgres.closeRun('run-1')
  await transports.closeRun('run-1')
})
afterAll(async () => {
  await server.stop()
  await sshd.close()
  folder.remove()
})

const sleepers = async (): Promise<number> =>
  (await server.admin("select 1 from pg_stat_activity where wait_event = 'PgSleep'")).length

test('statements, a second connection to cancel, and a host that is named nowhere', async () => {
  const profile = postgresProfile(server, { via: 'bastion' })
  const sink = collect()
  const { outcome } = await postgres.start(sql('select 6 * 7 as answer', profile), sink).result
  expect(outcome).toEqual({ kind: 'responded' })
  expect(sink.text).toContain('answer\n42')
  const sleeping = postgres.start(sql('select pg_sleep(600)', profile), collect())
  await until('it sleeps', async () => (await sleepers()) === 1)
  sleeping.stop('interrupt')
  expect((await sleeping.result).outcome).toEqual({ kind: 'cancelled' })
  const nowhere = await postgres.start(sql('select 1', { ...profile, via: 'nobody' }), collect())
    .result
  expect(nowhere.outcome).toEqual({
    kind: 'not-started',
    detail: expect.stringContaining('There is no ssh profile “nobody”'),
  })
})

test('the ssh connection is cut while a statement runs: nobody knows, and the next block connects anew', async () => {
  const profile = postgresProfile(server, { via: 'bastion' })
  const running = postgres.start(sql('select pg_sleep(600)', profile), collect())
  await until('it sleeps', async () => (await sleepers()) === 1)
  sshd.cutConnections()
  const { outcome } = await running.result
  expect(outcome.kind).toBe('disconnected')
  const sink = collect()
  expect((await postgres.start(sql('select 1 as one', profile), sink).result).outcome).toEqual({
    kind: 'responded',
  })
  expect(sink.text).toContain('one\n1')
})
