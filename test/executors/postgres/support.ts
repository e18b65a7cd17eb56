import type { PostgresProfile } from '../../../main/core/connection/profile.ts'
import type { ExecutionRequest, ExecutionResult, Executor } from '../../../main/engine/ports.ts'
import { PASSWORD, type PostgresServer } from '../../harness/postgres.ts'
import type { SessionRequest } from '../../../main/executors/postgres/session.ts'
import { block, collect, type CollectingSink } from '../support/execution.ts'

/** What tests of the PostgreSQL executor share. */

export const SECRETS: NonNullable<SessionRequest['ports']['secrets']> = {
  get: () => Promise.resolve({ value: PASSWORD }),
  refuse: () => undefined,
}

export function postgresProfile(
  server: Pick<PostgresServer, 'port'>,
  changes: Partial<PostgresProfile> = {},
): PostgresProfile {
  return {
    kind: 'postgres',
    name: 'orders',
    host: '127.0.0.1',
    port: server.port,
    database: 'orders',
    user: 'app',
    password: { from: 'environment', name: 'ORDERS_PASSWORD' },
    sslMode: 'disable',
    ...changes,
  }
}

export function sql(
  text: string,
  profile: PostgresProfile,
  changes: Partial<ExecutionRequest> = {},
): ExecutionRequest {
  return {
    block: block({ language: 'sql', executor: 'sql', code: text }),
    text,
    connection: profile.name,
    profile,
    environment: 'staging',
    run: 'run-1',
    values: {},
    columns: 80,
    rows: 24,
    ...changes,
  }
}

export function check(
  text: string,
  profile: PostgresProfile,
  changes: Partial<ExecutionRequest> = {},
): ExecutionRequest {
  return sql(text, profile, {
    block: block({ verb: 'check', language: 'sql', executor: 'sql', code: text }),
    ...changes,
  })
}

export interface Ran extends ExecutionResult {
  readonly text: string
  readonly error: string
  readonly sink: CollectingSink
}

/** Runs a block to its end. */
export async function ran(executor: Executor, request: ExecutionRequest): Promise<Ran> {
  const sink = collect()
  const result = await executor.start(request, sink).result
  return { ...result, sink, text: sink.text, error: sink.errorText }
}

export function detail({ outcome }: ExecutionResult): string {
  return 'detail' in outcome ? outcome.detail : ''
}
