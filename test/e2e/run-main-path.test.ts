import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { giveReason, nextIs, openWindow, stepText, type Window } from './run-support.ts'

const BOOK = `---
runbook: 1
title: Main path
kind: maintenance
system: test
objectives: { rto: 15m }
roles: [commander, operator]
targets: { laptop: local }
---
# Main path

## Look

### Look at it

\`\`\`yaml step
checklist: read-do
\`\`\`

Prose of the step, with **weight**.

- [ ] Open the channel

\`\`\`bash run on=laptop
echo "seen by $(echo Muster)"
\`\`\`
\`\`\`text expect match=contains
seen by Muster
\`\`\`

### Read this

Nothing but words.

## Close

### Tell everyone

- [ ] Post a message
- [ ] Close the channel
`

describe('the main path, by keyboard alone', () => {
  let window: Window
  beforeAll(async () => {
    window = await openWindow()
  })
  afterAll(async () => {
    await window.close()
  })

  test('Enter does the next thing, from the first step to the end of the run', async () => {
    const { page } = window
    const { run } = await window.start(BOOK)
    const press = async (key: string, label: string | RegExp): Promise<void> => {
      await nextIs(page, label)
      // Never lost: what has the focus is always a part of the screen.
      expect(
        await page.evaluate(() => Boolean(document.activeElement?.closest('[data-run]'))),
      ).toBe(true)
      await page.keyboard.press(key)
    }
    await press('Enter', 'Begin the step')
    await press('Enter', 'Confirm the next item')
    await press('Enter', /^Run$/)
    await page.getByRole('heading', { name: 'Read this' }).waitFor()
    await press('Enter', 'Begin the step')
    await press('Enter', 'Complete the step')
    await page.getByRole('heading', { name: 'Tell everyone' }).waitFor()
    await press('Enter', 'Begin the step')
    await press('Enter', 'Confirm the next item')
    await page.getByRole('checkbox', { name: 'Post a message', checked: true }).waitFor()
    await press('Enter', 'Confirm the next item')
    await press('Enter', 'Finish the run')
    await page.getByRole('region', { name: 'End the run' }).waitFor()
    await page.keyboard.press('1')
    await page.getByRole('region', { name: 'Result' }).waitFor()

    const types = (await window.events(run)).map((event) => event.type)
    expect(types).toEqual([
      'run.started',
      'step.begun',
      'item.confirmed',
      'block.started',
      'block.finished',
      'step.finished',
      'step.begun',
      'step.finished',
      'step.begun',
      'item.confirmed',
      'item.confirmed',
      'step.finished',
      'run.finished',
    ])
  })

  test('an ended run is read only: time, outcome, output and a record that verifies', async () => {
    const { page } = window
    await page.getByText('This run is over: it can be read, not changed.').first().waitFor()
    expect(await page.locator('[data-primary]').textContent()).toBe('Read the report')
    expect(await page.getByText('Total time').count()).toBe(1)
    await page.getByRole('button', { name: 'Verify the record' }).click()
    await page.getByText(/The record is whole: 13 events/).waitFor()
    // Looking around still works by key, changing does not.
    await page.keyboard.press('x')
    await page.keyboard.press('n')
    expect(await page.getByRole('form', { name: 'New note' }).count()).toBe(0)
    await page.keyboard.press('k')
    await page.keyboard.press('k')
    await page.getByRole('heading', { name: 'Look at it' }).waitFor()
    await page.keyboard.press('o')
    await page.getByRole('tab', { name: /recorded/, selected: true }).waitFor()
    await page.locator('.xterm-screen').waitFor()
    expect(await stepText(page)).toContain('seen by Muster')
  })

  test('a note is one key away, and stands in the timeline under its author', async () => {
    const { page } = window
    const { run } = await window.start(BOOK)
    await nextIs(page, 'Begin the step')
    await page.keyboard.press('n')
    await page.getByRole('form', { name: 'New note' }).waitFor()
    await page.keyboard.type('The bank has called')
    await page.keyboard.press('Enter')
    await page.getByRole('log').getByText('The bank has called').waitFor()
    await page.getByRole('form', { name: 'New note' }).waitFor({ state: 'detached' })
    const note = (await window.events(run)).find((event) => event.type === 'note.added')
    expect(note).toMatchObject({
      actor: 'Ann',
      data: { kind: 'note', text: 'The bank has called' },
    })
    // The focus is not lost: the next key still means something.
    await page.keyboard.press('Enter')
    await nextIs(page, 'Confirm the next item')
  })

  test('a role is offered with a brief and accepted by the other', async () => {
    const { page } = window
    await page.keyboard.press('h')
    await page.getByRole('region', { name: 'Roles and handover' }).waitFor()
    await page.keyboard.type('Ben')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Accept as Ben' }).click()
    await page.getByRole('row', { name: /^commander Ben/ }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('log').getByText('Ben is now commander.').waitFor()
    expect(
      await page
        .getByRole('log')
        .getByText(/0 of 3 steps settled/)
        .count(),
    ).toBe(1)
    // Whoever commands acts, unless somebody else is chosen.
    await page.getByRole('button', { name: 'Acting as Ben. Change who acts.' }).waitFor()
  })

  test('severity: raising is one key, lowering asks why', async () => {
    const { page } = window
    const { run } = await window.start(BOOK, { severity: 'SEV3' })
    await nextIs(page, 'Begin the step')
    await page.keyboard.press('+')
    await page.getByRole('button', { name: 'Severity SEV2. Change it.' }).waitFor()
    await page.keyboard.press('-')
    await page.getByRole('region', { name: /Why change the severity to SEV3/ }).waitFor()
    await giveReason(page, 'it was the monitor')
    await page.getByRole('button', { name: 'Severity SEV3. Change it.' }).waitFor()
    const changes = (await window.events(run)).filter((event) => event.type === 'severity.changed')
    expect(changes.map((event) => event.data)).toEqual([
      { from: 'SEV3', to: 'SEV2' },
      { from: 'SEV2', to: 'SEV3', reason: 'it was the monitor' },
    ])
  })

  test('out of order asks why, in words, and records it', async () => {
    const { page } = window
    const { run } = await window.start(BOOK)
    await page.keyboard.press('j')
    await page.getByRole('heading', { name: 'Read this' }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('region', { name: 'Why begin this step now?' }).waitFor()
    expect(await stepText(page)).toContain('not settled yet: “Look at it”')
    await page.keyboard.press('Enter')
    await page.getByText('A reason is needed').waitFor()
    await giveReason(page, 'we know the rest')
    await nextIs(page, 'Complete the step')
    const begun = (await window.events(run)).find((event) => event.type === 'step.begun')
    expect(begun?.data).toEqual({
      step: 'read-this',
      outOfOrder: { reason: 'we know the rest', unmet: ['look-at-it'] },
    })
  })

  test('a step is skipped with a reason, and a confirmed item can be taken back', async () => {
    const { page } = window
    const { run } = await window.start(BOOK)
    await nextIs(page, 'Begin the step')
    await page.keyboard.press('Enter')
    await nextIs(page, 'Confirm the next item')
    await page.keyboard.press('c')
    await page.getByRole('checkbox', { name: 'Open the channel', checked: true }).click()
    await page.getByRole('checkbox', { name: 'Open the channel', checked: false }).waitFor()
    await page.keyboard.press('x')
    await page.getByRole('region', { name: 'Other ways to settle this step' }).waitFor()
    await page.keyboard.press('1')
    await page.getByRole('region', { name: 'Why skip this step?' }).waitFor()
    await giveReason(page, 'not today')
    await page.getByRole('heading', { name: 'Read this' }).waitFor()
    const skipped = (await window.events(run)).find((event) => event.type === 'step.skipped')
    expect(skipped?.data).toEqual({ step: 'look-at-it', reason: 'not today' })
  })

  test('in a walkthrough nothing can be run, and it says so', async () => {
    const { page } = window
    const { run } = await window.start(BOOK, { mode: 'walkthrough' })
    await nextIs(page, 'Begin the step')
    await page.keyboard.press('Enter')
    await nextIs(page, 'Confirm the next item')
    await page.keyboard.press('r')
    await page.getByText('In a walkthrough nothing executes').first().waitFor()
    expect(await stepText(page)).toContain('this is shown and never executed')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Read this' }).waitFor()
    expect((await window.events(run)).some((event) => event.type === 'block.started')).toBe(false)
  })

  test('a paused run takes nothing but notes until it is resumed', async () => {
    const { page } = window
    const { run } = await window.start(BOOK)
    await nextIs(page, 'Begin the step')
    await page.keyboard.press('p')
    await nextIs(page, 'Resume the run')
    await page.keyboard.press('c')
    await page.getByText('The run is paused. Resume it first.').first().waitFor()
    await page.keyboard.press('Enter')
    await nextIs(page, 'Begin the step')
    const types = (await window.events(run)).map((event) => event.type)
    expect(types).toEqual(['run.started', 'run.paused', 'run.resumed'])
  })

  test('in a guide nothing is run before its target is chosen, and choosing runs nothing', async () => {
    const { page } = window
    const { run } = await window.start(
      '# A guide\n\n## Look\n\n```bash\necho from the guide\n```\n',
    )
    await nextIs(page, 'Begin the step')
    await page.keyboard.press('Enter')
    // A guide's fences are never the next thing by themselves.
    await nextIs(page, 'Complete the step')
    await page.getByText('no target chosen').waitFor()
    await page.keyboard.press('r')
    await page.getByRole('region', { name: 'Where should this run?' }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByText('on local').waitFor()
    expect((await window.events(run)).some((event) => event.type === 'block.started')).toBe(false)
    await page.keyboard.press('r')
    await page.locator('[data-block][data-status="passed"]').waitFor()
    const started = (await window.events(run)).find((event) => event.type === 'block.started')
    expect(started?.data).toMatchObject({ target: 'local', text: 'echo from the guide' })
  })

  test('Enter is shown as the key of the next thing only while it does that', async () => {
    const { page } = window
    const { run } = await window.start(BOOK)
    await nextIs(page, 'Begin the step')
    const bar = page.getByRole('group', { name: 'Next' })
    const offered = bar.getByRole('button', { name: 'Begin the step Enter', exact: true })
    await offered.waitFor()
    expect(await offered.getAttribute('aria-keyshortcuts')).toBe('Enter')

    const entry = page.getByRole('navigation', { name: 'Steps' }).getByRole('button').nth(1)
    await entry.focus()
    const silent = bar.getByRole('button', { name: 'Begin the step', exact: true })
    await silent.waitFor()
    expect(await silent.getAttribute('aria-keyshortcuts')).toBeNull()
    expect(await silent.getAttribute('title')).toContain('Enter is for what has the focus')
    // And so it is: Enter shows the step of the entry, and begins none.
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Read this' }).waitFor()
    expect((await window.events(run)).map(({ type }) => type)).toEqual(['run.started'])

    // On the button itself, and on the step, Enter does the next thing.
    await silent.focus()
    await offered.waitFor()
    await page.keyboard.press('k')
    await page.locator('[data-region="step"]').focus()
    await page.keyboard.press('Enter')
    await nextIs(page, 'Confirm the next item')
    const box = page.getByRole('checkbox', { name: 'Open the channel' })
    const item = page.locator('li').filter({ has: box })
    expect(await item.locator('kbd').count()).toBe(1)
    await entry.focus()
    await item.locator('kbd').waitFor({ state: 'detached' })
  })
})
