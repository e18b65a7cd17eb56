import { expect, test } from 'vitest'
import { createMissingExecutor } from '../../main/executors/missing.ts'
import { block, collect, shellRequest } from './support/execution.ts'

const executor = createMissingExecutor()

test.each([
  ['ssh', block({ executor: 'sql', language: 'sql' }), 'Give it a postgres target'],
  ['postgres', block(), 'cannot be sent to a postgres target'],
  ['redis', block(), 'cannot be sent to a redis target'],
  ['local', block({ executor: 'sql', language: 'sql' }), 'needs a postgres target'],
  ['http', block(), 'cannot be sent to an http target'],
])('says what a block on a target of kind %s needs', (targetKind, given, words) => {
  expect(executor.accepts({ block: given, targetKind })).toContain(words)
})

test('started all the same, it says that nothing started', async () => {
  const { outcome } = await executor.start(shellRequest('id', { connection: 'db-a' }), collect())
    .result
  expect(outcome.kind).toBe('not-started')
})
