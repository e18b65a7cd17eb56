import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityProblems } from '../harness/accessibility.ts'
import { followed, nextIs, openWindow, settled, type Window } from './run-support.ts'

const BOOK = `---
runbook: 1
title: "Exercise: the primary is lost"
kind: failover
system: test
roles: [commander, operator]
drill:
  injects:
    - { at: 0s, fault: The primary loses power, expected: The operator looks at the lag first }
    - { at: 20m, fault: The commander has to leave, expected: The command is handed over with a brief }
---
# Exercise

## Assess

### Look at it

- [ ] Open the channel

### Tell everyone

- [ ] Close the channel
`

describe.each(['dark', 'light'] as const)('an exercise with injects, by keyboard, %s', (theme) => {
  let window: Window
  let run = ''
  beforeAll(async () => {
    window = await openWindow()
    await window.request('settings.set', { theme })
    await window.page.locator(`html[data-theme="${theme}"]`).waitFor({ state: 'attached' })
  })
  afterAll(async () => {
    await window.close()
  })

  test('the next inject stands below the band, due, with what is expected', async () => {
    const { page } = window
    ;({ run } = await window.start(BOOK, { mode: 'walkthrough' }))
    await nextIs(page, 'Begin the step')
    const strip = page.getByRole('region', { name: 'Next inject' })
    await strip.getByText(/Inject 1, (?:due now|overdue)/).waitFor()
    const words = await strip.textContent()
    expect(words).toContain('The primary loses power')
    expect(words).toContain('Expected: The operator looks at the lag first')
    expect(words).toContain('2 left')
    expect(await accessibilityProblems(page)).toEqual([])
  })

  test('its key opens the panel, and Enter gives it with a note, which the timeline tells', async () => {
    const { page } = window
    await page.keyboard.press('Enter')
    await nextIs(page, 'Confirm the next item')
    await page.keyboard.press('I')
    const panel = page.getByRole('region', { name: 'Give inject 1' })
    await panel.locator('textarea:focus').waitFor()
    expect(await accessibilityProblems(page, { within: '[data-panel]' })).toEqual([])
    await page.keyboard.type('Read out; Ben asked for the lag.')
    await page.keyboard.press('Enter')
    await settled(page)
    await panel.waitFor({ state: 'detached' })

    const given = (await window.events(run)).find(({ type }) => type === 'inject.given')
    expect(given).toMatchObject({
      actor: 'Ann',
      data: {
        inject: 1,
        fault: 'The primary loses power',
        expected: 'The operator looks at the lag first',
        atMs: 0,
        note: 'Read out; Ben asked for the lag.',
      },
    })
    await page.keyboard.press('l')
    const line = page.locator('[data-type="inject.given"]')
    await line.waitFor()
    expect(await line.textContent()).toContain(
      'Ann gave inject 1: The primary loses power. Expected: The operator looks at the lag first.',
    )
    expect(await line.textContent()).toContain('Read out; Ben asked for the lag.')
    // The next one takes its place, calm until its time comes.
    const strip = page.getByRole('region', { name: 'Next inject' })
    await strip.getByText(/Inject 2, due in 1\d:\d\d/).waitFor()
    expect(await strip.getAttribute('data-urgency')).toBe('calm')
  })

  test('in a paused exercise nothing is given, and Escape leaves the panel', async () => {
    const { page } = window
    const before = (await window.events(run)).length
    await page.keyboard.press('p')
    await nextIs(page, 'Resume the run')
    const button = page.getByRole('button', { name: 'Give inject' })
    expect(await button.getAttribute('aria-disabled')).toBe('true')
    await page.keyboard.press('Enter')
    await nextIs(page, 'Confirm the next item')
    await followed(page, before + 2)
    await page.keyboard.press('I')
    await page.getByRole('region', { name: 'Give inject 2' }).locator('textarea:focus').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('region', { name: 'Give inject 2' }).waitFor({ state: 'detached' })
  })

  test('the after-action report has it in its chart and in a section, and the other one as not given', async () => {
    const { page } = window
    await page.keyboard.press('?')
    await page.getByText('Give an inject, in an exercise that has some').waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Enter')
    await nextIs(page, 'Begin the step')
    await page.keyboard.press('Enter')
    await nextIs(page, 'Confirm the next item')
    await page.keyboard.press('Enter')
    await nextIs(page, 'Finish the run')
    await page.keyboard.press('Enter')
    await page.getByRole('region', { name: 'End the run' }).waitFor()
    await page.keyboard.press('1')
    await nextIs(page, 'Read the report')
    expect(await page.getByRole('region', { name: 'Next inject' }).count()).toBe(0)
    await page.keyboard.press('Enter')
    const report = page.locator('[data-report="after-action"]')
    await report.locator('[data-section="verification"]').waitFor()
    const chart = report.locator('[data-section="steps"] svg')
    expect(await chart.getAttribute('aria-label')).toContain('1 inject given')
    expect(await chart.locator('title').allTextContents()).toContainEqual(
      expect.stringMatching(/^Inject 1: The primary loses power\. Given by Ann at /u),
    )
    const section = await report.locator('[data-section="injects"]').textContent()
    expect(section).toContain('1 of 2 injects given.')
    expect(section).toContain('Read out; Ben asked for the lag.')
    expect(section).toContain('not given,the run was over before')
    expect(await accessibilityProblems(page)).toEqual([])
  })

  test('a live run of the same runbook has none of it', async () => {
    const { page } = window
    await window.start(BOOK)
    await nextIs(page, 'Begin the step')
    expect(await page.getByRole('region', { name: 'Next inject' }).count()).toBe(0)
    await page.keyboard.press('I')
    expect(await page.locator('[data-panel]').count()).toBe(0)
  })
})
