import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nextIs, openWindow, type Window } from './run-support.ts'

/** 100 MB as fast as a shell can, then it goes on: only a person ends it. */
const BOOK = `---
runbook: 1
title: Flood
kind: maintenance
system: test
targets: { laptop: local }
---
# Flood

## Work

### Flood

\`\`\`bash run on=laptop
head -c 100000000 /dev/zero | tr '\\0' x | fold -w 120; yes flood
\`\`\`

### After

Words.
`

describe('a flood of output', () => {
  let window: Window
  beforeAll(async () => {
    window = await openWindow()
  })
  afterAll(async () => {
    await window.close()
  })

  test('the window answers while 100 MB go by, Ctrl-C overtakes them, and what is not shown is counted', async () => {
    const { page } = window
    const { run } = await window.start(BOOK)
    await page.keyboard.press('Enter')
    await nextIs(page, /^Run$/)
    await page.keyboard.press('Enter')
    await nextIs(page, 'Stop')
    await page.getByText(/not shown, all recorded/).waitFor()

    // A note in the middle of it: the window takes keys and the engine takes commands.
    await page.keyboard.press('n')
    await page.getByRole('form', { name: 'New note' }).waitFor()
    await page.keyboard.type('still answering')
    await page.keyboard.press('Enter')
    await page.getByRole('log').getByText('still answering').waitFor()

    // Ctrl-C in the terminal of a command that takes no keys interrupts it.
    await page.locator('.xterm-screen').click()
    await page.keyboard.press('Control+C')
    await nextIs(page, 'Settle the unknown outcome')
    const events = await window.events(run)
    const stopped = events.find((event) => event.type === 'block.stopping')
    const finished = events.find((event) => event.type === 'block.finished')
    const started = events.find((event) => event.type === 'block.started')
    expect(stopped?.data).toMatchObject({ rung: 'interrupt' })
    expect(started).toBeDefined()
    if (finished?.type !== 'block.finished') throw new Error('The block did not finish.')
    expect(finished.data.stdout?.bytes).toBeGreaterThan(0)

    // Everything that was recorded can be read, a megabyte at a time.
    await page.keyboard.press('F6')
    await page.keyboard.press('o')
    await page.getByRole('tab', { name: /recorded/, selected: true }).waitFor()
    await page.getByRole('button', { name: /^Show more/ }).click()
    await page.getByRole('button', { name: /^Show more/ }).waitFor()
  })
})
