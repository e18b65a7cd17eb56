import { expect, test } from 'vitest'
import { boundValues } from '../../../renderer/features/run/model/bound.ts'
import { block, Play, planWith, starting, step } from '../../core/run/support/play.ts'

function stateWith(inputs: Readonly<Record<string, string>>, secretInputs: readonly string[]) {
  const command = starting(planWith(step('one', { blocks: [block('one/1')] })))
  if (command.type !== 'run.start') throw new Error('A run starts with its start.')
  return new Play().must({ ...command, inputs, secretInputs: [...secretInputs] }).now
}

test('names stand beside what they are bound to; a secret is named and not shown', () => {
  const state = stateWith({ CUTOFF: '2026-11-20', HOST: 'db-a' }, ['TOKEN'])
  const sql = block('one/1', { executor: 'sql', language: 'sql' })
  expect(
    boundValues(state, sql, "select ':NOT' from t where at < :CUTOFF and k = :TOKEN and n = :N"),
  ).toEqual([
    { name: 'CUTOFF', mark: ':CUTOFF', value: { kind: 'text', text: '2026-11-20' } },
    { name: 'TOKEN', mark: ':TOKEN', value: { kind: 'secret' } },
    { name: 'N', mark: ':N', value: { kind: 'missing' } },
  ])
  const shell = block('one/1')
  expect(
    boundValues(state, shell, 'ssh "$HOST" "${CUTOFF}" $HOME $HOST').map(({ mark }) => mark),
  ).toEqual(['$HOST', '$CUTOFF'])
  const http = block('one/1', { executor: 'http', language: 'http' })
  expect(boundValues(state, http, 'GET /{{ HOST }}').map(({ mark }) => mark)).toEqual(['{{HOST}}'])
})
