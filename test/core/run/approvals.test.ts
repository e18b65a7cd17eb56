import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnyCommand } from '../../../main/core/run/commands.ts'
import { block, exited, lost, planWith, Play, starting, step } from './support/play.ts'

/**
 * Approvals against a model that knows nothing of the program: who said yes to which text since the last start,
 * refusal, reopening or beginning of a rollback. A start is refused for want of approval exactly when the model says so.
 */

const TEXT = 'echo subject/1'
const EDITED = 'echo edited'
const QUORUM = 2
const PLAN = planWith(
  step('subject', {
    risk: 'caution',
    target: 'laptop',
    approve: { role: 'commander', quorum: QUORUM },
    retry: { attempts: 9, everyMs: 1 },
    blocks: [block('subject/1'), block('subject/2', { verb: 'rollback' })],
    items: [{ id: 'subject/item-1', text: '' }],
  }),
)

/** Three persons, some of whom spell their names in two ways. */
const SPELLINGS: Readonly<Record<string, string>> = {
  Ada: 'ada',
  ' ADA ': 'ada',
  Grace: 'grace',
  grace: 'grace',
  Linus: 'linus',
}
const person = fc.constantFrom(...Object.keys(SPELLINGS))
const text = fc.constantFrom(TEXT, EDITED)
const BLOCK = 'subject/1'

const command: fc.Arbitrary<AnyCommand> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(person, text).map(([by, approved]): AnyCommand => ({
      type: 'approval.grant',
      block: BLOCK,
      by,
      text: approved,
    })),
  },
  {
    weight: 3,
    arbitrary: text.map((wanted): AnyCommand => ({
      type: 'block.run',
      block: BLOCK,
      reason: 'again',
      ...(wanted === EDITED && { edit: { text: EDITED, reason: 'the path moved' } }),
    })),
  },
  person.map((by): AnyCommand => ({
    type: 'approval.refuse',
    block: BLOCK,
    by,
    reason: 'not yet',
  })),
  person.map((to): AnyCommand => ({ type: 'role.offer', role: 'commander', to, brief: '' })),
  person.map((by): AnyCommand => ({ type: 'role.accept', role: 'commander', by })),
  fc.constantFrom<AnyCommand>(
    { type: 'step.begin', step: 'subject' },
    { type: 'step.mark', step: 'subject', outcome: 'failed', reason: 'enough' },
    { type: 'step.reopen', step: 'subject', reason: 'once more' },
    { type: 'rollback.begin', step: 'subject', reason: 'back' },
    { type: 'rollback.complete', step: 'subject', outcome: 'failed' },
    { type: 'block.retry', block: BLOCK, attempt: 1 },
    { type: 'block.retry', block: BLOCK, attempt: 2 },
  ),
)
const ended = fc.constantFrom(0, 1, 'lost' as const)

describe('any sequence of approvals, refusals, handovers and starts', () => {
  it('starts exactly what enough persons, the commander of that moment among them, approved as it is', () => {
    let starts = 0
    let refusals = 0
    fc.assert(
      fc.property(
        fc.array(fc.tuple(command, ended), { minLength: 10, maxLength: 80 }),
        (sequence) => {
          const play = new Play().must(starting(PLAN)).must({ type: 'step.begin', step: 'subject' })
          let approved = new Map<string, Set<string>>()
          let commander = 'ada'
          let offered: string | undefined
          for (const [one, how] of sequence) {
            const wanted = one.type === 'block.run' ? (one.edit?.text ?? TEXT) : undefined
            const persons = approved.get(wanted ?? '') ?? new Set()
            const enough = persons.size >= QUORUM && persons.has(commander)
            const decision = play.ask(one)
            if (one.type === 'block.run') {
              if (decision.ok) {
                expect(enough).toBe(true)
                starts++
              } else if (decision.code === 'not-approved') {
                expect(enough).toBe(false)
                refusals++
              }
            }
            if (one.type === 'block.retry') expect(decision.ok).toBe(false)
            if (!decision.ok) continue
            if (one.type === 'approval.grant') {
              const name = SPELLINGS[one.by] ?? ''
              approved.set(
                one.text ?? TEXT,
                new Set([...(approved.get(one.text ?? TEXT) ?? []), name]),
              )
            }
            if (one.type === 'role.offer') offered = SPELLINGS[one.to]
            if (one.type === 'role.accept' && offered !== undefined) commander = offered
            if (
              one.type === 'block.run' ||
              one.type === 'approval.refuse' ||
              one.type === 'step.reopen' ||
              one.type === 'rollback.begin'
            )
              approved = new Map()
            if (one.type === 'block.run') {
              const attempt = play.now.blocks[BLOCK]?.attempts.length ?? 0
              play.must(how === 'lost' ? lost(BLOCK, attempt) : exited(BLOCK, how, attempt))
            }
          }
        },
      ),
      { numRuns: 400, seed: 20_261_120 },
    )
    // The property is about something: both ways were taken often.
    expect(starts).toBeGreaterThan(100)
    expect(refusals).toBeGreaterThan(100)
  })
})

describe('approvals', () => {
  const dangerous = (role: string, roles: readonly string[] = ['operator']): Play =>
    new Play()
      .must(
        starting({
          ...planWith(
            step('subject', {
              risk: 'destructive',
              target: 'laptop',
              approve: { role, quorum: 1 },
              blocks: [
                block('subject/1'),
                block('subject/2', { verb: 'check' }),
                block('subject/3', { verb: 'terminal' }),
              ],
            }),
          ),
          roles,
        }),
      )
      .must({ type: 'step.begin', step: 'subject' })
  const code = (play: Play, one: AnyCommand): string => {
    const decision = play.ask(one)
    return decision.ok ? 'accepted' : decision.code
  }

  it('of a role that nobody holds cannot be given by anybody, until somebody holds it', () => {
    const play = dangerous('dba')
    play.must({ type: 'approval.grant', block: BLOCK, by: 'Ada' })
    const refused = play.ask({ type: 'block.run', block: BLOCK })
    expect(refused).toMatchObject({ ok: false, code: 'not-approved' })
    expect(JSON.stringify(refused)).toContain('offer the role')
    play
      .must({ type: 'role.offer', role: 'dba', to: 'Grace', brief: '' })
      .must({ type: 'role.accept', role: 'dba', by: 'grace' })
      .must({ type: 'approval.grant', block: BLOCK, by: 'GRACE' })
      .must({ type: 'block.run', block: BLOCK })
  })

  it('are needed for terminals, and not for checks', () => {
    const play = dangerous('commander')
    expect(code(play, { type: 'block.run', block: 'subject/3' })).toBe('not-approved')
    expect(code(play, { type: 'block.run', block: 'subject/2' })).toBe('accepted')
  })

  it.each(['muster', 'Muster', ' MUSTER ', 'ｍuster'])('are never given by %j', (by) => {
    const play = dangerous('commander')
    expect(code(play, { type: 'approval.grant', block: BLOCK, by })).toBe('not-a-person')
    expect(code(play, { type: 'role.offer', role: 'commander', to: by, brief: '' })).toBe(
      'not-a-person',
    )
    const start = starting(PLAN)
    if (start.type !== 'run.start') throw new Error('not a start')
    expect(code(new Play(), { ...start, commander: by })).toBe('not-a-person')
  })

  it('are for what is needed: a block that needs none takes none', () => {
    const play = dangerous('commander')
    expect(code(play, { type: 'approval.grant', block: 'subject/2', by: 'Ada' })).toBe(
      'no-approval',
    )
  })
})
