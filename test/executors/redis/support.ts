import type { RedisProfile } from '../../../main/core/connection/profile.ts'
import type { Executor, ExecutionRequest, ExecutionResult } from '../../../main/engine/ports.ts'
import { block, collect, type CollectingSink } from '../support/execution.ts'

/** What tests of the Redis executor share. */

export function redisProfile(port: number, changes: Partial<RedisProfile> = {}): RedisProfile {
  return { kind: 'redis', name: 'cache', host: '127.0.0.1', port, ...changes }
}

export function redisRequest(
  text: string,
  profile: RedisProfile,
  changes: Partial<ExecutionRequest> = {},
): ExecutionRequest {
  return {
    block: block({ language: 'redis', executor: 'redis', code: text }),
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

export function check(text: string, profile: RedisProfile): ExecutionRequest {
  return redisRequest(text, profile, {
    block: block({ verb: 'check', language: 'redis', executor: 'redis', code: text }),
  })
}

export interface Ran extends ExecutionResult {
  readonly text: string
  readonly sink: CollectingSink
}

/** Runs a block to its end. */
export async function ran(executor: Executor, request: ExecutionRequest): Promise<Ran> {
  const sink = collect()
  const result = await executor.start(request, sink).result
  return { ...result, sink, text: sink.text }
}

/** The words of an outcome that has some. */
export function detail({ outcome }: ExecutionResult): string {
  return 'detail' in outcome ? outcome.detail : ''
}
