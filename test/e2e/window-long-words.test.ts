import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Locator } from 'playwright-core'
import { openWindow, type Window as MusterWindow } from './run-support.ts'

/** Long titles, names and words without a break make nothing wider than the window: what is to be pressed stays in it. */

const LONG =
  'Fail over the orders database of the European region to its replica and tell everybody'
const NAME = 'Ann with quite a long name indeed, von und zu Hohenstein-Schillingsfürst'

const RUNBOOK = `---
runbook: 1
title: "${LONG} ${LONG}"
kind: failover
objectives: { rto: 15m }
targets: { laptop: local }
---
# ${LONG} ${LONG}

## ${LONG}

### ${'a_word_without_any_break_in_it'.repeat(6)}

\`\`\`bash run on=laptop
echo "${'x'.repeat(500)}"
\`\`\`
`

let window: MusterWindow
let run: string
beforeAll(async () => {
  window = await openWindow()
  const { path } = await window.start(RUNBOOK)
  const { sha256 } = await window.request('library.read', { path })
  const started = await window.request('runs.start', {
    path,
    sha256,
    mode: 'live',
    inputs: {},
    commander: NAME,
    acceptContent: true,
    severity: 'SEV1',
  })
  run = started.run
  await window.page.evaluate((hash) => {
    globalThis.location.hash = hash
  }, `#/runs/${run}`)
  await window.page.getByRole('button', { name: `Acting as ${NAME}` }).waitFor()
})
afterAll(async () => {
  await window?.close()
})

async function rightEdge(locator: Locator): Promise<number> {
  await locator.waitFor()
  const box = await locator.boundingBox()
  return box === null ? Infinity : box.x + box.width
}

test('on the run screen the end of the run is in reach', async () => {
  const { page } = window
  expect(await rightEdge(page.getByRole('button', { name: 'End…' }))).toBeLessThanOrEqual(1280)
  expect(
    await rightEdge(page.getByRole('button', { name: 'Acting as' })),
    'who acts',
  ).toBeLessThanOrEqual(1280)
  const title = await page.getByRole('heading', { level: 1 }).boundingBox()
  expect(title?.width).toBeGreaterThan(200)
})

test.each([
  ['#/library', 'Search runbooks'],
  ['#/runs', 'State'],
  ['#/verify', 'A run on this laptop'],
  ['#/evidence', 'Read this to someone'],
  ['#/settings', 'How long runs are kept'],
])('%s is as wide as the window', async (address, ready) => {
  const { page } = window
  await page.evaluate(
    (hash) => {
      globalThis.location.hash = hash
    },
    address === '#/evidence' ? `#/evidence/${run}` : address,
  )
  const main = page.getByRole('main')
  await main.getByText(ready).or(main.getByPlaceholder(ready)).first().waitFor()
  expect(await rightEdge(main)).toBeLessThanOrEqual(1280)
  expect(await rightEdge(page.getByRole('timer').first())).toBeLessThanOrEqual(1280)
})
