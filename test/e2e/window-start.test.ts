import { appendFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openLibraryWindow, type LibraryWindow } from './window-support.ts'

let library: LibraryWindow
beforeAll(async () => {
  library = await openLibraryWindow()
})
afterAll(async () => {
  await library?.close()
})

function startAddress(): string {
  return `#/start/${encodeURIComponent(library.book('orders/fail-over.md'))}`
}

test('values are judged while they are typed, and nothing typed is lost by looking elsewhere', async () => {
  const { page } = library.window
  await library.show(startAddress())
  const ticket = page.getByLabel('Change ticket')
  await ticket.waitFor()
  expect(await ticket.evaluate((field) => field === document.activeElement)).toBe(true)
  await ticket.fill('CHG-x')
  await page.getByText('Must look like CHG-').waitFor()
  expect(await ticket.getAttribute('aria-invalid')).toBe('true')
  await ticket.fill('CHG-42')
  await page.getByText('Must look like CHG-').waitFor({ state: 'detached' })

  await page.getByLabel('Vault passphrase').fill('open sesame')
  expect(await page.getByLabel('Vault passphrase').getAttribute('type')).toBe('password')
  await page.getByLabel('Region').selectOption('eu-central')
  await page.getByLabel('Commander').fill('Bo')
  await page.getByLabel('Severity').selectOption('SEV1')
  await page.getByLabel('Outage declared').selectOption('ago')
  await page.getByLabel('Minutes ago', { exact: true }).fill('12')
  await page.getByRole('radio', { name: /walkthrough/u }).check()

  await library.show('#/runs')
  await page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor()
  await page.goBack()
  await ticket.waitFor()
  expect(await ticket.inputValue()).toBe('CHG-42')
  expect(await page.getByLabel('Vault passphrase').inputValue()).toBe('open sesame')
  expect(await page.getByLabel('Region').inputValue()).toBe('eu-central')
  expect(await page.getByLabel('Commander').inputValue()).toBe('Bo')
  expect(await page.getByRole('radio', { name: /walkthrough/u }).isChecked()).toBe(true)
})

test('a drill says why it cannot be had, and keeps the form', async () => {
  const { page } = library.window
  await page.getByRole('radio', { name: /drill/u }).check()
  await page.getByRole('checkbox', { name: /I have read/u }).check()
  await page.getByRole('button', { name: 'Start drill' }).click()
  await page.getByRole('alert').getByText('sandbox').waitFor()
  expect(await page.getByLabel('Change ticket').inputValue()).toBe('CHG-42')
})

test('Enter starts; what was said stands in the first event, the secret does not', async () => {
  const { page } = library.window
  await page.getByRole('radio', { name: /walkthrough/u }).check()
  const before = Date.now()
  await page.getByLabel('Change ticket').press('Enter')
  const shown = page.locator('[data-run]')
  await shown.waitFor()
  const run = (await shown.getAttribute('data-run')) ?? ''
  const [first] = await library.window.events(run)
  expect(first?.type).toBe('run.started')
  if (first?.type !== 'run.started') return
  expect(first.data).toMatchObject({
    mode: 'walkthrough',
    commander: 'Bo',
    severity: 'SEV1',
    inputs: { TICKET: 'CHG-42', REGION: 'eu-central' },
    secretInputs: ['PASSPHRASE'],
  })
  expect(JSON.stringify(first)).not.toContain('open sesame')
  const ago = before - (first.data.declaredAt ?? 0)
  expect(Math.abs(ago - 12 * 60_000)).toBeLessThan(30_000)
})

test('a started form begins afresh', async () => {
  const { page } = library.window
  await library.show(startAddress())
  expect(await page.getByLabel('Change ticket').inputValue()).toBe('')
  expect(await page.getByLabel('Vault passphrase').inputValue()).toBe('')
})

test('a file that changed since it was read is shown as it is now, and has to be accepted again', async () => {
  const { page } = library.window
  const path = library.book('orders/slow-checkout.md')
  await library.show(`#/start/${encodeURIComponent(path)}`)
  const accept = page.getByRole('checkbox', { name: /I have read/u })
  await accept.check()
  await page.getByLabel('Commander').fill('Cy')
  appendFileSync(path, '\n```bash run on=laptop\necho smuggled\n```\n')
  await page.getByRole('button', { name: 'Start live run' }).click()
  await page.getByRole('alert').getByText('has changed since you looked at it').waitFor()
  await page.getByText('echo smuggled').waitFor()
  expect(await accept.isChecked()).toBe(false)
  expect(await page.getByLabel('Commander').inputValue()).toBe('Cy')
  await accept.check()
  await page.getByRole('button', { name: 'Start live run' }).click()
  await page.locator('[data-run]').waitFor()
})
