import { describe, expect, it } from 'vitest'
import type { PlanStep } from '../../../main/core/run/plan.ts'
import { approvalProgress, findBlock } from '../../../main/core/run/rules.ts'
import { block, exited, lost, planWith, Play, starting, step } from './support/play.ts'

function begun(...steps: readonly PlanStep[]): Play {
  return new Play()
    .must(starting(planWith(...steps)))
    .must({ type: 'step.begin', step: steps[0]?.id ?? '' })
}

function refused(play: Play, command: Parameters<Play['ask']>[0], actor?: string): string {
  const decision = play.ask(command, actor)
  return decision.ok ? 'accepted' : decision.code
}

describe('steps', () => {
  it('a step is done by itself when its last gate closes, and not before', () => {
    const play = begun(
      step('one', { blocks: [block('one/1')], items: [{ id: 'one/item-1', text: '' }] }),
    )
    play.must({ type: 'block.run', block: 'one/1' }).must(exited('one/1', 0))
    expect(play.now.steps['one']?.status).toBe('active')
    play.must({ type: 'item.confirm', item: 'one/item-1' })
    expect(play.now.steps['one']?.status).toBe('done')
    expect(play.events.at(-1)).toMatchObject({ type: 'step.finished', data: { basis: 'gates' } })
  })

  it('a step with nothing but prose is completed by hand', () => {
    const play = begun(step('one'))
    expect(play.now.steps['one']?.status).toBe('active')
    play.must({ type: 'step.complete', step: 'one' })
    expect(play.now.steps['one']?.status).toBe('done')
  })

  it('a skipped step is not a done one: what needs it asks for a reason', () => {
    const play = new Play().must(starting(planWith(step('one'), step('two', { needs: ['one'] }))))
    play.must({ type: 'step.skip', step: 'one', reason: 'not today' })
    expect(refused(play, { type: 'step.begin', step: 'two' })).toBe('out-of-order')
    play.must({ type: 'step.begin', step: 'two', reason: 'it was done by hand' })
    expect(play.now.deviations.map(({ kind }) => kind)).toEqual(['skipped', 'out-of-order'])
  })

  it('beginning out of order asks for a reason and names what is open', () => {
    const play = new Play().must(starting(planWith(step('one'), step('two'))))
    const decision = play.ask({ type: 'step.begin', step: 'two' })
    expect(decision).toMatchObject({ ok: false, needsReason: true })
    expect(JSON.stringify(decision)).toContain('one')
  })

  it('taking back an item of a done step opens the step again', () => {
    const play = begun(step('one', { items: [{ id: 'one/item-1', text: '' }] }))
    play.must({ type: 'item.confirm', item: 'one/item-1' })
    expect(play.now.steps['one']?.status).toBe('done')
    play.must({ type: 'item.unconfirm', item: 'one/item-1' })
    expect(play.now.steps['one']?.status).toBe('active')
  })

  it('a walkthrough executes nothing and completes a step by hand', () => {
    const play = new Play().must(
      starting(planWith(step('one', { blocks: [block('one/1')] })), 'walkthrough'),
    )
    play.must({ type: 'step.begin', step: 'one' })
    expect(refused(play, { type: 'block.run', block: 'one/1' })).toBe('walkthrough')
    expect(refused(play, { type: 'terminal.opened', terminal: 't', target: 'laptop' })).toBe(
      'walkthrough',
    )
    play.must({ type: 'step.complete', step: 'one' })
    expect(play.now.steps['one']?.status).toBe('done')
  })
})

describe('decisions', () => {
  const options = [
    { id: 'left', label: 'Left' },
    { id: 'right', label: 'Right' },
  ]

  it('make the steps of the other options unnecessary, in the same decision', () => {
    const play = begun(
      step('choice', { decide: { question: '?', options } }),
      step('left-work', { when: ['left'] }),
      step('right-work', { when: ['choice/right'] }),
      step('either', { when: ['left', 'right'] }),
    )
    play.must({ type: 'decision.make', step: 'choice', option: 'left' })
    expect(Object.values(play.now.steps).map(({ status }) => status)).toEqual([
      'done',
      'pending',
      'not-needed',
      'pending',
    ])
  })

  it('never made, because the step was skipped, make all their steps unnecessary, and those of decisions in them', () => {
    const play = begun(
      step('choice', { decide: { question: '?', options } }),
      step('inner', {
        when: ['left'],
        decide: {
          question: '?',
          options: [
            { id: 'deep', label: '' },
            { id: 'flat', label: '' },
          ],
        },
      }),
      step('deepest', { when: ['deep'] }),
    )
    play.must({ type: 'step.skip', step: 'choice', reason: 'no choice' })
    expect(Object.values(play.now.steps).map(({ status }) => status)).toEqual([
      'skipped',
      'not-needed',
      'not-needed',
    ])
  })

  it('are open again when their step is reopened, and so are the steps that hung on them', () => {
    const play = begun(
      step('choice', { decide: { question: '?', options } }),
      step('left-work', { when: ['left'] }),
      step('right-work', { when: ['right'] }),
    )
    play.must({ type: 'decision.make', step: 'choice', option: 'left' })
    play.must({ type: 'step.reopen', step: 'choice', reason: 'the left way is closed' })
    expect(play.now.decisions).toEqual({})
    expect(Object.values(play.now.steps).map(({ status }) => status)).toEqual([
      'active',
      'pending',
      'pending',
    ])
    play.must({ type: 'decision.make', step: 'choice', option: 'right' })
    expect(Object.values(play.now.steps).map(({ status }) => status)).toEqual([
      'done',
      'not-needed',
      'pending',
    ])
  })

  it('are made once', () => {
    const play = begun(
      step('choice', {
        decide: { question: '?', options },
        items: [{ id: 'choice/item-1', text: '' }],
      }),
    )
    play.must({ type: 'decision.make', step: 'choice', option: 'left' })
    expect(refused(play, { type: 'decision.make', step: 'choice', option: 'right' })).toBe(
      'decided',
    )
    expect(
      refused(begun(step('choice', { decide: { question: '?', options } })), {
        type: 'decision.make',
        step: 'choice',
        option: 'up',
      }),
    ).toBe('no-option')
  })
})

describe('running again', () => {
  it('after an outcome that nobody knows needs a reason, which is a deviation', () => {
    const play = begun(step('one', { blocks: [block('one/1')] }))
    play.must({ type: 'block.run', block: 'one/1' }).must(lost('one/1'))
    expect(play.now.blocks['one/1']?.status).toBe('unknown')
    expect(refused(play, { type: 'block.run', block: 'one/1' })).toBe('run-again')
    play.must({ type: 'block.run', block: 'one/1', reason: 'the server shows no trace of it' })
    expect(play.now.deviations.map(({ kind }) => kind)).toEqual(['run-again'])
  })

  it('after a plain failure, or of a check, needs none but is recorded', () => {
    const play = begun(step('one', { blocks: [block('one/1')] }))
    play
      .must({ type: 'block.run', block: 'one/1' })
      .must(exited('one/1', 1))
      .must({ type: 'block.run', block: 'one/1' })
    expect(play.events.at(-1)).toMatchObject({
      data: { attempt: 2, again: { after: 'exited with 1' } },
    })
    const check = begun(
      step('one', {
        blocks: [block('one/1', { verb: 'check' })],
        items: [{ id: 'one/item-1', text: '' }],
      }),
    )
    check.must({ type: 'block.run', block: 'one/1' }).must(lost('one/1'))
    expect(check.now.blocks['one/1']?.status).toBe('failed')
    check.must({ type: 'block.run', block: 'one/1' })
  })

  it('of something that has done its work needs a reason', () => {
    const play = begun(
      step('one', { blocks: [block('one/1')], items: [{ id: 'one/item-1', text: '' }] }),
    )
    play.must({ type: 'block.run', block: 'one/1' }).must(exited('one/1', 0))
    expect(refused(play, { type: 'block.run', block: 'one/1' })).toBe('run-again')
  })

  it('by a declared retry happens after a known failure only, as often as declared, and never for what destroys', () => {
    const retry = { attempts: 2, everyMs: 10 }
    const play = begun(step('one', { retry, blocks: [block('one/1')] }))
    play.must({ type: 'block.run', block: 'one/1' }).must(exited('one/1', 1))
    play.must({ type: 'block.retry', block: 'one/1', attempt: 1 }).must(exited('one/1', 1, 2))
    expect(refused(play, { type: 'block.retry', block: 'one/1', attempt: 2 })).toBe('no-retry')
    const unknown = begun(step('one', { retry, blocks: [block('one/1')] }))
    unknown.must({ type: 'block.run', block: 'one/1' }).must(lost('one/1'))
    expect(refused(unknown, { type: 'block.retry', block: 'one/1', attempt: 1 })).toBe(
      'block-unknown',
    )
    const destructive = begun(
      step('one', { retry, risk: 'destructive', target: 'laptop', blocks: [block('one/1')] }),
    )
    destructive.must({ type: 'approval.grant', block: 'one/1', by: 'Ada' })
    destructive.must({ type: 'block.run', block: 'one/1' }).must(exited('one/1', 1))
    expect(refused(destructive, { type: 'block.retry', block: 'one/1', attempt: 1 })).toBe(
      'no-retry',
    )
  })
})

describe('approvals', () => {
  function dangerous(quorum = 1, role = 'commander'): Play {
    return begun(
      step('one', {
        risk: 'destructive',
        target: 'laptop',
        approve: { role, quorum },
        blocks: [block('one/1')],
      }),
    )
  }

  it('are needed before something destructive runs, and used up by one start', () => {
    const play = dangerous()
    expect(refused(play, { type: 'block.run', block: 'one/1' })).toBe('not-approved')
    play
      .must({ type: 'approval.grant', block: 'one/1', by: 'Ada' })
      .must({ type: 'block.run', block: 'one/1' })
    play.must(exited('one/1', 1))
    expect(refused(play, { type: 'block.run', block: 'one/1' })).toBe('not-approved')
  })

  it('are needed by default, without approve in the step', () => {
    const play = begun(
      step('one', { risk: 'destructive', target: 'laptop', blocks: [block('one/1')] }),
    )
    expect(refused(play, { type: 'block.run', block: 'one/1' })).toBe('not-approved')
  })

  it('of a quorum are by different persons, one of them the holder of the role', () => {
    const play = dangerous(2)
    play.must({ type: 'approval.grant', block: 'one/1', by: 'Grace' })
    expect(refused(play, { type: 'approval.grant', block: 'one/1', by: 'Grace' })).toBe(
      'approved-already',
    )
    play.must({ type: 'approval.grant', block: 'one/1', by: 'Linus' })
    expect(refused(play, { type: 'block.run', block: 'one/1' })).toBe('not-approved')
    play.must({ type: 'approval.grant', block: 'one/1', by: 'Ada' })
    const found = findBlock(play.now, 'one/1')
    if (!found) throw new Error('no block')
    expect(
      approvalProgress(play.now, found.step, found.block, 'laptop', 'echo one/1'),
    ).toMatchObject({ complete: true })
    play.must({ type: 'block.run', block: 'one/1' })
  })

  it('bind to the exact text: an edited command needs new ones', () => {
    const play = dangerous()
    play.must({ type: 'approval.grant', block: 'one/1', by: 'Ada' })
    const edit = { text: 'echo other', reason: 'the path moved' }
    expect(refused(play, { type: 'block.run', block: 'one/1', edit })).toBe('not-approved')
    play.must({ type: 'approval.grant', block: 'one/1', by: 'Ada', text: edit.text })
    play.must({ type: 'block.run', block: 'one/1', edit })
    expect(play.now.deviations.map(({ kind }) => kind)).toEqual(['edited'])
  })

  it('can be refused, which takes back those there were', () => {
    const play = dangerous()
    play.must({ type: 'approval.grant', block: 'one/1', by: 'Ada' })
    play.must({ type: 'approval.refuse', block: 'one/1', by: 'Grace', reason: 'the replica lags' })
    expect(refused(play, { type: 'block.run', block: 'one/1' })).toBe('not-approved')
  })

  it('and every other decision of a person are never made by the program', () => {
    const play = dangerous()
    expect(refused(play, { type: 'approval.grant', block: 'one/1', by: 'Ada' }, 'muster')).toBe(
      'not-a-person',
    )
    expect(refused(play, { type: 'step.skip', step: 'one', reason: 'x' }, 'muster')).toBe(
      'not-a-person',
    )
  })
})

describe('rollback', () => {
  it('in another order than newest first is a deviation, and it finishes with a reason where its blocks did not pass', () => {
    const undo = (id: string) => [block(`${id}/1`), block(`${id}/2`, { verb: 'rollback' })]
    const play = begun(step('one', { blocks: undo('one') }), step('two', { blocks: undo('two') }))
    play.must({ type: 'block.run', block: 'one/1' }).must(exited('one/1', 0))
    play
      .must({ type: 'step.begin', step: 'two' })
      .must({ type: 'block.run', block: 'two/1' })
      .must(exited('two/1', 1))
    const early = play.ask({ type: 'rollback.begin', step: 'one', reason: 'back' })
    expect(early).toMatchObject({ ok: true, events: [{ data: { later: ['two'] } }] })
    expect(play.now.deviations.map(({ kind }) => kind)).toEqual(['out-of-order'])
    play.must({ type: 'rollback.complete', step: 'one', outcome: 'failed' })
    play.must({ type: 'rollback.begin', step: 'two', reason: 'back' })
    expect(refused(play, { type: 'rollback.complete', step: 'two', outcome: 'done' })).toBe(
      'rollback-open',
    )
    play.must({ type: 'block.run', block: 'two/2' }).must(exited('two/2', 0))
    play.must({ type: 'rollback.complete', step: 'two', outcome: 'done' })
    play.must({ type: 'rollback.begin', step: 'one', reason: 'back' })
    expect(play.now.steps['two']?.status).toBe('rolled-back')
  })
})

describe('the run', () => {
  it('raising the severity is free, lowering it needs a reason', () => {
    const play = new Play()
      .must(starting(planWith(step('one'))))
      .must({ type: 'severity.change', to: 'SEV2' })
    play.must({ type: 'severity.change', to: 'SEV1' })
    expect(refused(play, { type: 'severity.change', to: 'SEV3' })).toBe('lowering')
    play.must({ type: 'severity.change', to: 'SEV3', reason: 'traffic is back' })
    expect(play.now.severities.map(({ severity }) => severity)).toEqual(['SEV2', 'SEV1', 'SEV3'])
  })

  it('a role goes over by a brief and an acceptance of the person it was offered to', () => {
    const play = new Play().must(starting(planWith(step('one'))))
    play.must({ type: 'role.offer', role: 'commander', to: 'Grace', brief: 'Replica is promoted' })
    expect(refused(play, { type: 'role.accept', role: 'commander', by: 'Linus' })).toBe(
      'not-offered',
    )
    expect(play.now.commander).toBe('Ada')
    play.must({ type: 'role.accept', role: 'commander', by: 'Grace' })
    expect(play.now.commander).toBe('Grace')
    expect(refused(play, { type: 'role.offer', role: 'juggler', to: 'Linus', brief: '' })).toBe(
      'no-role',
    )
  })

  it('finishes with open steps only for a reason, and never while something runs', () => {
    const play = begun(step('one', { blocks: [block('one/1')] }))
    play.must({ type: 'block.run', block: 'one/1' })
    expect(refused(play, { type: 'run.finish', reason: 'enough' })).toBe('block-running')
    play.must(exited('one/1', 1))
    expect(refused(play, { type: 'run.finish' })).toBe('steps-open')
    play.must({ type: 'run.finish', reason: 'the rest is for tomorrow' })
    expect(play.now.deviations.map(({ kind }) => kind)).toEqual(['finished-open'])
  })

  it('aborted while something runs still records how that ended', () => {
    const play = begun(step('one', { blocks: [block('one/1')] }))
    play
      .must({ type: 'block.run', block: 'one/1' })
      .must({ type: 'run.abort', reason: 'wrong cluster' })
    expect(play.events.at(-1)).toMatchObject({ data: { inFlight: ['one/1'] } })
    play.must(exited('one/1', 0))
    expect(play.now.blocks['one/1']?.status).toBe('passed')
    expect(play.now.phase).toBe('aborted')
  })

  it('reopened after a crash, what was in flight is unknown and nothing runs', () => {
    const play = begun(step('one', { blocks: [block('one/1')] }))
    play.must({ type: 'block.run', block: 'one/1' })
    play.must({ type: 'terminal.opened', terminal: 't', target: 'laptop' })
    play.must({ type: 'run.reopen', after: 'crash', recovered: [] })
    expect(play.now.blocks['one/1']?.status).toBe('unknown')
    expect(play.now.terminals['t']?.open).toBe(false)
    play.must({
      type: 'block.resolve',
      block: 'one/1',
      as: 'done',
      reason: 'the log of the server shows it',
    })
    expect(play.now.steps['one']?.status).toBe('done')
  })
})
