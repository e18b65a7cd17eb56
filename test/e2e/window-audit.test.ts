import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { auditPackSchema } from '../../main/core/report/pack/pack.ts'
import { wordAt } from '../../main/core/report/period.ts'
import { accessibilityProblems } from '../harness/accessibility.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'
import { makeAuditRuns, sendAll, tamper, type AuditRuns } from './audit-runs.ts'
import { openWindow, type Window } from './run-support.ts'
import { asXml, focused } from './window-support.ts'

/** An audit pack made by a person in the window, of runs that ran and of records that were changed. */

let window: Window
let runs: AuditRuns
const files = temporaryFolder('audit-files')

beforeAll(async () => {
  window = await openWindow()
  await window.request('settings.set', { name: 'Ann' })
  runs = await makeAuditRuns(window)
  await tamper(
    window,
    `update event set bytes = cast(replace(cast(bytes as text), '"Ann"', '"Eve"') as blob)
       where run = '${runs.good}' and seq = 2`,
  )
})
afterAll(async () => {
  await window?.close()
  files.remove()
})

const quarter = (): string =>
  wordAt('quarter', Date.now(), Intl.DateTimeFormat().resolvedOptions().timeZone)

async function show(address: string): Promise<void> {
  await window.page.evaluate((hash) => {
    globalThis.location.hash = hash
  }, address)
}

/** The figure with this name. */
function tile(name: string): Locator {
  return window.page
    .getByRole('list', { name: 'At a glance' })
    .getByRole('button', { name: new RegExp(`^${name}`, 'u') })
}

/** Starts the runbook of a run once more, and aborts it at once. */
async function runAgain(run: string): Promise<void> {
  const list = await window.request('runs.list', { limit: 100 })
  const path = list.find((one) => one.run === run)?.path ?? ''
  const { sha256 } = await window.request('library.read', { path })
  const again = await window.request('runs.start', {
    path,
    sha256,
    mode: 'live',
    inputs: {},
    commander: 'Ann',
    acceptContent: true,
  })
  await sendAll(window, again.run, [{ type: 'run.abort', reason: 'Only to see it twice.' }])
}

async function openPack(): Promise<void> {
  await show('#/audit')
  const { page } = window
  await page.getByRole('heading', { name: 'Audit pack' }).waitFor()
  if ((await page.locator('[data-digest]').count()) > 0) return
  await page.getByRole('button', { name: 'Make the pack' }).click()
  await page.locator('[data-digest]').waitFor()
}

test('from the list of runs, by keyboard alone, the current quarter is read and what is wrong stands on top', async () => {
  const { page } = window
  await show('#/runs')
  await page.getByRole('link', { name: 'Audit pack' }).waitFor()
  await page.getByRole('main').focus()
  await page.keyboard.press('g')
  await page.keyboard.press('a')
  await page.getByRole('heading', { name: 'Audit pack' }).waitFor()
  const field = page.getByLabel('Quarter', { exact: true }).and(page.getByRole('textbox'))
  expect(await field.inputValue()).toBe(quarter())
  await field.focus()
  await page.keyboard.press('Enter')
  await page.locator('[data-digest]').waitFor()
  // Who asked for it goes on reading where the answer begins.
  await page.waitForFunction(() => document.activeElement?.tagName === 'H2')
  const problems = page.getByRole('region', { name: '1 problem with this population' })
  await problems.getByText(`The record of ${runs.good} does not verify.`).waitFor()

  const figures = async (name: string): Promise<string> =>
    (await tile(name).textContent())?.replace(name, '') ?? ''
  expect(await figures('Runs that began')).toBe('66 live, 0 drills, 0 walkthroughs')
  expect(await figures('Completed')).toContain('2no step')
  expect(await figures('Not everything done')).toContain('1finished')
  expect(await figures('Aborted')).toContain('1before')
  expect(await figures('Not ended')).toContain('1going on')
  expect(await figures('Without a record')).toBe('11 deleted, 0 unreadable')
  expect(await figures('Approvals')).toBe('21 refused')
  expect(await figures('Redactions')).toContain('1outputs')
  expect(await figures('Records verified')).toBe('4 of 51 with problems, 0 with a witness')
})

test('each figure leads to what it counts, each run to itself, and coming back finds the pack as it was', async () => {
  const { page } = window
  await openPack()
  await tile('Aborted').focus()
  await page.keyboard.press('Enter')
  const table = page.getByRole('table', { name: 'Every run' })
  expect(await table.getByRole('row').count()).toBe(2)
  await table.getByText('before the period').waitFor({ state: 'detached' })
  await table.getByRole('link', { name: 'Orders: fail over to the replica', exact: true }).focus()
  await page.keyboard.press('Enter')
  await page.locator(`[data-run="${runs.aborted}"]`).waitFor()
  await page.goBack()
  await page.locator('[data-digest]').waitFor()
  await expect.poll(async () => await table.getByRole('row').count()).toBe(2)

  await tile('Records verified').click()
  await table.getByRole('link', { name: /^does not verify/u }).click()
  await page.getByText('The record does not hold together').waitFor()
  await page.goBack()
  await page.getByLabel('Show').selectOption('All runs')
  await page.getByLabel('Find a run of this pack').fill('ledger')
  await page.getByText('1 of 5').waitFor()
  await page.getByLabel('Find a run of this pack').fill('')
  await expect.poll(async () => await table.getByRole('row').count()).toBe(6)
})

test('the parts are walked through with the arrows: exceptions, recovery, approvals, redactions, deleted runs, controls', async () => {
  const { page } = window
  await openPack()
  await page.getByRole('tab', { name: 'Every run' }).focus()
  await page.keyboard.press('ArrowRight')
  const exceptions = page.getByRole('table', { name: 'Exceptions' })
  await exceptions.getByText('The primary came back by itself.').waitFor()
  await exceptions.getByText('Ben Okafor, step promote').waitFor()
  await page.keyboard.press('ArrowRight')
  const recovery = page.getByRole('table', { name: 'Recovery against objectives' })
  await recovery.getByText('15 min', { exact: true }).first().waitFor()
  expect(await recovery.getByText('objective: at most 1 min').count()).toBe(5)
  await page.keyboard.press('ArrowRight')
  const approvals = page.getByRole('table', { name: 'Approvals' })
  await approvals.getByText('Not before the lag is seen with own eyes.').waitFor()
  expect(await approvals.getByText('echo promoted').count()).toBe(3)
  await page.keyboard.press('ArrowRight')
  await page.getByText('It showed the name of a customer.').waitFor()
  await page.keyboard.press('ArrowRight')
  const gone = page.getByRole('table', { name: 'Runs without a record' })
  await gone.getByText('It was a mistake.').waitFor()
  await gone.getByText('its tombstone is signed').waitFor()
  await page.keyboard.press('End')
  await page.getByText('Has to come from elsewhere').first().waitFor()
  expect(await page.getByRole('heading', { name: 'SOC 2, A1.3', exact: true }).count()).toBe(1)
  expect(await focused(window)).toMatch(/^tab: Control map/u)
  await page.keyboard.press('Home')
})

test('the period is a quarter, a month, a year or from and to; what is none is said at its field', async () => {
  const { page } = window
  await openPack()
  const zone = page.getByLabel('Time zone')
  await zone.fill('Europe/Berlin')
  await page.getByLabel('Month').check()
  const word = page.getByRole('textbox').first()
  await word.fill('2026-02')
  await page.getByText('1 February 2026 to 28 February 2026').waitFor()
  await page.getByText('muster audit --from 2026-02 --zone Europe/Berlin').waitFor()
  await page.getByRole('button', { name: 'Earlier: 2026-01' }).click()
  await page.getByText('1 January 2026 to 31 January 2026').waitFor()
  // A word says its kind by itself.
  await word.fill('2025-Q1')
  expect(await page.getByRole('radio', { name: 'Quarter' }).isChecked()).toBe(true)
  await page.getByLabel('Year').check()
  expect(await word.inputValue()).toBe('2025')
  await page.getByLabel('From – to').check()
  expect(await page.getByLabel('From', { exact: true }).inputValue()).toBe('2025-01-01')
  await page.getByLabel('To, and with it').fill('2024-12-31')
  await page.getByText('The period would end before it begins.').waitFor()
  const make = page.getByRole('button', { name: 'Make the pack' })
  expect(await make.isDisabled()).toBe(true)
  await page.getByLabel('From', { exact: true }).fill('soon')
  await page.getByText(/^Write 2026, 2026-Q3/u).waitFor()
  await page.getByLabel('From', { exact: true }).fill('2024-12-31T12:00:00Z')
  await zone.fill('Mars/Base')
  await page.getByText('There is no time zone “Mars/Base”').waitFor()
  await zone.fill('UTC')
  await make.click()
  await page.getByText('There is no run with a record in this period.').waitFor()
  await page.getByRole('list', { name: 'At a glance' }).getByText('none set').waitFor()
})

test('the file is written where it was wanted, not over another one unasked, and has what is shown', async () => {
  const { page } = window
  await show('#/audit')
  await page.getByLabel('Year').check()
  await page.getByRole('textbox').first().fill(String(new Date().getUTCFullYear()))
  await page.getByRole('button', { name: 'Make the pack' }).click()
  await tile('Runs that began').getByText('6', { exact: true }).waitFor()
  const form = page.getByRole('form', { name: 'Write the pack as a file' })
  const path = join(files.path, 'pack.json')
  await form.getByLabel('Where').fill(join(files.path, 'pack.html'))
  await form.getByLabel('Format').selectOption('json')
  expect(await form.getByLabel('Where').inputValue()).toBe(path)
  await form.getByLabel('Where').press('Enter')
  await form.getByText('SHA-256').waitFor()
  const text = readFileSync(path)
  await form.getByText(createHash('sha256').update(text).digest('hex')).waitFor()
  const pack = auditPackSchema.parse(JSON.parse(text.toString()))
  expect(pack.digest).toBe(await page.locator('[data-digest]').getAttribute('data-digest'))

  await form.getByRole('button', { name: 'Write the file' }).click()
  await form.getByText('is there already').waitFor()
  await form.getByRole('button', { name: 'Replace it' }).click()
  await form.getByText('SHA-256').waitFor()
  expect(await form.getByText('Since then').count()).toBe(0)

  await form.getByLabel('Where').fill(join(path, 'under', 'a-file.json'))
  await form.getByRole('button', { name: 'Write the file' }).click()
  await form.getByText('could not be written').waitFor()

  // A run that goes on is told as of now: the file has more than the window shows.
  await window.request('runs.open', { run: runs.open, resume: true })
  await form.getByLabel('Where').fill('')
  await form.getByLabel('Format').selectOption('pdf')
  await form.getByRole('button', { name: 'Write the file' }).click()
  await form.getByText('Since then').waitFor()
  const written = (await form.getByText(/exports.*\.pdf/u).textContent()) ?? ''
  expect(existsSync(written)).toBe(true)
  expect(readFileSync(written).subarray(0, 5).toString()).toBe('%PDF-')
})

test('the recovery times of a runbook that ran again are a chart, the same as in the file', async () => {
  const { page } = window
  await openPack()
  const digest = async (): Promise<string | null> =>
    await page.locator('[data-digest]').getAttribute('data-digest')
  const before = await digest()
  await runAgain(runs.good)
  await page.getByRole('button', { name: 'Make the pack' }).click()
  await expect.poll(digest).not.toBe(before)
  await page.getByRole('tab', { name: 'Recovery' }).click()
  const chart = page.getByRole('region', {
    name: /^Orders: fail over to the replica: recovery time/u,
  })
  await chart.getByRole('img', { name: /against a target of 15 min/u }).waitFor()
  const path = join(files.path, 'charts.html')
  const form = page.getByRole('form', { name: 'Write the pack as a file' })
  await form.getByLabel('Format').selectOption('html')
  await form.getByLabel('Where').fill(path)
  await form.getByLabel('Where').press('Enter')
  await form.locator('[data-written]').getByText(path).waitFor()
  const shown = await page.locator('svg.recovery').evaluateAll(asXml)
  expect(shown.length).toBeGreaterThan(0)
  const saved = await page.context().newPage()
  await saved.goto(pathToFileURL(path).href)
  expect(await saved.locator('svg').evaluateAll(asXml)).toEqual(shown)
  await saved.close()
})

test.each(['dark', 'light'] as const)(
  'is accessible in the %s theme, every part',
  async (theme) => {
    const { page } = window
    await window.request('settings.set', { theme })
    await page.locator(`html[data-theme="${theme}"]`).waitFor()
    await openPack()
    const tabs = page.getByRole('tab')
    for (let index = 0; index < (await tabs.count()); index++) {
      await tabs.nth(index).click()
      expect(
        await accessibilityProblems(page, { colours: theme === 'light' }),
        await tabs.nth(index).textContent().then(String),
      ).toEqual([])
    }
  },
)

test('a record that cannot be read is named as such', async () => {
  const { page } = window
  await tamper(
    window,
    `update event set bytes = cast('{' as blob) where run = '${runs.failed}' and seq = 1`,
  )
  await openPack()
  await page.getByText(`The record of ${runs.failed} cannot be read.`).waitFor()
  await tile('Without a record').click()
  await page.getByRole('table', { name: 'Runs without a record' }).getByText('not known').waitFor()
})
