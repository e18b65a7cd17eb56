import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openWindow, type Window as Muster } from '../e2e/run-support.ts'
import { openServers, type Servers } from './pictures-servers.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { until } from './until.ts'

/**
 * Makes the pictures of every screen, dark and light, from the built window on the real web host:
 * `npm run pictures -- [FOLDER] [--only=NAME,NAME] [--wide]`. The run screen is also made at 1920 x 1080, with `--wide`
 * every screen is.
 */

const root = fileURLToPath(new URL('../..', import.meta.url))
const words = process.argv.slice(2)
const folder = words.find((word) => !word.startsWith('--')) ?? join(root, 'docs', 'pictures')
const only = words.find((word) => word.startsWith('--only='))?.slice('--only='.length)
const everythingWide = words.includes('--wide')
const SIZES = [
  { name: '', width: 1280, height: 720 },
  { name: '-wide', width: 1920, height: 1080 },
]

const books = temporaryFolder('books')
const BOOKS = join(books.path, 'runbooks')
cpSync(join(root, 'test', 'fixtures', 'library'), BOOKS, { recursive: true })
const FAIL_OVER = join(BOOKS, 'orders', 'fail-over.md')
const SLOW = join(BOOKS, 'orders', 'slow-checkout.md')
const BROKEN = join(BOOKS, 'payments', 'rotate-keys.md')
const MINUTE_MS = 60_000

async function start(
  window: Muster,
  path: string,
  options: {
    readonly mode: 'live' | 'walkthrough'
    readonly severity?: 'SEV1' | 'SEV2' | 'SEV3'
    readonly inputs?: Record<string, string>
    readonly declaredMinutesAgo?: number
  },
): Promise<string> {
  const { sha256 } = await window.request('library.read', { path })
  const { run } = await window.request('runs.start', {
    path,
    sha256,
    mode: options.mode,
    inputs: options.inputs ?? {},
    commander: 'Ann Leitner',
    acceptContent: true,
    ...(options.severity !== undefined && { severity: options.severity }),
    ...(options.declaredMinutesAgo !== undefined && {
      declaredAt: Date.now() - options.declaredMinutesAgo * MINUTE_MS,
    }),
  })
  return run
}

/** Sends commands one after the other, as Ann, and waits until no block is in flight. */
async function command(
  window: Muster,
  run: string,
  commands: readonly Parameters<typeof send>[2][],
): Promise<void> {
  for (const one of commands) await send(window, run, one)
}

async function send(
  window: Muster,
  run: string,
  one: Parameters<typeof window.request<'runs.command'>>[1]['command'],
): Promise<void> {
  const result = await window.request('runs.command', { run, actor: 'Ann Leitner', command: one })
  if (!result.ok) throw new Error(`${one.type}: ${result.message}`)
  if (one.type !== 'block.run') return
  await until(`${one.block} has ended`, async () => {
    const events = await window.events(run)
    return events.some((event) => event.type === 'block.finished' && event.data.block === one.block)
  })
}

/** Runs to show: one done, one done with a deviation, one aborted, one that a crash interrupts, one that goes on. */
async function makeRuns(window: Muster): Promise<string> {
  const done = await start(window, SLOW, { mode: 'live', severity: 'SEV3' })
  await command(window, done, [
    { type: 'step.begin', step: 'queue' },
    { type: 'block.run', block: 'queue/1' },
    { type: 'step.begin', step: 'cache' },
    { type: 'item.confirm', item: 'cache/item-1' },
    { type: 'block.run', block: 'cache/1' },
    { type: 'note.add', kind: 'note', text: 'The queue drains again since 14:10.' },
    { type: 'step.begin', step: 'tell' },
    { type: 'item.confirm', item: 'tell/item-1' },
    { type: 'run.finish' },
  ])
  const deviated = await start(window, SLOW, { mode: 'walkthrough' })
  await command(window, deviated, [
    { type: 'step.begin', step: 'queue' },
    { type: 'step.skip', step: 'cache', reason: 'The cache is being replaced today.' },
    { type: 'run.finish', reason: 'Only the queue was rehearsed.' },
  ])
  const aborted = await start(window, SLOW, { mode: 'live', severity: 'SEV2' })
  await command(window, aborted, [{ type: 'run.abort', reason: 'A false alarm of the probe.' }])
  const interrupted = await start(window, SLOW, { mode: 'live', severity: 'SEV2' })
  await command(window, interrupted, [
    { type: 'step.begin', step: 'queue' },
    { type: 'block.run', block: 'queue/1' },
    { type: 'step.begin', step: 'cache' },
  ])
  await window.killAndRestart()
  const going = await start(window, SLOW, {
    mode: 'live',
    severity: 'SEV1',
    declaredMinutesAgo: 7,
  })
  await command(window, going, [
    { type: 'step.begin', step: 'queue' },
    { type: 'block.run', block: 'queue/1' },
    { type: 'step.begin', step: 'cache' },
    { type: 'block.run', block: 'cache/1' },
    { type: 'note.add', kind: 'note', text: 'Support sees timeouts at payment, not before.' },
  ])
  return going
}

async function show(window: Muster, address: string): Promise<void> {
  await window.page.evaluate((hash) => {
    globalThis.location.hash = hash
  }, address)
}

interface Picture {
  readonly name: string
  readonly show: (window: Muster, going: string, servers: Servers) => Promise<void>
  /** Puts back what the picture needed. */
  readonly after?: (window: Muster) => Promise<void>
}

const PICTURES: readonly Picture[] = [
  {
    name: 'library',
    show: async (window) => {
      await show(window, `#/library/${encodeURIComponent(FAIL_OVER)}`)
      await window.page.getByRole('article').getByText('Agree that the primary is lost').waitFor()
    },
  },
  {
    name: 'library-errors',
    show: async (window) => {
      await show(window, `#/library/${encodeURIComponent(BROKEN)}`)
      await window.page.getByRole('article').getByText('error').first().waitFor()
    },
  },
  {
    name: 'start',
    show: async (window) => {
      await show(window, `#/start/${encodeURIComponent(FAIL_OVER)}`)
      await window.page.getByLabel('Change ticket').fill('CHG-20')
    },
  },
  {
    name: 'run',
    show: async (window, going) => {
      await show(window, `#/runs/${going}`)
      await window.page.locator(`[data-run="${going}"]`).waitFor()
    },
  },
  {
    name: 'run-words',
    show: async (window, going) => {
      await show(window, `#/runs/${going}`)
      await window.page.locator(`[data-run="${going}"]`).waitFor()
      await window.page.keyboard.press('v')
      await window.page.getByRole('list', { name: /^The words of event/u }).waitFor()
      await window.page.getByLabel('Who took them down').fill('Ben Okafor')
    },
  },
  {
    name: 'runs',
    show: async (window) => {
      await show(window, '#/runs')
      await window.page.getByText('interrupted').first().waitFor()
    },
  },
  {
    name: 'recording',
    show: async (window, going) => {
      await show(window, `#/recording/${going}`)
      await window.page.locator('[data-recording] [data-complete]').waitFor()
      await window.page.keyboard.press('End')
      await window.page.locator('.xterm-accessibility-tree').waitFor({ state: 'attached' })
    },
  },
  {
    name: 'search',
    show: async (window) => {
      await show(window, '#/runs')
      await window.page.getByRole('searchbox').fill('queue')
      await window.page.locator('mark').first().waitFor()
    },
  },
  {
    name: 'report',
    show: async (window) => {
      const runs = await window.request('runs.list', { limit: 20 })
      const ended = runs.find(({ phase, mode }) => phase === 'finished' && mode === 'live')
      await show(window, `#/reports/${ended?.run}/post-mortem`)
      const { page } = window
      await page.locator('[data-section="verification"]').waitFor()
      const summary = page.getByRole('textbox', { name: 'Summary', exact: true })
      if ((await summary.inputValue()) === '') {
        await summary.fill(
          'Customers waited at the payment because the queue did not drain. It drains since the cache was looked after.',
        )
        await page.keyboard.press('Control+s')
        await page.getByText('written by').first().waitFor()
      }
      await page.locator('main').focus()
    },
  },
  {
    name: 'report-steps',
    show: async (window) => {
      const { page } = window
      await page.locator('[data-section="steps"]').evaluate((section) => section.scrollIntoView())
      await page.getByRole('link', { name: 'Event 4', exact: true }).click()
      await page.locator('[data-record="4"]').waitFor()
    },
  },
  {
    name: 'settings',
    show: async (window) => {
      await show(window, '#/settings')
      await window.page.getByLabel('Your name').waitFor()
    },
  },
  {
    name: 'settings-evidence',
    show: async (window) => {
      await show(window, '#/settings')
      const { page } = window
      await page.locator('[data-fingerprint]').waitFor()
      await page
        .getByRole('heading', { name: 'The key of this laptop' })
        .evaluate((heading) => heading.scrollIntoView())
    },
  },
  {
    name: 'evidence',
    show: async (window, going) => {
      const known = await window.request('runs.checkpoints', { run: going })
      const words = known.at(-1)
      const events = await window.events(going)
      if (words !== undefined && !events.some(({ type }) => type === 'checkpoint.witnessed')) {
        const { size, head } = words
        const how = 'in the ticket'
        const by = 'Ben Okafor'
        await send(window, going, { type: 'checkpoint.witness', size, head, by, how })
      }
      await show(window, `#/evidence/${going}`)
      await window.page.getByText('Ben Okafor has the words').waitFor()
    },
  },
  {
    name: 'evidence-redact',
    show: async (window, going) => {
      await show(window, `#/evidence/${going}`)
      const { page } = window
      await page
        .getByRole('button', { name: /^Take out the output of event/u })
        .first()
        .click()
      await page.getByLabel('A secret').check()
      await page.getByRole('form', { name: /^Take out/u }).scrollIntoViewIfNeeded()
    },
  },
  {
    name: 'verify',
    show: async (window, going) => {
      await show(window, `#/verify/${going}`)
      await window.page.getByText('The record holds together.').waitFor()
    },
  },
  {
    name: 'audit',
    show: async (window) => {
      await show(window, '#/audit')
      await window.page.getByRole('button', { name: 'Make the pack' }).click()
      await window.page.locator('[data-digest]').waitFor()
      await window.page.locator('main').focus()
    },
  },
  {
    name: 'connections',
    show: async (window) => {
      await show(window, '#/connections')
      const { page } = window
      await page.getByRole('button', { name: 'Test orders-db-b' }).first().click()
      await page.getByText('Reached.').first().waitFor()
      await page.getByRole('button', { name: 'Test orders-web-1' }).click()
      await page.getByText('Not reached.').waitFor()
      await page.locator('main').focus()
    },
  },
  {
    name: 'connections-form',
    show: async (window) => {
      await show(window, '#/connections')
      const { page } = window
      await page.getByRole('button', { name: 'Edit ledger' }).click()
      await page.getByRole('button', { name: 'Save' }).waitFor()
    },
  },
  {
    name: 'start-production',
    show: async (window, _going, { book }) => {
      await show(window, `#/start/${encodeURIComponent(book)}`)
      const { page } = window
      await page.getByLabel('Environment').selectOption('production')
      await page.getByText('is not the one that is known').first().waitFor()
      await page.getByRole('alertdialog').waitFor()
    },
    after: async ({ page }) => {
      await page.getByRole('button', { name: 'Do not connect' }).click()
      await page.getByRole('alertdialog').waitFor({ state: 'detached' })
    },
  },
  {
    name: 'run-sql',
    show: async (window, _going, { run }) => {
      await show(window, `#/runs/${run}/lag`)
      const { page } = window
      const table = page.getByRole('grid').last()
      await table.scrollIntoViewIfNeeded()
      await table.focus()
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('ArrowDown')
    },
  },
  {
    name: 'run-hosts',
    show: async (window, _going, { run }) => {
      await show(window, `#/runs/${run}/drain`)
      const { page } = window
      const hosts = page.getByRole('grid')
      await hosts.focus()
      await page.keyboard.press('ArrowDown')
      await page.getByText('this worker is in no pool').waitFor()
      await hosts.scrollIntoViewIfNeeded()
    },
  },
  {
    name: 'run-files',
    show: async (window, _going, { run }) => {
      await show(window, `#/runs/${run}/setting`)
      await window.page.getByText('SHA-256').waitFor()
    },
  },
  {
    name: 'run-host-key-changed',
    show: async (window, _going, { run }) => {
      await show(window, `#/runs/${run}/web`)
      await window.page.getByText('is not the one that is known').first().waitFor()
    },
  },
  {
    name: 'run-redis',
    show: async (window, _going, { run }) => {
      await show(window, `#/runs/${run}/cache`)
      await window.page.getByText('Redis at').waitFor()
    },
  },
  {
    name: 'run-prompt',
    show: async (window, _going, { run, ask }) => {
      await show(window, `#/runs/${run}/ledger`)
      await ask()
      await window.page.getByRole('alertdialog').waitFor()
    },
    after: async (window) => {
      await window.page.getByRole('button', { name: 'Do not connect' }).click()
      await window.page.getByRole('alertdialog').waitFor({ state: 'detached' })
      await window.page.getByText('was not started').first().waitFor()
    },
  },
  {
    name: 'keys',
    show: async (window) => {
      await show(window, '#/library')
      await window.page.getByRole('searchbox').waitFor()
      await window.page.locator('main').focus()
      await window.page.keyboard.press('?')
      await window.page.getByRole('dialog').waitFor()
    },
  },
  {
    name: 'palette',
    show: async (window) => {
      await show(window, '#/library')
      await window.page.keyboard.press('Control+k')
      await window.page.getByRole('dialog').waitFor()
      await window.page.keyboard.type('fail')
    },
  },
]

mkdirSync(folder, { recursive: true })
const window = await openWindow()
let servers: Servers | undefined
try {
  await window.request('settings.set', { folders: [BOOKS], name: 'Ann Leitner' })
  const going = await makeRuns(window)
  servers = await openServers(window)
  for (const size of SIZES) {
    await window.page.setViewportSize(size)
    for (const theme of ['dark', 'light'] as const) {
      await window.request('settings.set', { theme })
      await window.page.locator(`html[data-theme="${theme}"]`).waitFor()
      for (const picture of PICTURES) {
        if (only !== undefined && !only.split(',').includes(picture.name)) continue
        if (
          size.name !== '' &&
          !picture.name.startsWith('run-') &&
          picture.name !== 'run' &&
          !everythingWide
        )
          continue
        await window.page.reload()
        await window.page.getByRole('main').waitFor()
        await picture.show(window, going, servers)
        const path = join(folder, `${picture.name}-${theme}${size.name}.png`)
        await window.page.screenshot({ path, animations: 'disabled' })
        process.stdout.write(`${path}\n`)
        await picture.after?.(window)
      }
    }
  }
} finally {
  await window.close()
  await servers?.close()
  books.remove()
}
