import { expect, test } from 'vitest'
import type { Risk } from '../../../main/core/runbook/model.ts'
import { block, planWith, Play, starting, step } from './support/play.ts'

/** An edit is read as the runbook was. */

function edited(text: string, risk: Risk, verb: 'run' | 'check' = 'run'): string {
  const play = new Play()
    .must(
      starting(
        planWith(
          step('one', {
            risk,
            blocks: [block('one/1', { language: 'redis', executor: 'redis', code: 'PING', verb })],
          }),
        ),
      ),
    )
    .must({ type: 'step.begin', step: 'one' })
  const decision = play.ask({
    type: 'block.run',
    block: 'one/1',
    edit: { text, reason: 'because' },
  })
  return decision.ok ? 'accepted' : `${decision.code}: ${decision.message}`
}

test('an edit cannot destroy in a step that does not say so', () => {
  expect(edited('PING\nFLUSHALL', 'safe')).toMatch(/^redis-destructive: Line 2: FLUSHALL removes/)
  expect(edited('flushall', 'caution')).toMatch(/^redis-destructive/)
  expect(edited('FLUSHALL', 'destructive')).toMatch(/^not-approved/)
  expect(edited('SET a "', 'destructive')).toMatch(/^redis-syntax/)
  expect(edited('MONITOR', 'destructive')).toMatch(/^redis-unsupported/)
  expect(edited('SET a 1', 'destructive', 'check')).toMatch(/^check-writes/)
  expect(edited('EVAL "return 1" 0', 'safe')).toBe('accepted')
})
