import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { compose } from '../../main/hosts/compose.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'
import { until } from '../harness/until.ts'
import { openLibraryWindow, type LibraryWindow } from './window-support.ts'

/** What stands behind a run, done by a person in the window: each is then in the log, or gone from the disk. */

let library: LibraryWindow
let run: string
const files = temporaryFolder('evidence-files')

beforeAll(async () => {
  library = await openLibraryWindow()
  run = await finishedRun()
})
afterAll(async () => {
  await library?.close()
  files.remove()
})

/** A run with one recorded output, which is over. */
async function finishedRun(): Promise<string> {
  const { window } = library
  const started = await library.startRun()
  const send = async (
    command: Parameters<typeof window.request<'runs.command'>>[1]['command'],
  ): Promise<void> => {
    expect(
      await window.request('runs.command', { run: started, actor: 'Ann', command }),
    ).toMatchObject({ ok: true })
  }
  await send({ type: 'step.begin', step: 'queue' })
  await send({ type: 'block.run', block: 'queue/1' })
  await until('the output is recorded', async () =>
    (await window.events(started)).some(({ type }) => type === 'block.finished'),
  )
  await send({ type: 'run.finish', reason: 'Only a test.' })
  return started
}

async function newest(): Promise<{ size: number; words: string[]; note: string }> {
  const last = (await library.window.request('runs.checkpoints', { run })).at(-1)
  if (last === undefined) throw new Error('The run has no checkpoint.')
  return last
}

/** Shows the evidence of the run, up to everything that is recorded. */
async function showEvidence(): Promise<void> {
  await library.show(`#/evidence/${run}`)
  await library.window.page.locator(`[data-evidence="${run}"]`).waitFor()
}

test('the words of the newest checkpoint are there to be read, and who took them is recorded', async () => {
  const { page } = library.window
  await showEvidence()
  const { words, size } = await newest()
  const list = page.getByRole('list', { name: `The words of event ${size}` })
  expect(await list.getByRole('listitem').allTextContents()).toEqual(words)
  const form = page.getByRole('form', { name: 'Who took the words down' })
  await form.getByLabel('Who took them down').fill('Ann')
  await form.getByRole('button', { name: 'Record it' }).click()
  await form.getByText('A witness is somebody else').waitFor()
  await form.getByLabel('Who took them down').fill('Bob')
  await form.getByLabel('How').fill('by telephone')
  await form.getByRole('button', { name: 'Record it' }).click()
  await form.getByText(`Recorded: Bob has the words of event ${size}.`).waitFor()
  await page.getByText('Bob has the words (by telephone)').waitFor()
  expect((await library.window.events(run)).at(-1)).toMatchObject({
    type: 'checkpoint.witnessed',
    actor: 'Ann',
    data: { size, by: 'Bob', how: 'by telephone' },
  })
})

test('words that are read back are found, or said to be of no checkpoint', async () => {
  const { page } = library.window
  await showEvidence()
  const { words, size } = await newest()
  const field = page.getByLabel('Words that a witness reads back')
  await field.fill(words.map((word) => word.slice(0, 4).toUpperCase()).join(', '))
  await page.getByText(`These are the words of event ${size}`).waitFor()
  await field.fill('abandon ability able about above absent absorb abstract')
  await page.getByText('No checkpoint of this run has these words').waitFor()
  await field.fill('abandon ability able about above absent absorb musterword')
  await page.getByText('These are not eight words of the list').waitFor()
})

test('a second Muster signs the checkpoint, and so does an SSH key; what does not hold is refused', async () => {
  const { page } = library.window
  await showEvidence()
  const { note, size } = await newest()
  const folder = temporaryFolder('second-laptop')
  const other = compose({ data: folder.path, host: 'cli', version: '0', folders: [] })
  onTestFinished(async () => {
    await other.close()
    folder.remove()
  })
  const signed = await other.engine
    .connect({ push: () => undefined })
    .request('device.countersign', { note })
  await page.getByText('Signatures of others').click()
  const form = page.getByRole('form', { name: 'Add a signature' })
  await form.getByLabel('The checkpoint with their signature').fill(note)
  await form.getByLabel('Their public key').fill(signed.key)
  await form.getByRole('button', { name: 'Add the signature' }).click()
  await page.getByText('has not signed this.').waitFor()
  await form.getByLabel('The checkpoint with their signature').fill(signed.note)
  await form.getByRole('button', { name: 'Add the signature' }).click()
  await page.getByText(/^Recorded: .* signed up to event/u).waitFor()

  const key = join(files.path, 'key')
  const checkpoint = join(files.path, 'checkpoint')
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'bob', '-f', key])
  writeFileSync(checkpoint, note)
  execFileSync('ssh-keygen', ['-Y', 'sign', '-n', 'muster-checkpoint', '-f', key, checkpoint], {
    stdio: 'ignore',
  })
  await form.getByLabel('Signed by').selectOption('An SSH key')
  await form.getByLabel('The signature').fill(readFileSync(`${checkpoint}.sig`, 'utf8'))
  await form.getByRole('button', { name: 'Add the signature' }).click()
  await page.getByText('signed it with an SSH key').waitFor()
  const kinds = (await library.window.events(run)).flatMap((event) =>
    event.type === 'checkpoint.countersigned' ? [`${event.data.kind} ${event.data.size}`] : [],
  )
  expect(kinds).toEqual([`muster ${size}`, `ssh ${size}`])
})

test('verifying says what holds, who vouches for it, what the words that are held say, and what cannot be known', async () => {
  const { page } = library.window
  const { words } = await newest()
  await library.show(`#/verify/${run}`)
  await page.getByText('The record holds together.').waitFor()
  const result = page.getByRole('region', { name: 'Result' })
  await result.getByText(/Bob has the words of event \d+, says the record/u).waitFor()
  expect(await result.getByText('Make sure that it is their key.').count()).toBe(2)
  expect(
    await result.getByRole('heading', { name: 'What cannot be known from this' }).count(),
  ).toBe(1)
  await page.getByText('What you have from elsewhere').click()
  await page.getByLabel('Words that somebody wrote down').fill(words.join(' '))
  await page.getByRole('button', { name: 'Verify', exact: true }).click()
  await result.getByText(/The words you hold are those of event \d+/u).waitFor()
  await page
    .getByLabel('Words that somebody wrote down')
    .fill('abandon ability able about above absent absorb abstract')
  await page.getByRole('button', { name: 'Verify', exact: true }).click()
  await page.getByText('The record does not hold together').waitFor()
})

test('a bundle is verified from its file and from its path; a changed one is found out; no bundle is said to be none', async () => {
  const { page } = library.window
  const { path } = await library.window.request('exports.write', {
    run,
    format: 'bundle',
    report: 'post-mortem',
    zone: 'UTC',
    path: join(files.path, 'run.zip'),
    ticket: 'bundle',
  })
  await library.show('#/verify')
  await page.getByLabel('A bundle').check()
  await page.getByLabel('File of a bundle').setInputFiles(path)
  const verify = page.getByRole('button', { name: 'Verify', exact: true })
  await verify.click()
  await page.getByText('The record holds together.').waitFor()

  const unpacked = join(files.path, 'unpacked')
  execFileSync('python3', ['-m', 'zipfile', '-e', path, unpacked])
  const log = join(unpacked, 'events.jsonl')
  writeFileSync(log, readFileSync(log, 'utf8').replace('Only a test.', 'Quite a test'))
  await page.getByRole('button', { name: 'Choose another' }).click()
  await page.getByLabel('Or its path').fill(unpacked)
  await verify.click()
  await page
    .getByText(/The record does not hold together: \d+ problems?, from event \d+ on/u)
    .waitFor()

  const stranger = join(files.path, 'stranger.zip')
  writeFileSync(stranger, 'no zip at all')
  await page.getByLabel('File of a bundle').setInputFiles(stranger)
  await verify.click()
  await page.getByText(/This cannot be checked\./u).waitFor()
})

test('an output is taken out with who, what and why; the bytes are gone and the record still verifies', async () => {
  const { page } = library.window
  const finished = (await library.window.events(run)).find(({ type }) => type === 'block.finished')
  if (finished?.type !== 'block.finished') throw new Error('There is no output.')
  await showEvidence()
  await page.getByRole('button', { name: `Take out the output of event ${finished.seq}` }).click()
  const form = page.getByRole('form', { name: `Take out the output of event ${finished.seq}` })
  // What cannot be taken out is said before.
  await form.getByText('The event itself still has what its expectations saw').waitFor()
  await form.getByLabel('A secret').check()
  await form.getByLabel('Why').fill('a token of the queue')
  await form.getByRole('button', { name: 'Take it out for good' }).click()
  await page.getByText('Taken out by Ann').waitFor()
  const { sha256 } = finished.data.stdout ?? {}
  expect((await library.window.events(run)).at(-1)).toMatchObject({
    type: 'output.redacted',
    actor: 'Ann',
    data: { event: finished.seq, sha256, kind: 'secret', reason: 'a token of the queue' },
  })
  await expect(
    library.window.request('runs.output', { run, sha256: sha256 ?? '', offset: 0, length: 100 }),
  ).rejects.toThrow(/took this output out/u)
  await library.show(`#/verify/${run}`)
  await page.getByText('The record holds together.').waitFor()
  await page
    .getByText(`Ann took an output of event ${finished.seq} out (secret): “a token of the queue”`)
    .waitFor()
})

test('settings show the fingerprint of the key, which a new one replaces', async () => {
  const { page } = library.window
  const before = await library.window.request('device.get', {})
  const shown = async (): Promise<string> =>
    ((await page.locator('[data-fingerprint]').textContent()) ?? '').replaceAll(' ', '')
  await library.show('#/settings')
  await page.locator('[data-fingerprint]').waitFor()
  expect(await shown()).toBe(before.keys.at(-1)?.fingerprint)
  await page.getByRole('button', { name: 'Make a new key…' }).click()
  await page.getByRole('button', { name: 'Make a new key', exact: true }).click()
  await page.getByText('1 earlier key').waitFor()
  const after = await library.window.request('device.get', {})
  expect(after.keys.length).toBe(2)
  expect(await shown()).toBe(after.keys.at(-1)?.fingerprint)
  await library.show(`#/verify/${run}`)
  await page.getByText('The record holds together.').waitFor()
})

test('how long runs are kept is set by mode, in days', async () => {
  const { page } = library.window
  await library.show('#/settings')
  const field = page.getByLabel('Live', { exact: true })
  await field.fill('0')
  await page.getByText('A whole number of days from 1 to').waitFor()
  await field.fill('730')
  await field.press('Enter')
  await page.getByRole('button', { name: 'Show what is due' }).click()
  await page.getByText('Nothing is due.').waitFor()
  expect((await library.window.request('settings.get', {})).retention).toEqual({ live: 730 })
  await field.fill('')
  await field.press('Enter')
  await page.getByRole('button', { name: 'Show what is due' }).waitFor({ state: 'detached' })
  expect((await library.window.request('settings.get', {})).retention).toEqual({})
})

test('a run that is over is deleted for a reason, and a signed note stays', async () => {
  const { page } = library.window
  await showEvidence()
  await page.getByText('Delete “Checkout is slow”…').click()
  const form = page.getByRole('form', { name: 'Delete this run' })
  await form.getByLabel('Why').fill('a rehearsal only')
  expect(await form.getByRole('button', { name: 'Delete the run' }).isDisabled()).toBe(true)
  await form.getByLabel('I know that this cannot be taken back').check()
  await form.getByRole('button', { name: 'Delete the run' }).click()
  await page.waitForFunction(() => globalThis.location.hash === '#/runs')
  expect(await library.window.request('runs.list', { limit: 10 })).toEqual([])
  await library.show('#/settings')
  await page.getByText('Deleted runs (1)').click()
  await page.getByText('by Ann: “a rehearsal only”').waitFor()
  expect(await library.window.request('runs.deleted', {})).toMatchObject([
    { signed: true, tombstone: { run, by: 'Ann', reason: 'a rehearsal only' } },
  ])
  // Its address says so in words.
  await library.show(`#/evidence/${run}`)
  await page.getByText('This record cannot be read').waitFor()
})
