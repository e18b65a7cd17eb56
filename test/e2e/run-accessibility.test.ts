import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityProblems } from '../harness/accessibility.ts'
import { giveReason, nextIs, openWindow, type Window } from './run-support.ts'

const BOOK = `---
runbook: 1
title: "Orders: everything that a run screen shows"
kind: failover
system: test
objectives: { rto: 15m }
roles: [commander, operator]
targets: { laptop: local }
escalation: [ { after: 15m, to: Team lead } ]
updates: { every: 30m, to: "#incident" }
---
# Orders

## Assess

### Look

\`\`\`yaml step
checklist: read-do
\`\`\`

Prose with a [link](https://example.com) and \`code\`.

- [ ] Open the channel

\`\`\`bash run on=laptop
echo out; echo err >&2; exit 1
\`\`\`

## Promote

### Promote

\`\`\`yaml step
id: promote
on: laptop
risk: destructive
approve: { role: commander, quorum: 2 }
point-of-no-return: true
budget: 3m
\`\`\`

\`\`\`bash run
sleep 60
\`\`\`

\`\`\`bash rollback
echo back
\`\`\`

### Decide

\`\`\`yaml step
id: decide
decide:
  question: Go on?
  options: { go: Go on, stop: Stop here }
\`\`\`
`

describe.each(['dark', 'light'] as const)('accessibility of the run screen, %s', (theme) => {
  let window: Window
  beforeAll(async () => {
    window = await openWindow()
    await window.request('settings.set', { theme })
    await window.page.locator(`html[data-theme="${theme}"]`).waitFor({ state: 'attached' })
    await window.start(BOOK, { severity: 'SEV1' })
    await nextIs(window.page, 'Begin the step')
  })
  afterAll(async () => {
    await window.close()
  })

  /** The whole window, or one part of it: a panel that opens changes nothing around it. */
  async function check(within?: string): Promise<void> {
    const colours = theme === 'light'
    expect(
      await accessibilityProblems(window.page, {
        colours,
        ...(within !== undefined && { within }),
      }),
    ).toEqual([])
  }

  test('at the start, with the timeline and the keys open', async () => {
    const { page } = window
    await page.keyboard.press('l')
    await page.getByRole('log').waitFor()
    await check()
    await page.keyboard.press('?')
    await page.getByRole('region', { name: 'Keys' }).waitFor()
    await check()
    await page.keyboard.press('Escape')
  })

  test('after a failed command, with its terminal, editing it', async () => {
    const { page } = window
    await page.keyboard.press('Enter')
    await nextIs(page, 'Confirm the next item')
    await page.keyboard.press('Enter')
    await nextIs(page, /^Run$/)
    await page.keyboard.press('Enter')
    await nextIs(page, 'Run again')
    await page
      .getByRole('log')
      .getByText(/failed: it exited with code 1/)
      .waitFor()
    await check()
    await page.keyboard.press('e')
    await page.getByLabel(/Text to run instead/).fill('echo other')
    await check()
    await page.keyboard.press('Escape')
  })

  test('with roles, severity, end, note and other ways open', async () => {
    const { page } = window
    for (const [key, name] of [
      ['h', 'Roles and handover'],
      ['q', 'End the run'],
      ['x', 'Other ways to settle this step'],
      ['i', /^Acting as/],
      ['u', 'Settle this by hand'],
    ] as const) {
      await page.keyboard.press(key)
      await page.getByRole('region', { name }).waitFor()
      await check('section[class*="panel"]')
      await page.keyboard.press('Escape')
      await page.getByRole('region', { name }).waitFor({ state: 'detached' })
    }
    await page.keyboard.press('n')
    await page.getByRole('form', { name: 'New note' }).waitFor()
    await check('form')
    await page.keyboard.press('Escape')
  })

  test('approving, running, stopping, unknown, deciding', async () => {
    const { page } = window
    await page.keyboard.press('j')
    await nextIs(page, 'Begin the step')
    await page.keyboard.press('Enter')
    await giveReason(page, 'exercise')
    await nextIs(page, 'Approve')
    await page.keyboard.press('a')
    const panel = page.getByRole('region', { name: 'Approve this text on laptop' })
    await panel.waitFor()
    await check()
    for (const name of ['Ann', 'Ben']) {
      await panel.getByLabel('Who approves').fill(name)
      await page.keyboard.press('Enter')
      await panel.getByText(name === 'Ann' ? '1 of 2' : '2 of 2').waitFor()
    }
    await panel.getByRole('button', { name: /Run it on laptop/ }).click()
    await nextIs(page, 'Stop')
    await page.keyboard.press('s')
    await page.getByRole('region', { name: /^Stop the run/ }).waitFor()
    await check()
    await page.keyboard.press('3')
    await nextIs(page, 'Settle the unknown outcome')
    await page.keyboard.press('u')
    await page.getByRole('region', { name: 'Nobody knows how this ended' }).waitFor()
    await check()
    await page.keyboard.press('Escape')
    await page.keyboard.press('j')
    await page.getByText('Go on?').waitFor()
    await check()
  })
})
