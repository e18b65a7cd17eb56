import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openLibraryWindow, type LibraryWindow } from './window-support.ts'

let library: LibraryWindow
beforeAll(async () => {
  library = await openLibraryWindow()
})
afterAll(async () => {
  await library?.close()
})

test('a second Muster on the same data says that it only reads, and why, and offers nothing else', async () => {
  const run = await library.startRun()
  const second = await library.window.openSecond()
  try {
    const { page } = second
    const banner = page.getByRole('status').filter({ hasText: 'Read only.' })
    await banner.waitFor()
    expect((await banner.textContent())?.length).toBeGreaterThan('Read only.'.length + 20)
    await page.getByRole('option', { name: /Checkout is slow/u }).click()
    await page.getByRole('button', { name: 'Start…' }).click()
    await page.getByRole('button', { name: 'Start live run' }).waitFor()
    expect(await page.getByRole('button', { name: 'Start live run' }).isDisabled()).toBe(true)
    await page.goto(page.url().replace(/#.*$/u, `#/runs/${run}`))
    await page.getByText('Read only', { exact: true }).first().waitFor()
  } finally {
    await second.close()
  }
})

test('thousands of runbooks: only what is in sight is drawn, and the last is one key away', async () => {
  const { window } = library
  const { page } = window
  const many = join(dirname(library.book('x')), '..', 'many')
  mkdirSync(many)
  for (let count = 0; count < 3000; count += 1) {
    const name = String(count).padStart(4, '0')
    writeFileSync(join(many, `book-${name}.md`), `# Runbook ${name}\n\n- [ ] Look\n`)
  }
  const { folders } = await window.request('settings.get', {})
  await window.request('settings.set', { folders: [...folders, many] })
  await library.show('#/library')
  const list = page.getByRole('listbox', { name: 'Runbooks' })
  await page.getByLabel('Search runbooks').fill('runbook')
  await list.getByRole('option', { name: 'Runbook 0000' }).waitFor()
  expect(await list.getByRole('option').count()).toBeLessThan(60)
  await list.focus()
  await page.keyboard.press('End')
  const last = list.getByRole('option', { name: 'Runbook 2999' })
  await last.waitFor()
  expect(await last.getAttribute('aria-selected')).toBe('true')
  expect(Number(await last.getAttribute('aria-posinset'))).toBe(
    Number(await last.getAttribute('aria-setsize')),
  )
  expect(await last.evaluate((element) => element.id)).toBe(
    await list.getAttribute('aria-activedescendant'),
  )
  await page.getByRole('heading', { level: 1, name: 'Runbook 2999' }).waitFor()
})

test('that recording fails is said unmistakably on every screen, until it works again', async () => {
  const { page } = library.window
  let tell: (message?: string) => void = () => undefined
  // The frames are those of the real engine; this one is put between them.
  await page.routeWebSocket('**/socket', (route) => {
    route.connectToServer()
    tell = (message) =>
      route.send(JSON.stringify({ push: 'engine.trouble', data: message ? { message } : {} }))
  })
  await page.reload()
  await page.getByRole('listbox').waitFor()
  tell('The disk is full: free some space on /data.')
  const banner = page.getByRole('alert').filter({ hasText: 'Not everything is being recorded.' })
  await banner.getByText('The disk is full: free some space on /data.').waitFor()
  await library.show('#/settings')
  await page.getByRole('heading', { name: 'Settings' }).waitFor()
  expect(await banner.count()).toBe(1)
  tell()
  await banner.waitFor({ state: 'detached' })
})

test('an engine that is gone is said in words on every screen, and the window keeps what it shows', async () => {
  const { page, kill } = library.window
  await library.show('#/library')
  await page.getByRole('listbox').waitFor()
  const title = await page.getByRole('heading', { level: 1 }).textContent()
  await kill()
  await page.getByRole('alert').getByText('Muster does not answer').waitFor()
  expect(await page.getByRole('option').count()).toBeGreaterThan(0)
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(title)
  await library.show('#/runs')
  await page.getByRole('alert').getByText('Muster does not answer').waitFor()
})
