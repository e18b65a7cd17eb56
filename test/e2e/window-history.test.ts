import { afterAll, beforeAll, expect, test } from 'vitest'
import { openLibraryWindow, type LibraryWindow } from './window-support.ts'
import { until } from '../harness/until.ts'

let library: LibraryWindow
let interrupted: string
beforeAll(async () => {
  library = await openLibraryWindow()
  const { window } = library
  const done = await library.startRun()
  for (const command of [
    { type: 'step.begin', step: 'queue' },
    { type: 'block.run', block: 'queue/1' },
  ] as const) {
    expect(
      await window.request('runs.command', { run: done, actor: 'Ann', command }),
    ).toMatchObject({ ok: true })
  }
  await until('the output is recorded', async () =>
    (await window.events(done)).some(({ type }) => type === 'block.finished'),
  )
  await window.request('runs.command', {
    run: done,
    actor: 'Ann',
    command: { type: 'note.add', kind: 'note', text: 'The <b>backlog</b> is growing' },
  })
  await window.request('runs.command', {
    run: done,
    actor: 'Ann',
    command: { type: 'run.finish', reason: 'Only a test.' },
  })
  interrupted = await library.startRun()
  await window.killAndRestart()
})
afterAll(async () => {
  await library?.close()
})

test('an interrupted run stands on top and is resumed from there', async () => {
  const { page } = library.window
  await library.show('#/runs')
  const rows = page.getByRole('row')
  await rows.filter({ hasText: /^Interrupted/u }).waitFor()
  const texts = await rows.allTextContents()
  const first = texts.findIndex((text) => text.startsWith('Interrupted'))
  expect(texts[first + 1]).toContain('interrupted')
  expect(texts.findIndex((text) => text.startsWith('Ended'))).toBeGreaterThan(first)
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.locator(`[data-run="${interrupted}"]`).waitFor()
  await until('the run goes on', async () => {
    const [newest] = await library.window.request('runs.list', { limit: 10 })
    return newest?.run === interrupted && newest.open
  })
})

test('a record is verified, and the result says what it covers', async () => {
  const { page } = library.window
  await library.show('#/runs')
  const row = page.getByRole('row').filter({ hasText: 'finished' })
  await row.getByRole('button', { name: /Verify/u }).click()
  await row.getByText('Intact.').waitFor()
  expect(
    await row.getByText(/\d+ events? and \d+ outputs? are as they were recorded/u).count(),
  ).toBe(1)
})

test('the words of notes and output are found, marked, harmless, and lead to their run', async () => {
  const { page } = library.window
  await library.show('#/runs')
  await page.keyboard.press('/')
  await page.keyboard.type('backlog')
  await page.locator('mark').getByText('backlog').waitFor()
  const excerpt = page.getByRole('listitem').filter({ has: page.locator('mark') })
  expect(await excerpt.first().textContent()).toContain('<b>backlog</b>')
  await page.getByRole('searchbox').fill('no such words anywhere')
  await page.getByText('Nothing recorded says').waitFor()
  await page.getByRole('searchbox').fill('queue depth')
  await page.getByText('in the output of a command').first().waitFor()
  await page.getByRole('searchbox').press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.locator('[data-run]').waitFor()
})

test('arrows move through the runs, Enter opens one read-only', async () => {
  const { page } = library.window
  await library.show('#/runs')
  await page.getByRole('row').filter({ hasText: 'finished' }).waitFor()
  await page.getByRole('searchbox').press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  const row = await page.evaluate(
    () => document.activeElement?.closest('[role="row"]')?.textContent,
  )
  expect(row).toContain('finished')
  await page.keyboard.press('Enter')
  await page.getByText('Read only').first().waitFor()
})
