import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
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

test('a bundle is checked without a data folder, and what somebody kept is compared with run and bundle', async () => {
  const file = folder.file('test.md', ONE_ITEM)
  const answers = folder.file('answers.yaml', 'confirm: [look]\n')
  const ran = await folder.muster(['run', file, '--answers', answers, '--trust'])
  expect(ran.code, ran.err).toBe(0)
  const note = join(folder.path, 'note')
  const shown = await folder.muster(['checkpoint', 'last', '--json', '-o', note])
  const { words }: { words: string[] } = JSON.parse(shown.out)
  const bundle = join(folder.path, 'run.zip')
  const exported = await folder.muster(['export', 'last', '-o', bundle])
  expect(exported.code, exported.err).toBe(0)

  for (const subject of ['last', bundle]) {
    const kept = ['--checkpoint', note, '--words', words.join(' ')]
    const agrees = await folder.muster(['verify', subject, ...kept])
    expect(agrees.code, agrees.err).toBe(0)
    expect(agrees.out).toContain('The record holds together.')
    expect(agrees.out).toContain('the checkpoint you hold agrees up to event')
    expect(agrees.out).toContain('not known: Whose key it is')
    const wrong = await folder.muster(['verify', subject, '--words', words.toReversed().join(' ')])
    expect(wrong.code).toBe(1)
    expect(wrong.out).toContain('No event of this record has the words you hold')
    const none = await folder.muster(['verify', subject, '--words', 'not words'])
    expect(none.code).toBe(2)
  }
  const nowhere = join(folder.path, 'nowhere')
  const alone = await folder.muster(['verify', bundle, '--json', '--data', nowhere])
  expect(JSON.parse(alone.out)).toMatchObject({ ok: true, problems: [] })

  writeFileSync(bundle, readFileSync(bundle).subarray(0, 5_000))
  const cut = await folder.muster(['verify', bundle])
  expect(cut.code).toBe(2)
  expect(cut.err).toContain('cannot be checked')
})
