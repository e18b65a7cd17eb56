import { createHash } from 'node:crypto'
import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { EventData } from '../../main/core/run/events.ts'
import { png } from '../core/files/pictures.ts'
import { accessibilityProblems } from '../harness/accessibility.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'
import { until } from '../harness/until.ts'
import { openWindow, type Window } from './run-support.ts'

/** Files for a run: chosen, dropped and pasted in a real browser, and looked at without letting them act. */

const files = temporaryFolder('attached-files')
let window: Window
let run: string

const BOOK = `---
runbook: 1
title: Look into it
kind: incident
targets: { laptop: local }
---
# Look into it

## Look

### Look at the graph

- [ ] It stands still

### Tell somebody

- [ ] Somebody knows
`

function file(name: string, content: string | Uint8Array): string {
  const path = join(files.path, name)
  writeFileSync(path, content)
  return path
}

beforeAll(async () => {
  window = await openWindow()
  // Choosers are caught from now on, and not only once the first key that opens one is on its way.
  window.page.on('filechooser', () => undefined)
})
afterAll(async () => {
  await window?.close()
  files.remove()
})
beforeEach(async () => {
  ;({ run } = await window.start(BOOK))
  // The bench is a small screen, on which the timeline is folded at first.
  await window.page.getByRole('button', { name: 'Unfold the timeline' }).click()
})

type Added = EventData<'attachment.added'>

async function added(count: number): Promise<readonly Added[]> {
  return await until(`${count} attachments are recorded`, async () => {
    const events = await window.events(run)
    const found = events.flatMap((event) => (event.type === 'attachment.added' ? event.data : []))
    return found.length >= count && found
  })
}

const dialog = () => window.page.getByRole('dialog')

async function lookAt(name: string): Promise<void> {
  await window.page
    .locator('[data-region="timeline"] [data-type="attachment.added"]')
    .filter({ hasText: name })
    .getByRole('button', { name: 'Look at it' })
    .click()
  await dialog().waitFor()
}

/** A paste as the browser makes it: the data of the event, without what the system's clipboard would do to it. */
async function paste(
  items: readonly { readonly type: string; readonly name?: string; readonly base64: string }[],
): Promise<boolean> {
  return await window.page.evaluate((given) => {
    const data = new DataTransfer()
    for (const { type, name, base64 } of given) {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
      if (name === undefined) data.setData(type, new TextDecoder().decode(bytes))
      else data.items.add(new File([bytes], name, { type }))
    }
    const event = new ClipboardEvent('paste', {
      clipboardData: data,
      bubbles: true,
      cancelable: true,
    })
    return !(document.activeElement ?? document.body).dispatchEvent(event)
  }, items)
}

test('a screenshot is pasted from the real clipboard, said what it shows, and kept with the step', async () => {
  const { page } = window
  const shot = png(320, 200)
  await page.bringToFront()
  await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
    const item = new ClipboardItem({ 'image/png': new Blob([bytes], { type: 'image/png' }) })
    await navigator.clipboard.write([item])
  }, shot.toString('base64'))
  await page.keyboard.press('Control+V')
  const panel = page.locator('[data-panel]')
  await panel.getByRole('img').waitFor()
  expect(await panel.textContent()).toContain('320 × 200 pixels')
  // The caption has the focus: words and Enter are enough.
  await page.locator('[data-panel] input:focus').waitFor()
  await page.keyboard.type('Replication stands still')
  await page.keyboard.press('Enter')
  const [attachment] = await added(1)
  expect(attachment).toMatchObject({
    mediaType: 'image/png',
    caption: 'Replication stands still',
    step: expect.stringMatching(/graph/u),
  })
  expect(attachment?.name).toMatch(/^screenshot \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.png$/u)
  await page.getByRole('region', { name: 'Attachments of the step' }).waitFor()
  await lookAt('screenshot')
  const picture = dialog().getByRole('img', { name: 'Replication stands still' })
  await picture.waitFor()
  expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(320)
  expect(await picture.getAttribute('src')).toMatch(/^data:image\/png;base64,/u)
  await page.keyboard.press('Escape')
  await dialog().waitFor({ state: 'detached' })
})

test('a file is chosen with the keyboard alone, for the whole run, and saved as it came', async () => {
  const { page } = window
  const text = `first line\n\u001B[31mred\u001B[0m \u202Edesrever\u202C\n${'more\n'.repeat(200_000)}`
  const path = file('app.log', text)
  await page.keyboard.press('A')
  await page.locator('[data-panel] input[type=file]:focus').waitFor()
  const chooser = page.waitForEvent('filechooser')
  await page.keyboard.press('Enter')
  await (await chooser).setFiles(path)
  await page.locator('[data-panel] input:focus').waitFor()
  await page.getByLabel('Belongs to').selectOption({ label: 'The whole run' })
  await page.getByRole('button', { name: 'Attach Enter' }).press('Enter')
  const [attachment] = await added(1)
  expect(attachment).toMatchObject({ name: 'app.log', mediaType: 'text/plain' })
  expect(attachment?.step).toBeUndefined()
  expect(attachment?.caption).toBeUndefined()
  expect(attachment?.sha256).toBe(createHash('sha256').update(text).digest('hex'))

  await lookAt('app.log')
  const shown = dialog().getByRole('region', { name: 'Text of app.log' })
  await shown.waitFor()
  // Controls and marks that turn the direction are seen as what they are.
  expect(await shown.textContent()).toContain('␛[31mred␛[0m ‹U+202E›desrever‹U+202C›')
  expect((await shown.textContent())?.length).toBeLessThan(140_000)
  await dialog().getByRole('button', { name: 'Later' }).click()
  await dialog()
    .getByText(/131\.1 kB to/u)
    .waitFor()
  const download = page.waitForEvent('download')
  await dialog().getByRole('button', { name: 'Save a copy' }).click()
  const saved = await download
  expect(saved.suggestedFilename()).toBe('app.log')
  expect(readFileSync(await saved.path(), 'utf8')).toBe(text)
  await page.keyboard.press('Escape')
})

test('files are dropped anywhere on the run; a second one joins them, one too large is said at once', async () => {
  const { page } = window
  const over = file('over.bin', '')
  truncateSync(over, 100_000_001)
  await page.evaluate(() => {
    const data = new DataTransfer()
    data.items.add(new File(['one'], 'one.txt'))
    const at = document.querySelector('[data-region="step"]') ?? document.body
    const send = (type: string): boolean =>
      at.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }))
    send('dragenter')
    send('dragover')
    Object.assign(globalThis, { dropped: data })
  })
  await page.getByText('Let go to attach it to this run').waitFor()
  const prevented = await page.evaluate(() => {
    const dataTransfer: unknown = Reflect.get(globalThis, 'dropped')
    if (!(dataTransfer instanceof DataTransfer)) throw new Error('nothing is held')
    return !document.body.dispatchEvent(
      new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }),
    )
  })
  expect(prevented).toBe(true)
  await page.getByText('Let go to attach it to this run').waitFor({ state: 'detached' })
  await page.locator('[data-panel]').getByText('one.txt').waitFor()
  expect(
    await paste([
      { type: 'text/html', name: 'two.html', base64: btoa('<script>alert(1)</script>') },
    ]),
  ).toBe(true)
  await page.locator('[data-panel]').getByText('two.html').waitFor()
  await page.getByRole('button', { name: 'Attach 2 files' }).click()
  expect((await added(2)).map(({ name, mediaType }) => [name, mediaType])).toEqual([
    ['one.txt', 'text/plain'],
    ['two.html', 'text/plain'],
  ])

  await page.keyboard.press('A')
  await page.locator('[data-panel] input[type=file]').setInputFiles(over)
  await page.getByText('At most 100.0 MB are kept with a run').waitFor()
  expect(await page.getByRole('button', { name: /^Attach Enter/u }).isDisabled()).toBe(true)
  await page.keyboard.press('Escape')
  expect(await added(2)).toHaveLength(2)
})

test('text on the clipboard goes where it is pasted, also beside a picture of it', async () => {
  const { page } = window
  await page.keyboard.press('n')
  await page.locator('textarea:focus').waitFor()
  const cells = [
    { type: 'text/plain', base64: btoa('1\t2') },
    { type: 'image/png', name: 'image.png', base64: png(9, 9).toString('base64') },
  ]
  expect(await paste(cells)).toBe(false)
  expect(await page.locator('[data-panel]').count()).toBe(0)
  await page.keyboard.press('Escape')
})

test('hostile files are looked at without anything happening', async () => {
  const { page } = window
  let happened = 0
  page.on('dialog', (asked) => {
    happened += 1
    void asked.dismiss()
  })
  const outside: string[] = []
  page.on('request', (request) => {
    if (!/^(?:http:\/\/127\.0\.0\.1|data:|blob:)/u.test(request.url())) outside.push(request.url())
  })
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script><image href="https://example.com/x"/></svg>'
  const hostile: readonly (readonly [string, string | Uint8Array, string | RegExp])[] = [
    ['logo.svg', svg, '<script>alert(1)</script>'],
    ['picture.png', svg, 'Its name says PNG picture; its bytes are text.'],
    ['page.html', '<!doctype html><img src=x onerror=alert(1)>', 'onerror=alert(1)'],
    ['huge.png', png(60_000, 60_000, 1), '60000 × 60000 pixels large'],
    // The checksum of its header is wrong.
    ['broken.png', png(500, 400).fill(0, 29, 33), 'It cannot be decoded'],
    ['no-size.jpg', Buffer.from([0xff, 0xd8, 0xff, 0xd9]), 'does not say how large it is'],
    [
      'both.html',
      Buffer.concat([png(30, 20), Buffer.from('<script>alert(1)</script>')]),
      '30 × 20',
    ],
    ['bomb.zip', Buffer.from('PK\u0003\u0004\u0000\u0000'), 'not opened here'],
    ['empty.txt', '', 'The file is empty.'],
    ['evil\u202Egpj.exe', 'MZ', /^evilgpj\.exe/u],
  ]
  for (const [name, content] of hostile) {
    await page.keyboard.press('A')
    await page.locator('[data-panel] input[type=file]').setInputFiles(file(name, content))
    await page.locator('[data-panel] input:focus').waitFor()
    await page.keyboard.press('Enter')
    await page.locator('[data-panel]').waitFor({ state: 'detached' })
  }
  const kept = await added(hostile.length)
  expect(kept.map(({ name }) => name)).toContain('evilgpj.exe')
  for (const [name, , words] of hostile) {
    await lookAt(name.replace('\u202E', ''))
    await dialog().getByText(words).first().waitFor()
    await page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'detached' })
  }
  expect(happened).toBe(0)
  expect(outside).toEqual([])
})

test('a run that is over takes files on its screen and on the one with its evidence, and they can be taken out', async () => {
  const { page } = window
  await window.request('runs.command', {
    run,
    actor: 'Ann',
    command: { type: 'run.finish', reason: 'It was the monitor.' },
  })
  await page.getByRole('button', { name: 'Attach a file…' }).click()
  await page
    .locator('[data-panel] input[type=file]')
    .setInputFiles(file('late.txt', 'the day after'))
  await page.locator('[data-panel] input:focus').waitFor()
  await page.keyboard.type('What the provider wrote')
  await page.keyboard.press('Enter')
  await added(1)

  await page.evaluate((id) => {
    globalThis.location.hash = `#/evidence/${id}`
  }, run)
  const section = page.getByRole('region', { name: 'Attachments' })
  await section.locator('[data-attachment-of]').filter({ hasText: 'late.txt' }).waitFor()
  await section.getByRole('button', { name: 'Attach a file…' }).click()
  await section.locator('input[type=file]').setInputFiles(file('list.txt', 'Zqxwv Pellington'))
  await section.getByRole('button', { name: 'Attach Enter' }).click()
  await added(2)
  const [, event] = (await window.events(run)).filter(({ type }) => type === 'attachment.added')
  await section.getByRole('button', { name: /Look at list\.txt/u }).click()
  await dialog().getByText('Zqxwv Pellington').waitFor()
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: `Take out the output of event ${event?.seq}` }).click()
  await page.getByLabel('Personal data').check()
  await page.getByRole('textbox', { name: 'Why' }).first().fill('A customer is named.')
  await page.getByRole('button', { name: 'Take it out for good' }).click()
  await section.getByText('Taken out').waitFor()
  expect(await window.request('runs.verify', { run })).toMatchObject({ ok: true, redacted: 1 })
})

test('a transfer that the engine does not survive leaves nothing, and can be tried again', async () => {
  const { page } = window
  // The page hands over pieces one after the other; the second one is never answered.
  await page.evaluate(() => {
    let pieces = 0
    const send: unknown = Reflect.get(WebSocket.prototype, 'send')
    if (typeof send !== 'function') throw new Error('This page has no sockets.')
    const value = function (this: WebSocket, data: unknown): void {
      if (typeof data === 'string' && data.includes('"attachments.piece"') && ++pieces === 2) return
      Reflect.apply(send, this, [data])
    }
    Object.defineProperty(WebSocket.prototype, 'send', { value })
  })
  await page.keyboard.press('A')
  const large = file('large.bin', Buffer.alloc(3_000_000, 7))
  await page.locator('[data-panel] input[type=file]').setInputFiles(large)
  await page.locator('[data-panel] input:focus').waitFor()
  await page.keyboard.press('Enter')
  const list = page.getByRole('region', { name: 'Files on their way' })
  await list.getByText('786.4 kB of 3.0 MB are there').waitFor()
  // The run is not held up by it.
  await page.keyboard.press('j')
  await window.kill()
  await list.getByRole('alert').waitFor()
  expect(await list.textContent()).toContain('large.bin was not attached')
  await window.killAndRestart()
  await page.locator(`[data-run="${run}"]`).waitFor()
  expect((await window.events(run)).some(({ type }) => type === 'attachment.added')).toBe(false)
})

test.each(['dark', 'light'] as const)(
  'axe finds nothing in the panel, the list and the preview (%s)',
  async (theme) => {
    const { page } = window
    await window.request('settings.set', { theme })
    await page.locator(`html[data-theme="${theme}"]`).waitFor({ state: 'attached' })
    const check = async (part: string): Promise<void> => {
      expect(await accessibilityProblems(page, { within: part })).toEqual([])
    }
    await page.keyboard.press('A')
    await check('[data-panel]')
    await page.locator('[data-panel] input[type=file]').setInputFiles(file('axe.png', png(200, 90)))
    await page.locator('[data-panel] img').waitFor()
    await check('[data-panel]')
    await page.keyboard.type('A caption')
    await page.keyboard.press('Enter')
    await added(1)
    await check('[data-region="step"]')
    await lookAt('axe.png')
    await dialog().getByRole('img').waitFor()
    await check('dialog')
    await page.keyboard.press('Escape')
  },
)
