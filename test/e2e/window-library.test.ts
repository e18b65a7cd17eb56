import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { focused, openLibraryWindow, type LibraryWindow } from './window-support.ts'

let library: LibraryWindow
beforeAll(async () => {
  library = await openLibraryWindow()
})
afterAll(async () => {
  await library?.close()
})

test('by keyboard alone: find a runbook, start it with what it asks for, and stand in the run', async () => {
  const { page } = library.window
  await library.show('#/library')
  await page.getByRole('option', { name: /Orders: fail over/u }).waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('l')
  await page.keyboard.press('/')
  expect(await focused(library.window)).toContain('Search runbooks')
  await page.keyboard.type('checkout')
  await page.getByRole('option', { name: /fail over/u }).waitFor({ state: 'detached' })
  await page.keyboard.press('ArrowDown')
  expect(await focused(library.window)).toBe('listbox: Runbooks')
  await page.getByRole('heading', { level: 1, name: 'Checkout is slow' }).waitFor()
  await page.keyboard.press('Enter')

  await page.getByRole('heading', { name: 'What it would execute' }).waitFor()
  await page.getByText('2 commands · on laptop').waitFor()
  // Started without having accepted it: refused, and the focus is where to answer.
  await page.keyboard.press('Enter')
  await page.getByRole('alert').getByText('Read what would execute').waitFor()
  await page.waitForFunction(() => document.activeElement?.hasAttribute('data-accept'))
  await page.keyboard.press('Space')
  await page.keyboard.press('Enter')
  await page.locator('[data-run]').waitFor()
  await page.getByRole('heading', { name: 'Depth of the queue' }).waitFor()

  // Back in the library its clock stays in sight, and one key leads back.
  await page.keyboard.press('g')
  await page.keyboard.press('l')
  await page.getByRole('timer').getByText('since start').waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('c')
  await page.locator('[data-run]').waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('l')
})

test('a file with errors shows each at its line and column, and cannot be started', async () => {
  const { page } = library.window
  await library.show('#/library')
  await page.getByLabel('Search runbooks').fill('')
  await library.show(`#/library/${encodeURIComponent(library.book('payments/rotate-keys.md'))}`)
  const problems = page.getByRole('region', { name: 'Problems of this file' })
  await problems.getByText('Did you mean “vault”?').waitFor()
  expect(await problems.getByRole('listitem').allTextContents()).toEqual([
    expect.stringMatching(/^6:12.*warning/u),
    expect.stringMatching(/^8:1.*error.*owner/u),
    expect.stringMatching(/^17:5.*error.*valt/u),
    expect.stringMatching(/^25:7.*error/u),
  ])
  expect(await page.getByRole('button', { name: 'Start…' }).isDisabled()).toBe(true)
  await page.getByRole('listbox').focus()
  await page.keyboard.press('Enter')
  expect(page.url()).toContain('#/library')
})

test('filters narrow the list, say so when nothing is left, and let go again', async () => {
  const { page } = library.window
  await library.show('#/library')
  await page.getByLabel('State', { exact: true }).selectOption('problems')
  await page.getByRole('option', { name: /Rotate the payment keys/u }).waitFor()
  expect(await page.getByRole('option', { name: /Rotate|fail over|Checkout/u }).count()).toBe(1)
  await page.getByLabel('Kind').selectOption('guide')
  await page.getByText(/None of \d+ runbooks matches/u).waitFor()
  await page.getByRole('button', { name: 'Show all of them' }).click()
  await page.getByRole('option', { name: /Orders: fail over/u }).waitFor()
})

test('a file from anywhere opens by its path; one that is not there is said in words', async () => {
  const { page } = library.window
  const path = join(dirname(library.book('x')), '..', 'elsewhere.md')
  writeFileSync(path, '# Somewhere else\n\nText\n')
  await library.show('#/library')
  const field = page.getByLabel('Path of a Markdown file')
  await field.fill(`${path}.none`)
  await field.press('Enter')
  await page.getByRole('alert').getByText('is not a Markdown file').waitFor()
  await field.fill(path)
  await field.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Somewhere else' }).waitFor()
})

test('the preview shows what a step would execute, and a link asks before it leaves', async () => {
  const { page, context } = library.window
  await library.show(`#/library/${encodeURIComponent(library.book('orders/fail-over.md'))}`)
  await page.getByRole('button', { name: 'Unfold all steps' }).click()
  await page.getByText('pg_ctl promote').waitFor()
  await page.getByRole('link', { name: 'dashboard' }).click()
  const question = page.getByRole('dialog', { name: 'Open outside Muster' })
  await question.getByText('https://grafana.example.com/d/orders').waitFor()
  await page.keyboard.press('Escape')
  await question.waitFor({ state: 'detached' })
  expect(context.pages()).toHaveLength(1)
})
