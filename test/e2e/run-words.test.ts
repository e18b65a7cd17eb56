import { afterAll, beforeAll, expect, test } from 'vitest'
import { wordsOf } from '../../main/core/evidence/words.ts'
import { accessibilityProblems } from '../harness/accessibility.ts'
import { followed, nextIs, openWindow, settled, type Window } from './run-support.ts'

/** The words of the record in a run that goes on, by keyboard. */

const BOOK = `---
runbook: 1
title: "Orders: promote the replica"
kind: failover
system: test
targets: { laptop: local }
---
# Orders: promote the replica

## Promote

### Promote

\`\`\`yaml step
id: promote
on: laptop
point-of-no-return: true
\`\`\`

\`\`\`bash run
echo promoted
\`\`\`
`

let window: Window
let run: string
beforeAll(async () => {
  window = await openWindow()
  ;({ run } = await window.start(BOOK, { mode: 'live' }))
})
afterAll(async () => {
  await window?.close()
})

async function witnessed() {
  return (await window.events(run)).filter(({ type }) => type === 'checkpoint.witnessed')
}

test('v signs what is recorded and shows its words, which stay while they are read; who took them is recorded', async () => {
  const { page } = window
  await nextIs(page, /./u)
  await page.keyboard.press('v')
  const list = page.getByRole('list', { name: /^The words of event/u })
  await list.waitFor()
  const events = await window.events(run)
  const words = await list.getByRole('listitem').allTextContents()
  // Something is recorded while they are read out: the words in the panel are still those that were begun.
  await window.request('runs.command', {
    run,
    actor: 'Ann',
    command: { type: 'note.add', kind: 'note', text: 'Meanwhile.' },
  })
  await followed(page, events.length + 1)
  await window.request('runs.checkpoint', { run })
  expect(await list.getByRole('listitem').allTextContents()).toEqual(words)
  await page.getByLabel('Who took them down').focus()
  await page.keyboard.type('Bob')
  await page.keyboard.press('Enter')
  await list.waitFor({ state: 'detached' })
  await settled(page)
  const [event] = await witnessed()
  if (event?.type !== 'checkpoint.witnessed') throw new Error('Nobody has the words.')
  expect(event).toMatchObject({ actor: 'Ann', data: { by: 'Bob', size: events.length } })
  expect(wordsOf(event.data.head)).toEqual(words)
})

test('whoever acts cannot vouch for their own record', async () => {
  const { page } = window
  const before = (await witnessed()).length
  await page.keyboard.press('v')
  await page.getByRole('list', { name: /^The words of event/u }).waitFor()
  await page.getByLabel('Who took them down').fill('  ann ')
  await page.getByLabel('Who took them down').press('Enter')
  await page.getByText('A witness is somebody else').waitFor()
  expect((await witnessed()).length).toBe(before)
  expect(await accessibilityProblems(page)).toEqual([])
  await page.keyboard.press('Escape')
  await page.getByRole('list', { name: /^The words of event/u }).waitFor({ state: 'detached' })
})

test('the words that stand above the timeline are those of the newest checkpoint, also before a point of no return', async () => {
  const { page } = window
  await settled(page)
  await page.keyboard.press('l')
  const strip = page.getByRole('region', { name: 'Signed words' })
  await strip.waitFor()
  await nextIs(page, 'Begin the step')
  await page.keyboard.press('Enter')
  await nextIs(page, /^Run/u)
  await page.keyboard.press('Enter')
  await page.getByText('Passed').first().waitFor()
  const newest = (await window.request('runs.checkpoints', { run, newest: true })).at(-1)
  expect(newest?.why).toBe('point-of-no-return')
  await strip.getByText(newest?.words.join(' ') ?? 'no words').waitFor()
  await page.getByRole('button', { name: `nobody has those of event ${newest?.size}` }).waitFor()
})
