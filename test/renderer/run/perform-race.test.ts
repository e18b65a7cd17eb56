import { describe, expect, it } from 'vitest'
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
})
