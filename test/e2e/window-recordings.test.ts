import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityProblems } from '../harness/accessibility.ts'
import { until } from '../harness/until.ts'
import { openWindow, type Window } from './run-support.ts'

/** What was recorded in a run, watched by a person: with the keyboard, by marks, from the timeline on. */

const BOOK = `---
runbook: 1
title: Look around
kind: maintenance
targets: { laptop: local }
---
# Look around

## Phase

### Look

\`\`\`yaml step
id: look
on: laptop
\`\`\`

\`\`\`bash run pty=true
printf '\\033]0;owned\\007'; for i in first second third; do printf '\\033[32m%s\\033[0m line\\n' "$i"; sleep 0.4; done
\`\`\`

\`\`\`bash run
echo the customer is called Ines
\`\`\`

\`\`\`bash run
head -c 9000000 /dev/zero | tr '\\0' 'x'; echo; echo end
\`\`\`

\`\`\`bash run
true
\`\`\`
`

let window: Window
let run: string
beforeAll(async () => {
  window = await openWindow()
  ;({ run } = await window.start(BOOK))
  await send({ type: 'step.begin', step: 'look' })
  for (const block of ['look/1', 'look/2', 'look/3', 'look/4']) await execute(block)
  const secret = await finished('look/2')
  if (secret.data.stdout === undefined) throw new Error('Nothing was printed.')
  await send({
    type: 'output.redact',
    event: secret.seq,
    sha256: secret.data.stdout.sha256,
    kind: 'customer',
    reason: 'a customer is named',
  })
})
afterAll(() => window?.close())

type Command = Parameters<typeof window.request<'runs.command'>>[1]['command']

async function send(command: Command): Promise<void> {
  const result = await window.request('runs.command', { run, actor: 'Ann', command })
  expect(result).toMatchObject({ ok: true })
}

async function finished(block: string) {
  return await until(`${block} has ended`, async () =>
    (await window.events(run)).find(
      (event) => event.type === 'block.finished' && event.data.block === block,
    ),
  ).then((event) => {
    if (event.type !== 'block.finished') throw new Error('not a result')
    return event
  })
}

async function execute(block: string): Promise<void> {
  await send({ type: 'block.run', block })
  if (block === 'look/1') await send({ type: 'note.add', kind: 'note', text: 'It has begun.' })
  await finished(block)
}

async function show(address: string): Promise<void> {
  await window.page.evaluate((hash) => {
    globalThis.location.hash = hash
  }, address)
}

/** Shows the recording of a block, from its beginning, when all of it is read. */
async function watch(block: string): Promise<void> {
  // What is shown may have gone on from the recording that the address names.
  await show('#/settings')
  await window.page.getByLabel('Your name').waitFor()
  await show(`#/recording/${run}/label/${encodeURIComponent(`${block}#1`)}`)
  await window.page.locator(`[data-recording="${block}#1"]`).waitFor()
  await window.page.locator('[data-complete]').waitFor()
}

/** What stands on the screen, as a screen reader finds it when it is still. */
async function reads(text: string): Promise<string> {
  const tree = window.page.locator('.xterm-accessibility-tree')
  return await until(`the screen shows “${text}”`, async () => {
    const shown = await tree.innerText().catch(() => '')
    return shown.includes(text) && shown
  })
}

/** Resolves when it has been there, for however short: a block of a few milliseconds is played in as few. */
async function appears(selector: string): Promise<void> {
  await window.page.evaluate(
    (wanted) =>
      new Promise<void>((resolve) => {
        const observer = new MutationObserver(() => {
          if (document.querySelector(wanted) === null) return
          observer.disconnect()
          resolve()
        })
        observer.observe(document.body, { subtree: true, childList: true, attributes: true })
      }),
    selector,
  )
}

async function playerAt(): Promise<number> {
  return Number(await window.page.locator('[data-at]').getAttribute('data-at'))
}

describe('the player', () => {
  test('plays by the keyboard alone, at the time at which it came, and goes on with what follows', async () => {
    const { page } = window
    await watch('look/1')
    await page.keyboard.press('End')
    await reads('third line')
    await page.keyboard.press('Home')
    await page.keyboard.press('+')
    await page.keyboard.press('+')
    expect(await page.getByLabel('Speed').inputValue()).toBe('4')
    const next = appears('[data-recording="look/2#1"]')
    await page.keyboard.press('Space')
    await next
    await page.keyboard.press('Space')
    expect(await page.title()).toBe('Recording · Muster')
  })

  test('seeks by keys and by the slider, forward and back', async () => {
    const { page } = window
    await watch('look/1')
    await page.keyboard.press('End')
    await reads('third line')
    await page.keyboard.press('Home')
    await until('it is at the beginning', async () => (await playerAt()) === 0)
    await until('nothing of later is left', async () => {
      const text = await page.locator('.xterm-accessibility-tree').innerText()
      return !text.includes('third')
    })
    await page.getByLabel('Time').focus()
    for (let times = 0; times < 8; times++) await page.keyboard.press('ArrowRight')
    expect(await playerAt()).toBe(800)
    await page.keyboard.press('End')
    await reads('third line')
  })

  test('goes from mark to mark, says which was passed, and shows the moment in both times', async () => {
    const { page } = window
    await watch('look/1')
    await page.keyboard.press(']')
    const mark = page.getByRole('button', { name: 'It has begun.' })
    await until(
      'the mark is the current one',
      async () => (await mark.getAttribute('aria-current')) === 'true',
    )
    await page.keyboard.press(']')
    await page.locator('[data-recording="look/2#1"]').waitFor()
    await page.keyboard.press('[')
    await page.locator('[data-recording="look/1#1"]').waitFor()
    await page
      .getByText(/\d\d:\d\d:\d\d UTC/u)
      .first()
      .waitFor()
    await page.getByText(/\d\d:\d\d:\d\d here/u).waitFor()
  })

  test('says what was taken out, what printed nothing, and what is too much for a window', async () => {
    const { page } = window
    await watch('look/2')
    await page.getByText('Output taken out by Ann: a customer is named.').waitFor()
    await watch('look/4')
    await page.getByText('It printed nothing.').waitFor()
    await watch('look/3')
    await page.getByText(/^Only the beginning is shown here, 8\.4 MB of 9\.0 MB/u).waitFor()
    await page.getByText(/muster export \S+ --format cast --recording \d+/u).waitFor()
  })
})

describe('a recording is opened', () => {
  test('from an attempt and from the timeline of the run', async () => {
    const { page } = window
    await show(`#/runs/${run}/look`)
    await page.locator(`[data-run="${run}"]`).waitFor()
    const block = page.getByRole('link', { name: 'Watch it' }).first()
    await block.focus()
    await page.keyboard.press('Enter')
    await page.locator('[data-recording="look/1#1"]').waitFor()
    await page.goBack()
    await page.locator(`[data-run="${run}"]`).waitFor()
    if (!(await page.getByRole('log').isVisible())) await page.keyboard.press('l')
    const note = (await window.events(run)).find(({ type }) => type === 'note.added')
    const link = page.getByRole('link', { name: `Watch from event ${note?.seq} on` })
    await link.scrollIntoViewIfNeeded()
    await link.press('Enter')
    await page.locator('[data-recording="look/1#1"]').waitFor()
    await page.locator('[data-complete]').waitFor()
    expect(await playerAt()).toBeGreaterThan(0)
  })

  test('from the list of runs, when the run is over; and a run without any says so', async () => {
    const { page } = window
    await send({ type: 'run.finish', reason: 'enough' })
    await show('#/runs')
    await page.getByRole('link', { name: /^Watch Look around/u }).press('Enter')
    await page.getByRole('region', { name: 'Recording 1 of 4' }).waitFor()
    const { run: empty } = await window.start(BOOK)
    await show(`#/recording/${empty}`)
    await page.getByText('Nothing was recorded in this run').waitFor()
    await show('#/recording/no-such-run')
    await page
      .getByRole('alert')
      .getByText('What was recorded in this run cannot be read')
      .waitFor()
  })
})

test.each(['dark', 'light'] as const)('nobody is kept from it, %s', async (theme) => {
  const { page } = window
  await window.request('settings.set', { theme })
  await page.locator(`html[data-theme="${theme}"]`).waitFor({ state: 'attached' })
  await watch('look/2')
  for (const size of [
    { width: 1280, height: 720 },
    { width: 1920, height: 1080 },
  ]) {
    await page.setViewportSize(size)
    expect(await accessibilityProblems(page)).toEqual([])
  }
})
