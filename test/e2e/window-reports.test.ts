import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { WebSocketRoute } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunEvent } from '../../main/core/run/events.ts'
import { accessibilityProblems } from '../harness/accessibility.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'
import { until } from '../harness/until.ts'
import { asXml, type LibraryWindow, openLibraryWindow } from './window-support.ts'

/** The report of a run in the window: read, written, moved on, by keyboard and beside another who writes. */

let library: LibraryWindow
let run: string
const files = temporaryFolder('reports-files')

/** Elements as XML, each attribute and text as it is. */
beforeAll(async () => {
  library = await openLibraryWindow()
  run = await finishedRun()
})
afterAll(async () => {
  await library?.close()
  files.remove()
})

type Command = Parameters<typeof library.window.request<'runs.command'>>[1]['command']

async function send(of: string, command: Command, actor = 'Ann'): Promise<void> {
  expect(await library.window.request('runs.command', { run: of, actor, command })).toMatchObject({
    ok: true,
  })
}

/** A run with an output, a deviation and a note, which is over. */
async function finishedRun(): Promise<string> {
  const started = await library.startRun({ declaredAt: Date.now() - 120_000 })
  await send(started, { type: 'step.begin', step: 'queue' })
  await send(started, { type: 'block.run', block: 'queue/1' })
  await until('the output is recorded', async () =>
    (await library.window.events(started)).some(({ type }) => type === 'block.finished'),
  )
  await send(started, { type: 'note.add', kind: 'note', text: 'Support sees timeouts.' })
  await send(started, { type: 'step.skip', step: 'cache', reason: 'It is replaced today.' })
  await send(started, { type: 'run.finish', reason: 'Only a test.' })
  return started
}

async function showReport(kind = 'post-mortem', place = ''): Promise<void> {
  await library.show(`#/reports/${run}/${kind}${place}`)
  await library.window.page
    .locator(`[data-report="${kind}"] [data-section="verification"]`)
    .waitFor()
}

/** Waits for the last event of the run to be of a type, and gives it. */
async function lastIs<T extends RunEvent['type']>(
  type: T,
): Promise<Extract<RunEvent, { readonly type: T }>> {
  let found: RunEvent | undefined
  await until(`the last event is ${type}`, async () => {
    found = (await library.window.events(run)).at(-1)
    return found?.type === type
  })
  const isOf = (event: RunEvent | undefined): event is Extract<RunEvent, { readonly type: T }> =>
    event?.type === type
  if (!isOf(found)) throw new Error(`No ${type}.`)
  return found
}

describe('the way to it', () => {
  test('a run that has ended offers its report: by Enter, from the list of runs and from the palette', async () => {
    const { page } = library.window
    await library.show(`#/runs/${run}`)
    await page.locator('[data-primary]').filter({ hasText: 'Read the report' }).waitFor()
    await page.keyboard.press('Enter')
    await page.locator('[data-report="post-mortem"]').waitFor()
    await library.show('#/runs')
    await page.getByRole('link', { name: /^Report of Checkout is slow/u }).click()
    await page.locator('[data-report="post-mortem"]').waitFor()
    await library.show('#/library')
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Do or find anything' }).fill('report checkout')
    await page
      .getByRole('option', { name: /Report/u })
      .first()
      .waitFor()
    await page.keyboard.press('Enter')
    await page.locator('[data-report="post-mortem"]').waitFor()
  })
})

describe('what people write', () => {
  test('is recorded when the field is left, and with Ctrl+S; who wrote it is shown', async () => {
    const { page } = library.window
    await showReport()
    const summary = page.getByRole('textbox', { name: 'Summary', exact: true })
    await summary.fill('The queue was full.')
    await page.getByRole('textbox', { name: 'Owner' }).focus()
    expect((await lastIs('report.edited')).data).toEqual({
      report: 'post-mortem',
      field: 'summary',
      text: 'The queue was full.',
    })
    await page
      .locator('[data-field="summary"]')
      .getByText(/written by Ann/u)
      .waitFor()
    await page.keyboard.type('Bea')
    await page.keyboard.press('Control+s')
    await until('the owner is recorded', async () => {
      const last = (await library.window.events(run)).at(-1)
      return last?.type === 'report.edited' && last.data.text === 'Bea'
    })
    await page.locator('[data-field="owner"] [data-standing="same"]').waitFor()
  })

  test('actions have a kind, an owner and a date; one without words is refused beside it', async () => {
    const { page } = library.window
    await showReport()
    const actions = page.getByRole('group', { name: 'Actions' })
    await actions.getByRole('button', { name: 'Add a row' }).click()
    await actions.getByLabel('Kind, row 1 of Actions').selectOption('Prevent')
    await actions.getByLabel('Owner, row 1 of Actions').fill('Bea')
    await page.keyboard.press('Control+s')
    await page.getByText('Row 1 does not say what.').waitFor()
    await actions.getByLabel('What, row 1 of Actions').fill('Alarm on the age of the queue')
    await actions.getByLabel('Due, row 1 of Actions').fill('2026-12-24')
    await page.keyboard.press('Control+s')
    await until('the action is recorded', async () => {
      const last = (await library.window.events(run)).at(-1)
      return last?.type === 'report.edited' && last.data.field === 'actions'
    })
    expect((await lastIs('report.edited')).data).toMatchObject({
      text: 'prevent; Alarm on the age of the queue; Bea; 2026-12-24',
      rows: [
        {
          kind: 'prevent',
          what: 'Alarm on the age of the queue',
          owner: 'Bea',
          due: '2026-12-24',
        },
      ],
    })
  })

  test('is not lost when somebody else wrote meanwhile: both are shown, and one is chosen', async () => {
    const { page } = library.window
    await showReport()
    const impact = page.getByRole('textbox', { name: 'Impact', exact: true })
    await impact.fill('Nobody could pay.')
    await send(
      run,
      { type: 'report.edit', report: 'post-mortem', field: 'impact', text: 'Some could not pay.' },
      'Bob',
    )
    const field = page.locator('[data-field="impact"]')
    await field.getByText('Bob has written into this since you began.').waitFor()
    await field.getByText('Some could not pay.').waitFor()
    expect(await impact.inputValue()).toBe('Nobody could pay.')
    await field.getByRole('button', { name: 'Record mine instead' }).click()
    await field.locator('[data-standing="same"]').waitFor()
    expect((await lastIs('report.edited')).data.text).toBe('Nobody could pay.')
  })

  test('what was begun survives a reload, and is recorded when asked to', async () => {
    const { page } = library.window
    await showReport()
    const luck = page.getByRole('textbox', { name: 'Where it was luck' })
    await luck.fill('It was at night.')
    const before = (await library.window.events(run)).length
    await page.reload()
    await page.locator('[data-field="luck"]').getByText('Not recorded yet.').waitFor()
    expect(await luck.inputValue()).toBe('It was at night.')
    // Whatever the reload did to the focus, nothing was recorded twice.
    expect((await library.window.events(run)).length - before).toBeLessThanOrEqual(1)
    await luck.focus()
    await page.keyboard.press('Control+s')
    await page.locator('[data-field="luck"] [data-standing="same"]').waitFor()
    expect((await lastIs('report.edited')).data.text).toBe('It was at night.')
  })
})

describe('without a connection', () => {
  test('what is written waits, and is recorded once as soon as there is one', async () => {
    const { context, page: first } = library.window
    const page = await context.newPage()
    const sockets: WebSocketRoute[] = []
    let isDown = false
    await page.routeWebSocket(/\/socket$/u, async (socket) => {
      if (isDown) await socket.close()
      else {
        sockets.push(socket)
        socket.connectToServer()
      }
    })
    await page.goto(first.url().replace(/#.*$/u, `#/reports/${run}/post-mortem`))
    const trigger = page.getByRole('textbox', { name: 'Trigger' })
    await trigger.fill('A deployment.')
    isDown = true
    for (const socket of sockets) await socket.close()
    await page.getByText('Muster does not answer').first().waitFor()
    await page.keyboard.press('Control+s')
    const field = page.locator('[data-field="trigger"]')
    await field.getByText('Not recorded: there is no connection.').waitFor()
    expect(await trigger.inputValue()).toBe('A deployment.')
    isDown = false
    await field.getByText('written by Ann').waitFor()
    const written = (await library.window.events(run)).filter(
      (event) => event.type === 'report.edited' && event.data.text === 'A deployment.',
    )
    expect(written.length).toBe(1)
    await page.close()
  })
})

describe('the timeline', () => {
  test('each sentence of the summary leads to its event, which shows what the record has of it', async () => {
    const { page } = library.window
    await showReport()
    const stood = page.getByRole('list', { name: 'What stood out' })
    await stood.getByRole('link', { name: /skipped “Memory of the cache”/u }).click()
    const skipped = (await library.window.events(run)).find(({ type }) => type === 'step.skipped')
    const record = page.locator(`[data-record="${skipped?.seq}"]`)
    await record.getByText('It is replaced today.').waitFor()
    await record.getByText(skipped?.hash ?? '').waitFor()
    expect(new URL(page.url()).hash).toBe(`#/reports/${run}/post-mortem/e${skipped?.seq}`)
  })

  test('is narrowed by filters and words; what is pinned by key takes the place of what stood out', async () => {
    const { page } = library.window
    await showReport()
    const list = page.getByRole('list', { name: 'Events of the run' })
    await page.getByRole('button', { name: 'Deviations', exact: true }).click()
    await list.getByText('skipped “Memory of the cache”').waitFor()
    expect(await list.getByText('began “Depth of the queue”').count()).toBe(0)
    await page.getByRole('button', { name: 'All', exact: true }).click()
    await page.getByLabel('Search the timeline').fill('timeouts noted')
    const note = list.getByRole('listitem')
    await until('only the note is left', async () => (await note.count()) === 1)
    await note.getByRole('link').focus()
    await page.keyboard.press('p')
    const pinned = await lastIs('timeline.pinned')
    const chosen = page.getByRole('list', { name: 'What mattered, as chosen' })
    await chosen.getByText('Support sees timeouts.').waitFor()
    expect(await chosen.getByRole('listitem').count()).toBe(1)
    await chosen.getByRole('button', { name: `Take event ${pinned.data.event} out` }).click()
    await page.getByRole('list', { name: 'What stood out' }).waitFor()
  })
})

describe('the draft', () => {
  test('goes on by whoever moves it, cannot be written when it is reviewed, and goes back for a reason', async () => {
    const { page } = library.window
    await showReport('audit')
    const move = async (button: string, who: string, why: string): Promise<void> => {
      await page.getByRole('button', { name: `${button}…` }).click()
      const form = page.getByRole('form', { name: button })
      await form.getByLabel('Who').fill(who)
      if (why !== '') await form.getByRole('textbox').last().fill(why)
      await form.getByRole('button', { name: button }).click()
      await form.waitFor({ state: 'detached' })
    }
    await move('Send it to review', 'Ann', '')
    await move('It is reviewed', 'Bea', 'Read on paper.')
    expect(await lastIs('report.moved')).toMatchObject({
      actor: 'Bea',
      data: { report: 'audit', from: 'in-review', to: 'reviewed', reason: 'Read on paper.' },
    })
    await page.getByText('This report is reviewed. To change it, put it back to draft.').waitFor()
    expect(await page.locator('[data-field] :is(input, textarea)').count()).toBe(0)
    await page.getByRole('table', { name: 'How this report went' }).getByText('Bea').waitFor()
    await page.getByRole('button', { name: 'Back to draft…' }).click()
    const form = page.getByRole('form', { name: 'Back to draft' })
    expect(await form.getByRole('button', { name: 'Back to draft' }).isDisabled()).toBe(true)
    await form.getByLabel('Why').fill('A date is wrong.')
    await page.keyboard.press('Enter')
    await page.locator('[data-field="owner"] input').waitFor()
  })
})

describe('files', () => {
  test('are written by keyboard alone; what is there is replaced only when told to; its charts are those of the window', async () => {
    const { page } = library.window
    const path = join(files.path, 'report.html')
    await showReport()
    await page.locator('[data-section="steps"] h2').focus()
    await page.keyboard.press('e')
    const panel = page.getByRole('region', { name: 'Export' })
    await panel.getByLabel('Format').press('h')
    await panel.getByLabel('File').focus()
    await page.keyboard.type(path)
    await page.keyboard.press('Enter')
    await panel.locator('[data-written]').getByText(path).waitFor()
    const html = readFileSync(path, 'utf8')
    await panel
      .locator('[data-written]')
      .getByText(createHash('sha256').update(html).digest('hex'))
      .waitFor()
    const shown = await page.locator('[data-section="steps"] svg').evaluateAll(asXml)
    const saved = await page.context().newPage()
    await saved.goto(pathToFileURL(path).href)
    expect(await saved.locator('svg').evaluateAll(asXml)).toEqual(shown)
    expect(shown.length).toBe(1)
    await saved.close()

    await page.keyboard.press('Enter')
    await panel.getByText('is there already').waitFor()
    await panel.getByRole('button', { name: 'Replace it' }).click()
    await panel.locator('[data-written]').getByText(path).waitFor()
    await panel.getByLabel('File').fill(join(path, 'below.html'))
    await page.keyboard.press('Enter')
    await panel.getByText('is no folder. Choose another place').waitFor()
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
  })

  test('have the ending of their format, also when it is chosen after the path; what is replaced is what was asked about', async () => {
    const { page } = library.window
    const path = join(files.path, 'ending')
    await showReport()
    await page.locator('[data-section="steps"] h2').focus()
    await page.keyboard.press('e')
    const panel = page.getByRole('region', { name: 'Export' })
    const format = panel.getByLabel('Format')
    const file = panel.getByLabel('File')
    await file.fill(`${path}.html`)
    await format.selectOption('Markdown')
    expect(await file.inputValue()).toBe(`${path}.md`)
    await format.selectOption('JUnit XML')
    expect(await file.inputValue()).toBe(`${path}.xml`)
    await file.fill(`${path}.txt`)
    await format.selectOption('CSV')
    expect(await file.inputValue()).toBe(`${path}.txt`)

    await file.fill(`${path}.csv`)
    await panel.getByRole('button', { name: 'Write the file' }).click()
    await panel.locator('[data-written]').waitFor()
    await panel.getByRole('button', { name: 'Write the file' }).click()
    await panel.getByText('is there already').waitFor()
    await format.selectOption('Markdown')
    await panel.getByRole('button', { name: 'Replace it' }).click()
    await panel.locator('[data-written]').getByText(`${path}.csv`).waitFor()
    expect(readdirSync(files.path).filter((name) => name.startsWith('ending'))).toEqual([
      'ending.csv',
    ])
    await panel.getByRole('button', { name: 'Close' }).click()
  })

  test('without a path are kept by the browser, from where Muster put them', async () => {
    const { page } = library.window
    await showReport()
    await page.locator('[data-section="steps"] h2').focus()
    await page.keyboard.press('e')
    const panel = page.getByRole('region', { name: 'Export' })
    await panel.getByLabel('Format').selectOption('Markdown')
    await panel.getByRole('button', { name: 'Write the file' }).click()
    const link = panel.getByRole('link', { name: 'Keep it with this browser' })
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
    expect(download.suggestedFilename()).toBe(`${run}-post-mortem.md`)
    const kept = join(files.path, 'kept.md')
    await download.saveAs(kept)
    expect(readFileSync(kept, 'utf8')).toMatch(/^# Checkout is slow/u)
    await panel.getByRole('button', { name: 'Close' }).click()
  })

  test('that are being written can be taken back', async () => {
    const { page } = library.window
    const path = join(files.path, 'report.pdf')
    await showReport()
    await page.getByRole('button', { name: /^Export/u }).click()
    const panel = page.getByRole('region', { name: 'Export' })
    await panel.getByLabel('Format').selectOption('PDF')
    await panel.getByLabel('File').fill(path)
    await page.keyboard.press('Enter')
    await panel.getByRole('button', { name: 'Cancel the export' }).click()
    await panel.getByText('Cancelled. No file was written.').waitFor()
    expect(readdirSync(files.path).filter((name) => name.includes('pdf'))).toEqual([])
  })
})

describe('where nothing can be written', () => {
  test('a report is read, and says why', async () => {
    const second = await library.window.openSecond()
    try {
      await second.page.evaluate((hash) => {
        globalThis.location.hash = hash
      }, `#/reports/${run}/post-mortem`)
      await second.page.locator('[data-section="verification"]').waitFor()
      await second.page
        .getByText(/Another Muster|writes/u)
        .first()
        .waitFor()
      expect(await second.page.locator('[data-field] :is(input, textarea, select)').count()).toBe(0)
      expect(await second.page.getByRole('button', { name: /review/u }).count()).toBe(0)
      expect(await second.page.getByRole('button', { name: /in the summary$/u }).count()).toBe(0)
    } finally {
      await second.close()
    }
  })
})

describe.each(['dark', 'light'] as const)('%s', (theme) => {
  test('axe finds nothing, with the export, the keys and a record open', async () => {
    const { page } = library.window
    await library.window.request('settings.set', { theme })
    await page.locator(`html[data-theme="${theme}"]`).waitFor({ state: 'attached' })
    await showReport('after-action', '/e3')
    const check = async (): Promise<void> => {
      expect(await accessibilityProblems(page, { colours: theme === 'light' })).toEqual([])
    }
    await page.locator('[data-record="3"]').waitFor()
    await page.getByRole('group', { name: 'Improvements' }).getByText('Add a row').click()
    await check()
    await page.locator('[data-section="steps"] h2').focus()
    await page.keyboard.press('e')
    await page.getByRole('region', { name: 'Export' }).waitFor()
    await check()
    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    await page.getByRole('region', { name: 'Keys' }).waitFor()
    await check()
    await page.keyboard.press('Escape')
  })
})
