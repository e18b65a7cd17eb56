import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { giveReason, nextIs, openWindow, stepText, type Window } from './run-support.ts'

const BOOK = `---
runbook: 1
title: Fail over
kind: failover
system: test
roles: [commander, operator]
targets: { laptop: local }
---
# Fail over

## Work

### Decide

\`\`\`yaml step
id: decide
decide:
  question: Fail over now?
  options: { promote: Promote the replica, wait: Wait for the primary }
\`\`\`

### Promote

\`\`\`yaml step
id: promote
on: laptop
risk: destructive
when: promote
approve: { role: commander, quorum: 2 }
point-of-no-return: true
\`\`\`

\`\`\`bash run
echo promoted
\`\`\`

\`\`\`bash rollback
echo rejoined
\`\`\`

### Wait

\`\`\`yaml step
id: wait
when: wait
\`\`\`

- [ ] Wait ten minutes
`

describe('decisions and approvals', () => {
  let window: Window
  beforeAll(async () => {
    window = await openWindow()
  })
  afterAll(async () => {
    await window.close()
  })

  test('a decision names its question and options, keeps reason and objections, and makes steps unnecessary', async () => {
    const { page } = window
    const { run } = await window.start(BOOK)
    await nextIs(page, 'Begin the step')
    await page.keyboard.press('Enter')
    await nextIs(page, 'Decide')
    await page.keyboard.press('Enter')
    await page.getByRole('radio', { name: /Promote the replica/ }).waitFor()
    expect(await stepText(page)).toContain('Fail over now?')
    await page.keyboard.press('Space')
    await page.getByLabel('Reason').fill('the primary is gone')
    await page.getByLabel(/Objections/).fill('Ben: wait for the bank')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Promote', level: 2 }).waitFor()
    await page
      .locator('[aria-label="Steps"] [data-status="not-needed"]')
      .filter({ hasText: 'Wait' })
      .waitFor()
    const made = (await window.events(run)).find((event) => event.type === 'decision.made')
    expect(made).toMatchObject({
      actor: 'Ann',
      data: {
        option: 'promote',
        reason: 'the primary is gone',
        objections: 'Ben: wait for the bank',
      },
    })
  })

  test('a destructive command runs only with its quorum, the commander among them, for exactly this text', async () => {
    const { page } = window
    await nextIs(page, 'Begin the step')
    await page.keyboard.press('Enter')
    await nextIs(page, 'Approve')
    // r goes the same way: there is no way past the approval.
    await page.keyboard.press('r')
    const panel = page.getByRole('region', { name: 'Approve this text on laptop' })
    await panel.waitFor()
    expect(await panel.textContent()).toContain('echo promoted')
    await page.keyboard.type('Ben')
    await page.keyboard.press('Enter')
    await panel.getByText('1 of 2').waitFor()
    // The same person does not count twice.
    await panel.getByLabel('Who approves').fill('Ben')
    await page.keyboard.press('Enter')
    await page.locator('[data-block] [role="alert"]').waitFor()
    await panel.getByLabel('Who approves').fill('Ann')
    await page.keyboard.press('Enter')
    await panel.getByText('2 of 2').waitFor()
    await panel.getByRole('button', { name: /Run it on laptop/ }).click()
    await page.getByRole('group', { name: 'Next' }).getByText('Finish the run').waitFor()
  })

  test('an edited text needs approvals of its own; a refusal is kept with its reason', async () => {
    const { page } = window
    const { run } = await window.start(BOOK)
    await page.keyboard.press('j')
    await nextIs(page, 'Begin the step')
    await page.keyboard.press('Enter')
    await giveReason(page, 'the decision was made on the phone')
    await nextIs(page, 'Approve')
    await page.keyboard.press('e')
    await page.getByLabel(/Text to run instead/).fill('echo other')
    await page.getByLabel(/Why is it changed/).fill('another host')
    await page.keyboard.press('Enter')
    const panel = page.getByRole('region', { name: 'Approve this text on laptop' })
    await panel.waitFor()
    expect(await panel.getByLabel('Text to approve').textContent()).toBe('echo other')
    await panel.getByLabel('Who approves').fill('Ben')
    await panel.getByRole('button', { name: 'Refuse…' }).click()
    await panel.getByLabel('Why does Ben refuse?').fill('not at night')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: /Unfold the timeline/ }).click()
    await page.getByRole('log').getByText('not at night').waitFor()
    const events = await window.events(run)
    expect(events.find((event) => event.type === 'approval.refused')?.data).toMatchObject({
      by: 'Ben',
      text: 'echo other',
      target: 'laptop',
      reason: 'not at night',
    })
    expect(events.some((event) => event.type === 'block.started')).toBe(false)
  })

  test('a rollback is offered, begun with a reason, and runs nothing by itself', async () => {
    const { page } = window
    const { run } = await window.start(BOOK)
    await page.keyboard.press('j')
    await nextIs(page, 'Begin the step')
    await page.keyboard.press('Enter')
    await giveReason(page, 'exercise')
    await nextIs(page, 'Approve')
    await page.keyboard.press('b')
    await page.getByRole('region', { name: 'Roll back' }).waitFor()
    await page.keyboard.press('1')
    await page.getByRole('region', { name: 'Why roll this step back?' }).waitFor()
    await giveReason(page, 'wrong replica')
    await nextIs(page, 'Approve')
    expect((await window.events(run)).some((event) => event.type === 'block.started')).toBe(false)
    await page.keyboard.press('Enter')
    const panel = page.getByRole('region', { name: 'Approve this text on laptop' })
    await panel.waitFor()
    for (const name of ['Ann', 'Ben']) {
      await panel.getByLabel('Who approves').fill(name)
      await page.keyboard.press('Enter')
      await panel.getByText(name === 'Ann' ? '1 of 2' : '2 of 2').waitFor()
    }
    await panel.getByRole('button', { name: /Run it on laptop/ }).click()
    await nextIs(page, 'Say how the rollback ended')
    await page.keyboard.press('Enter')
    await page.getByRole('region', { name: 'How did the rollback end?' }).waitFor()
    await page.keyboard.press('1')
    await page.locator('[aria-label="Steps"] [data-status="rolled-back"]').waitFor()
  })

  test('an Enter too many does not run what can do harm', async () => {
    const { page } = window
    const { run } = await window.start(
      BOOK.replace('risk: destructive', 'risk: caution\nchecklist: read-do')
        .replace('approve: { role: commander, quorum: 2 }\n', '')
        .replace('```bash run\n', '- [ ] Ready\n\n```bash run\n'),
    )
    await page.keyboard.press('j')
    await nextIs(page, 'Begin the step')
    await page.keyboard.press('Enter')
    await giveReason(page, 'exercise')
    await nextIs(page, 'Confirm the next item')
    // Both presses within the same moment: the second one was meant for the item.
    await page.evaluate(() => {
      const press = (): boolean =>
        document.body.dispatchEvent(
          new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }),
        )
      press()
      const shown = new MutationObserver(() => {
        const label = document.querySelector('[data-primary]')?.textContent
        if (label !== 'Run') return
        shown.disconnect()
        press()
      })
      shown.observe(document.body, { childList: true, subtree: true, characterData: true })
    })
    await nextIs(page, /^Run$/)
    await page.getByRole('checkbox', { name: 'Ready', checked: true }).waitFor()
    expect((await window.events(run)).some((event) => event.type === 'block.started')).toBe(false)
    // Once it stands, Enter means it.
    await expect
      .poll(async () => {
        await page.keyboard.press('Enter')
        return (await window.events(run)).some((event) => event.type === 'block.started')
      })
      .toBe(true)
  })
})
