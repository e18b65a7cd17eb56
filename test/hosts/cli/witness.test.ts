import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { wordsOf } from '../../../main/core/evidence/words.ts'
import { musterFolder, runbookText, type Folder } from './muster.ts'

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 90_000 })

let folder: Folder
beforeEach(() => {
  folder = musterFolder()
})
afterEach(async () => {
  await folder.remove()
})

const ONE_ITEM = runbookText(
  `### Look
\`\`\`yaml step
id: look
\`\`\`
- [ ] It is quiet
`,
)

async function events(): Promise<readonly string[]> {
  const { out } = await folder.muster(['show', 'last', '--events'])
  return out.trimEnd().split('\n')
}

test('in a run, words are shown, and who wrote them down is recorded', async () => {
  const file = folder.file('test.md', ONE_ITEM)
  const terminal = folder.terminal(['run', file, '--commander', 'ana', '--trust'])
  await terminal.sees('confirm, skip, mark')
  terminal.types('words')
  await terminal.sees('after event 1. Read these words')
  await terminal.sees('confirm, skip, mark')
  terminal.types('witness ana')
  await terminal.sees('How did they get them?')
  terminal.types('')
  await terminal.sees('A witness is somebody else')
  await terminal.sees('confirm, skip, mark')
  terminal.types('witness ben')
  await terminal.sees('How did they get them?')
  terminal.types('telephone')
  await terminal.sees('Recorded: ben has the words of event 1: ')
  const said = await terminal.sees('\n')
  terminal.types('pause')
  await terminal.sees('Signed. To read to somebody: ')
  await terminal.sees('The run is paused.')
  terminal.types('resume')
  await terminal.sees('confirm, skip, mark')
  terminal.types('c')
  await terminal.sees('Every step is settled.')
  terminal.types('finish')
  await terminal.sees('The run is finished.')
  await terminal.sees('Read these words')
  expect(await terminal.ended).toBe(0)

  const lines = await events()
  const [first = ''] = lines
  const { hash }: { hash: string } = JSON.parse(first)
  expect(said.trim()).toBe(wordsOf(hash).join(' '))
  const parsed: readonly unknown[] = lines.map((line): unknown => JSON.parse(line))
  expect(parsed).toContainEqual(
    expect.objectContaining({
      type: 'checkpoint.witnessed',
      data: { size: 1, head: hash, by: 'ben', how: 'telephone' },
    }),
  )
})

test('a run that is over is signed, witnessed by words read back, and a wrong word is found', async () => {
  const file = folder.file('test.md', ONE_ITEM)
  const answers = folder.file('answers.yaml', 'confirm: [look]\n')
  const run = await folder.muster(['run', file, '--answers', answers, '--trust'])
  expect(run.code, run.err).toBe(0)
  const note = join(folder.path, 'note')
  const shown = await folder.muster(['checkpoint', 'last', '--json', '-o', note])
  expect(shown.code, shown.err).toBe(0)
  const checkpoint: { size: number; words: string[]; note: string; why: string } = JSON.parse(
    shown.out,
  )
  expect(checkpoint.size).toBe((await events()).length)
  expect(checkpoint.why).toBe('close')
  expect(readFileSync(note, 'utf8')).toBe(checkpoint.note)
  // It overwrites nothing.
  expect(await folder.muster(['checkpoint', 'last', '-o', note])).toMatchObject({ code: 1 })

  const short = checkpoint.words.map((word) => word.slice(0, 4).toUpperCase()).join(', ')
  const by = ['--by', 'Grace', '--as', 'ana']
  const good = await folder.muster(['witness', 'last', ...by, '--words', short])
  expect(good.out).toContain(`Recorded: Grace has the words of event ${checkpoint.size}`)
  const wrong = [...checkpoint.words.slice(1), checkpoint.words[0]].join(' ')
  const bad = await folder.muster(['witness', 'last', ...by, '--words', wrong])
  expect(bad).toMatchObject({ code: 1 })
  expect(bad.err).toContain('No checkpoint of this run has these words')
  expect(await folder.muster(['witness', 'last'])).toMatchObject({ code: 2 })

  const last = (await events()).at(-1) ?? ''
  expect(JSON.parse(last)).toMatchObject({
    type: 'checkpoint.witnessed',
    checkpoint: createHash('sha256').update(checkpoint.note).digest('hex'),
    data: { size: checkpoint.size, by: 'Grace' },
  })
})

test('the key of the device is shown, replaced, and its file is private', async () => {
  const first = await folder.muster(['device'])
  expect(first.out).toContain('signs now')
  expect(first.out).toContain(join(folder.data, 'keys', 'device.pem'))
  const after = await folder.muster(['device', '--new-key', '--json'])
  const { keys }: { keys: { current: boolean; retiredAt?: number }[] } = JSON.parse(after.out)
  expect(keys.map(({ current }) => current)).toEqual([false, true])
  expect(keys[0]?.retiredAt).toBeGreaterThan(0)
})
