import { describe, expect, it } from 'vitest'
import type { Command } from '../../../main/core/run/commands.ts'
import { createScreenStore } from '../../../renderer/features/run/screen/screen-store.ts'
import { perform } from '../../../renderer/features/run/screen/perform.ts'

/** Events reach a window before the answer to the command that caused them. */

describe('a command that is accepted', () => {
  it('closes the panel that it came from', async () => {
    const screen = createScreenStore(false)
    screen.getState().open({ kind: 'severity' })
    const send = (): Promise<{ ok: true; seq: number }> => Promise.resolve({ ok: true, seq: 2 })
    await perform(
      { screen, send, actor: 'Ada', words: () => '' },
      { type: 'run.pause' },
      { kind: 'run' },
    )
    expect(screen.getState().panel).toBeUndefined()
  })

  it('leaves a panel alone that was opened while the answer was on its way', async () => {
    const screen = createScreenStore(false)
    let answer: (result: { ok: true; seq: number }) => void = () => undefined
    const send = (): Promise<{ ok: true; seq: number }> =>
      new Promise((resolve) => (answer = resolve))
    const done = perform(
      { screen, send, actor: 'Ada', words: () => '' },
      { type: 'severity.change', to: 'SEV1' },
      { kind: 'run' },
    )
    screen.getState().open({ kind: 'severity' })
    answer({ ok: true, seq: 2 })
    expect(await done).toBe(true)
    expect(screen.getState().panel).toEqual({ kind: 'severity' })
  })

  it('leaves a refusal alone that was said while the answer was on its way', async () => {
    const screen = createScreenStore(false)
    let answer: (result: { ok: true; seq: number }) => void = () => undefined
    const send = (): Promise<{ ok: true; seq: number }> =>
      new Promise((resolve) => (answer = resolve))
    const done = perform(
      { screen, send, actor: 'Ada', words: () => '' },
      { type: 'step.begin', step: 'look' },
      { kind: 'step', id: 'look' },
    )
    const refusal = { at: { kind: 'run' }, message: 'In a walkthrough nothing executes.' } as const
    screen.getState().set({ refusal })
    answer({ ok: true, seq: 2 })
    await done
    expect(screen.getState().refusal).toEqual(refusal)
  })
})

describe('a command on its way', () => {
  it('is not sent a second time by a second press, and can be sent again once it is answered', async () => {
    const screen = createScreenStore(false)
    const sent: string[] = []
    let answer: (result: { ok: true; seq: number }) => void = () => undefined
    const send = (_actor: string, command: Command): Promise<{ ok: true; seq: number }> => {
      sent.push(command.type)
      return new Promise((resolve) => (answer = resolve))
    }
    const press = (text: string): Promise<boolean> =>
      perform(
        { screen, send, actor: 'Ada', words: () => '' },
        { type: 'note.add', kind: 'note', text },
        { kind: 'run' },
      )
    const first = press('The bank has called')
    expect(await press('The bank has called')).toBe(false)
    expect(sent).toHaveLength(1)
    answer({ ok: true, seq: 2 })
    expect(await first).toBe(true)
    expect(screen.getState().sending).toEqual([])
    const again = press('The bank has called')
    expect(sent).toHaveLength(2)
    answer({ ok: true, seq: 3 })
    expect(await again).toBe(true)
  })

  it('does not hold up another one', () => {
    const screen = createScreenStore(false)
    let sent = 0
    const send = (): Promise<{ ok: true; seq: number }> => {
      sent += 1
      return new Promise(() => undefined)
    }
    for (const step of ['look', 'tell']) {
      void perform(
        { screen, send, actor: 'Ada', words: () => '' },
        { type: 'step.begin', step },
        { kind: 'step', id: step },
      )
    }
    expect(sent).toBe(2)
    expect(screen.getState().sending).toHaveLength(2)
  })
})
