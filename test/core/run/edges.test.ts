import { describe, expect, it } from 'vitest'
import type { AnyCommand } from '../../../main/core/run/commands.ts'
import type { PlanStep } from '../../../main/core/run/plan.ts'
import { canonicalise } from '../../../main/core/evidence/canonical.ts'
import { block, exited, lost, planWith, Play, starting, step } from './support/play.ts'

/** Rules that only matter when things go wrong, each with what went wrong. */

const REASON = 'because'

function begun(...steps: readonly PlanStep[]): Play {
  return new Play()
    .must(starting(planWith(...steps)))
    .must({ type: 'step.begin', step: steps[0]?.id ?? '' })
}

function code(play: Play, command: AnyCommand): string {
  const decision = play.ask(command)
  return decision.ok ? 'accepted' : decision.code
}

describe('where a block runs', () => {
  it('is never a target that nobody declared', () => {
    const { target: _target, ...loose } = block('one/1', { implicit: true })
    const play = begun(step('one', { blocks: [loose] }))
    expect(code(play, { type: 'block.run', block: 'one/1' })).toBe('no-target')
    expect(code(play, { type: 'block.run', block: 'one/1', target: 'production' })).toBe(
      'no-such-target',
    )
    expect(code(play, { type: 'block.run', block: 'one/1', target: 'laptop' })).toBe('accepted')
  })

  it('is what the runbook says, whatever is asked', () => {
    const play = begun(step('one', { blocks: [block('one/1')] }))
    expect(code(play, { type: 'block.run', block: 'one/1', target: 'local' })).toBe('target-fixed')
    expect(code(play, { type: 'block.run', block: 'one/1', target: 'laptop' })).toBe('accepted')
  })
})

describe('a run that was suspended', () => {
  it('takes nothing but reports until it is opened again', () => {
    const play = begun(step('one', { blocks: [block('one/1')] }))
    play.must({ type: 'block.run', block: 'one/1' }).must({ type: 'run.suspend' })
    expect(code(play, { type: 'note.add', kind: 'note', text: 'late' })).toBe('run-suspended')
    expect(code(play, { type: 'run.suspend' })).toBe('run-suspended')
    play.must(exited('one/1', 0))
    expect(play.now.steps['one']?.status).toBe('done')
    play.must({ type: 'run.reopen', after: 'suspension', recovered: [] })
    play.must({ type: 'note.add', kind: 'note', text: 'on we go' })
  })
})

describe('a crash', () => {
  it('leaves output in the unknown result of its own block and attempt, and in no other', () => {
    const blob = { sha256: 'a'.repeat(64), content: 'b'.repeat(64), bytes: 3 }
    const play = begun(
      step('one', { blocks: [block('one/1'), block('one/2')] }),
      step('two', { blocks: [block('two/1')] }),
    )
    play
      .must({ type: 'block.run', block: 'one/1' })
      .must(exited('one/1', 1))
      .must({ type: 'block.run', block: 'one/1' })
      .must({ type: 'block.run', block: 'one/2' })
    play.must({
      type: 'run.reopen',
      after: 'crash',
      recovered: [
        { block: 'one/1', attempt: 1, stdout: blob },
        { block: 'one/2', attempt: 1, stderr: blob },
        { block: 'two/1', attempt: 1, stdout: blob },
      ],
    })
    const attempts = (id: string) => play.now.blocks[id]?.attempts
    expect(attempts('one/1')?.at(-1)).toMatchObject({ number: 2, outcome: { kind: 'unknown' } })
    expect(attempts('one/1')?.at(-1)?.stdout).toBeUndefined()
    expect(attempts('one/2')?.at(-1)).toMatchObject({ stderr: blob, passed: false })
    expect(attempts('two/1')).toEqual([])
    expect(play.now.blocks['one/1']?.status).toBe('unknown')
    // Asked again, there is nothing left to find.
    const again = play.ask({ type: 'run.reopen', after: 'crash', recovered: [] })
    expect(again).toMatchObject({ ok: true, events: [{ type: 'run.reopened' }] })
  })

  it('after an abort leaves nothing in flight for ever, and opens nothing again', () => {
    const recording = { sha256: 'a'.repeat(64), content: 'b'.repeat(64), bytes: 3 }
    const play = begun(step('one', { blocks: [block('one/1')] }))
    play
      .must({ type: 'terminal.opened', terminal: 'terminal-1', target: 'laptop' })
      .must({ type: 'block.run', block: 'one/1' })
      .must({ type: 'run.abort', reason: REASON })
      .must({
        type: 'run.reopen',
        after: 'crash',
        recovered: [],
        terminals: [{ terminal: 'terminal-1', stdout: recording }],
      })
    expect(play.now.phase).toBe('aborted')
    expect(play.now.blocks['one/1']?.status).toBe('unknown')
    expect(play.events.at(-1)).toMatchObject({
      type: 'terminal.closed',
      data: { outcome: { kind: 'unknown' }, stdout: recording },
    })
    const again: AnyCommand = { type: 'run.reopen', after: 'crash', recovered: [] }
    expect(code(play, again)).toBe('run-over')
  })

  it('does not close the step that a result would have closed', () => {
    const play = begun(step('one', { blocks: [block('one/1')] }))
    play.must({ type: 'block.run', block: 'one/1' })
    play.must({ type: 'run.reopen', after: 'crash', recovered: [] })
    expect(play.now.steps['one']?.status).toBe('active')
    expect(code(play, exited('one/1', 0))).toBe('block-not-running')
  })
})

describe('what comes back from the world', () => {
  it('passes only with gates that all passed', () => {
    const report = exited('one/1', 0)
    if (report.type !== 'block.report') throw new Error('not a report')
    const play = begun(step('one', { blocks: [block('one/1')] }))
    play.must({ type: 'block.run', block: 'one/1' }).must({ ...report, gates: [] })
    expect(play.now.blocks['one/1']?.status).toBe('failed')
  })

  it('is not taken twice, nor for another attempt', () => {
    const play = begun(step('one', { blocks: [block('one/1')] }))
    play.must({ type: 'block.run', block: 'one/1' })
    expect(code(play, exited('one/1', 0, 2))).toBe('wrong-attempt')
    play.must(exited('one/1', 1))
    expect(code(play, exited('one/1', 0))).toBe('block-not-running')
  })

  it('is recorded even when its text was cut in the middle of a character', () => {
    const report = exited('one/1', 0)
    if (report.type !== 'block.report') throw new Error('not a report')
    const play = begun(step('one', { blocks: [block('one/1')] }))
    play.must({ type: 'block.run', block: 'one/1' }).must({
      ...report,
      gates: [{ gate: 'expect', passed: true, wanted: 'x\uD83D', seen: '😀' }],
      captured: { name: 'CUT', value: 'ab\uD83D' },
    })
    expect(play.now.captures).toEqual({ CUT: 'ab\uFFFD' })
    expect(canonicalise(play.now)).toContain('😀')
  })

  it('says how much of the output the disk refused', () => {
    const report = exited('one/1', 0)
    if (report.type !== 'block.report') throw new Error('not a report')
    const play = begun(step('one', { blocks: [block('one/1')] }))
    play.must({ type: 'block.run', block: 'one/1' }).must({ ...report, unrecorded: 512 })
    expect(play.now.blocks['one/1']?.attempts[0]?.unrecorded).toBe(512)
  })

  it.each([
    ['run', 'unknown'],
    ['rollback', 'unknown'],
    ['terminal', 'unknown'],
    ['check', 'failed'],
  ] as const)('lost on the way leaves a %s %s', (verb, status) => {
    const play = begun(
      step('one', { blocks: [block('one/1', { verb })], items: [{ id: 'one/item-1', text: '' }] }),
    )
    if (verb === 'rollback') play.must({ type: 'rollback.begin', step: 'one', reason: REASON })
    play.must({ type: 'block.run', block: 'one/1' }).must(lost('one/1'))
    expect(play.now.blocks['one/1']?.status).toBe(status)
  })
})

describe('a declared retry', () => {
  const retry = { attempts: 3, everyMs: 10 }

  it('is not a way around an approval', () => {
    const play = begun(
      step('one', {
        retry,
        risk: 'caution',
        approve: { role: 'commander', quorum: 1 },
        blocks: [block('one/1')],
      }),
    )
    play
      .must({ type: 'approval.grant', block: 'one/1', by: 'Ada' })
      .must({ type: 'block.run', block: 'one/1' })
      .must(exited('one/1', 1))
    expect(code(play, { type: 'block.retry', block: 'one/1', attempt: 1 })).toBe('no-retry')
  })

  it('of an edited text is an edited text, and not a second deviation', () => {
    const play = begun(step('one', { retry, blocks: [block('one/1')] }))
    play
      .must({ type: 'block.run', block: 'one/1', edit: { text: 'echo b', reason: REASON } })
      .must(exited('one/1', 1))
      .must({ type: 'block.retry', block: 'one/1', attempt: 1 })
    expect(play.now.blocks['one/1']?.attempts).toMatchObject([
      { text: 'echo b', edited: true },
      { text: 'echo b', edited: true },
    ])
    expect(play.now.deviations.map(({ kind }) => kind)).toEqual(['edited'])
  })

  it('does not come after a person ran it again, nor in a step that was left', () => {
    const play = begun(step('one', { retry, blocks: [block('one/1')] }))
    play
      .must({ type: 'block.run', block: 'one/1' })
      .must(exited('one/1', 1))
      .must({ type: 'block.run', block: 'one/1' })
      .must(exited('one/1', 1, 2))
    expect(code(play, { type: 'block.retry', block: 'one/1', attempt: 1 })).toBe('retry-outdated')
    play.must({ type: 'step.skip', step: 'one', reason: REASON })
    expect(code(play, { type: 'block.retry', block: 'one/1', attempt: 2 })).toBe('step-settled')
  })
})

describe('a step', () => {
  it('that needs one which a decision made unnecessary asks for a reason', () => {
    const decide = {
      question: '?',
      options: [
        { id: 'left', label: '' },
        { id: 'right', label: '' },
      ],
    }
    const play = begun(
      step('choice', { decide }),
      step('left-work', { when: ['left'] }),
      step('after', { needs: ['left-work'] }),
    )
    play.must({ type: 'decision.make', step: 'choice', option: 'right' })
    const decision = play.ask({ type: 'step.begin', step: 'after' })
    expect(decision).toMatchObject({ ok: false, code: 'out-of-order', needsReason: true })
    expect(JSON.stringify(decision)).toContain('left-work')
  })

  it('whose decision is not made yet asks for a reason, and stays when the other option is chosen', () => {
    const decide = { question: '?', options: [{ id: 'left', label: '' }] }
    const play = begun(step('choice', { decide }), step('left-work', { when: ['left'] }))
    expect(code(play, { type: 'step.begin', step: 'left-work' })).toBe('out-of-order')
    play.must({ type: 'step.begin', step: 'left-work', reason: REASON })
    expect(play.events.at(-1)).toMatchObject({
      data: { outOfOrder: { reason: REASON, unmet: ['choice'] } },
    })
    play.must({ type: 'step.skip', step: 'choice', reason: REASON })
    expect(play.now.steps['left-work']?.status).toBe('active')
  })

  it('is not made unnecessary by an option that no decision offers', () => {
    const decide = { question: '?', options: [{ id: 'left', label: '' }] }
    const play = begun(step('choice', { decide }), step('lost', { when: ['lfet'] }))
    play.must({ type: 'decision.make', step: 'choice', option: 'left' })
    expect(play.now.steps['lost']?.status).toBe('pending')
  })

  it('that was rolled back starts over when it is reopened', () => {
    const play = begun(
      step('one', {
        blocks: [block('one/1'), block('one/2', { verb: 'rollback' })],
        items: [{ id: 'one/item-1', text: '' }],
      }),
    )
    play
      .must({ type: 'block.run', block: 'one/1' })
      .must(exited('one/1', 0))
      .must({ type: 'item.confirm', item: 'one/item-1' })
      .must({ type: 'rollback.begin', step: 'one', reason: REASON })
      .must({ type: 'block.run', block: 'one/2' })
      .must(exited('one/2', 0))
      .must({ type: 'rollback.complete', step: 'one', outcome: 'done' })
      .must({ type: 'step.reopen', step: 'one', reason: REASON })
    expect(Object.values(play.now.blocks).map(({ status }) => status)).toEqual(['idle', 'idle'])
    expect(play.now.items['one/item-1']?.confirmed).toBeUndefined()
    expect(code(play, { type: 'step.complete', step: 'one' })).toBe('gates-open')
    // It has run before, which the record says, but it has not done its work, so nobody has to explain it.
    play.must({ type: 'block.run', block: 'one/1' })
    expect(play.events.at(-1)).toMatchObject({ data: { attempt: 2, again: {} } })
  })

  it('that is reopened keeps what passed in it', () => {
    const play = begun(step('one', { blocks: [block('one/1')] }))
    play
      .must({ type: 'block.run', block: 'one/1' })
      .must(exited('one/1', 0))
      .must({ type: 'step.reopen', step: 'one', reason: REASON })
    expect(play.now.blocks['one/1']?.status).toBe('passed')
    play.must({ type: 'step.complete', step: 'one' })
    expect(play.events.at(-1)).toMatchObject({ data: { basis: 'confirmed' } })
  })

  it('cannot be settled while something in it runs', () => {
    const play = begun(step('one', { blocks: [block('one/1')] }))
    play.must({ type: 'block.run', block: 'one/1' })
    const settling: readonly AnyCommand[] = [
      { type: 'step.skip', step: 'one', reason: REASON },
      { type: 'step.mark', step: 'one', outcome: 'done', reason: REASON },
      { type: 'step.complete', step: 'one' },
      { type: 'rollback.begin', step: 'one', reason: REASON },
    ]
    for (const command of settling) expect(code(play, command)).toBe('block-running')
  })

  it('several can be active at once', () => {
    const play = begun(
      step('one', { blocks: [block('one/1')] }),
      step('two', { blocks: [block('two/1')] }),
    )
    play.must({ type: 'step.begin', step: 'two', reason: 'there is time while one copies' })
    play.must({ type: 'block.run', block: 'one/1' }).must({ type: 'block.run', block: 'two/1' })
    play.must(exited('two/1', 0)).must(exited('one/1', 0))
    expect(Object.values(play.now.steps).map(({ status }) => status)).toEqual(['done', 'done'])
  })
})

describe('a decision', () => {
  const OPTIONS = [
    { id: 'left', label: '' },
    { id: 'right', label: '' },
  ]

  it('changes with a reason, and gives back what the first choice had made unnecessary', () => {
    const play = begun(
      step('choice', {
        decide: { question: '?', options: OPTIONS },
        items: [{ id: 'choice/item-1', text: '' }],
      }),
      step('left-work', { when: ['left'] }),
      step('right-work', { when: ['right'] }),
    )
    play.must({ type: 'decision.make', step: 'choice', option: 'left' })
    expect(code(play, { type: 'decision.make', step: 'choice', option: 'left' })).toBe('decided-so')
    expect(play.ask({ type: 'decision.make', step: 'choice', option: 'right' })).toMatchObject({
      ok: false,
      needsReason: true,
    })
    play.must({ type: 'decision.make', step: 'choice', option: 'right', reason: REASON })
    expect(play.now.steps).toMatchObject({
      'left-work': { status: 'not-needed' },
      'right-work': { status: 'pending' },
    })
    expect(play.now.deviations).toMatchObject([{ kind: 'decided-again', step: 'choice' }])
  })

  it('that was skipped, and is reopened, gives back the steps that hung on it', () => {
    const play = begun(
      step('choice', { decide: { question: '?', options: OPTIONS } }),
      step('left-work', { when: ['left'] }),
    )
    play.must({ type: 'step.skip', step: 'choice', reason: REASON })
    expect(play.now.steps['left-work']?.status).toBe('not-needed')
    play.must({ type: 'step.reopen', step: 'choice', reason: REASON })
    expect(play.now.steps['left-work']?.status).toBe('pending')
  })

  it('stands when only an item of its step is taken back', () => {
    const play = begun(
      step('choice', {
        decide: { question: '?', options: OPTIONS },
        items: [{ id: 'choice/item-1', text: '' }],
      }),
    )
    play
      .must({ type: 'item.confirm', item: 'choice/item-1' })
      .must({ type: 'decision.make', step: 'choice', option: 'left' })
      .must({ type: 'item.unconfirm', item: 'choice/item-1' })
    expect(play.now.steps['choice']?.status).toBe('active')
    expect(play.now.decisions['choice']?.option).toBe('left')
    play.must({ type: 'item.confirm', item: 'choice/item-1' })
    expect(play.now.steps['choice']?.status).toBe('done')
  })
})

describe('a rollback', () => {
  const undo = (id: string) => [block(`${id}/1`), block(`${id}/2`, { verb: 'rollback' })]

  it('goes by when work was begun, not by where it stands in the runbook', () => {
    const play = new Play().must(
      starting(
        planWith(step('one', { blocks: undo('one') }), step('two', { blocks: undo('two') })),
      ),
    )
    play
      .must({ type: 'step.begin', step: 'two', reason: REASON })
      .must({ type: 'step.begin', step: 'one' })
      .must({ type: 'rollback.begin', step: 'one', reason: REASON })
    expect(play.events.at(-1)?.data).toEqual({ step: 'one', reason: REASON })
  })

  it('that failed can be begun again, and does not lock the work before it', () => {
    const play = begun(step('one', { blocks: undo('one') }), step('two', { blocks: undo('two') }))
    play
      .must({ type: 'step.begin', step: 'two', reason: REASON })
      .must({ type: 'rollback.begin', step: 'two', reason: REASON })
      .must({ type: 'rollback.complete', step: 'two', outcome: 'failed' })
      .must({ type: 'rollback.begin', step: 'one', reason: REASON })
    expect(play.events.at(-1)).toMatchObject({ data: { later: ['two'] } })
    play.must({ type: 'rollback.begin', step: 'two', reason: REASON })
    expect(play.now.deviations.map(({ kind }) => kind)).toEqual([
      'out-of-order',
      'failed',
      'out-of-order',
    ])
  })

  it('without blocks is done by hand', () => {
    const play = begun(step('one', { items: [{ id: 'one/item-1', text: '' }] }))
    play
      .must({ type: 'rollback.begin', step: 'one', reason: REASON })
      .must({ type: 'rollback.complete', step: 'one', outcome: 'done' })
    expect(play.now.steps['one']?.status).toBe('rolled-back')
  })
})

describe('the start', () => {
  const start = starting(planWith(step('one')))

  it('never records the value of a secret', () => {
    if (start.type !== 'run.start') throw new Error('not a start')
    const leaking = { ...start, inputs: { TOKEN: 'x' }, secretInputs: ['TOKEN'] }
    expect(code(new Play(), leaking)).toBe('secret-recorded')
  })

  it('names everything wrong that is not there', () => {
    const play = new Play().must(start)
    expect(code(play, { type: 'step.begin', step: 'two' })).toBe('no-step')
    expect(code(play, { type: 'block.run', block: 'two/1' })).toBe('no-block')
    expect(code(play, { type: 'item.confirm', item: 'two/item-1' })).toBe('no-step')
    expect(code(play, { type: 'role.accept', role: 'operator', by: 'Ada' })).toBe('no-offer')
    expect(code(new Play(), { type: 'run.pause' })).toBe('not-started')
  })
})
