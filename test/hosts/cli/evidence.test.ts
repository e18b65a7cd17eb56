import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { png } from '../../core/files/pictures.ts'
import { musterFolder, runbookText, type Folder } from './muster.ts'

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 90_000 })

let folder: Folder
beforeEach(async () => {
  folder = musterFolder()
  const file = folder.file(
    'test.md',
    runbookText('### Look\n```yaml step\nid: look\non: laptop\n```\n```bash run\necho seen\n```\n'),
  )
  const answers = folder.file('answers.yaml', 'confirm: all\n')
  const ran = await folder.muster(['run', file, '--answers', answers, '--trust'])
  expect(ran.code, ran.err).toBe(0)
})
afterEach(async () => {
  await folder.remove()
})

const evidence = (...words: string[]) => folder.muster(['evidence', 'last', ...words])

test('a file is kept, listed, saved as it came, and taken out again', async () => {
  const picture = join(folder.path, 'graph.png')
  writeFileSync(picture, png(64, 48))
  const digest = createHash('sha256').update(readFileSync(picture)).digest('hex')
  const caption = 'Before and\nafter'
  const kept = await evidence(picture, '--step', 'look', '--caption', caption, '--as', 'ben')
  expect(kept).toMatchObject({ code: 0, err: '' })
  expect(kept.out).toContain('Kept with the run as graph.png: PNG picture')
  expect(kept.out).toContain(`sha256 ${digest}`)

  const { out: shown } = await folder.muster(['show', 'last'])
  expect(shown).toMatch(
    /1\. graph\.png: PNG picture, \d+ bytes, from ben for look, event \d+\n {5}Before and\n {5}after/u,
  )
  const { attachments } = JSON.parse((await folder.muster(['show', 'last', '--json'])).out)
  expect(attachments).toMatchObject([
    {
      name: 'graph.png',
      by: 'ben',
      step: 'look',
      caption,
      sha256: digest,
      from: null,
      gone: false,
    },
  ])
  const copy = join(folder.path, 'copy.png')
  const save = ['show', 'last', '--attachment', '1', '-o', copy]
  expect(await folder.muster(save)).toMatchObject({ code: 0 })
  expect(readFileSync(copy).equals(readFileSync(picture))).toBe(true)
  expect((await folder.muster(save)).code).not.toBe(0)

  const why = ['--kind', 'customer', '--reason', 'a name is seen']
  const { event } = attachments[0]
  const gone = await folder.muster(['redact', 'last', String(event), ...why])
  expect(gone).toMatchObject({ code: 0 })
  expect(gone.err).toContain('still has the name of the file, its caption, its SHA-256')
  expect((await folder.muster(['show', 'last'])).out).toContain('taken out of the record by')
  const after = await folder.muster([...save, '--replace'])
  expect(after.code).not.toBe(0)
  expect(after.err).toContain('took this output out of the record')
  expect(await folder.muster(['verify', 'last'])).toMatchObject({ code: 0 })
})

test('what comes in a pipe needs a name', async () => {
  const words = ['evidence', 'last', '-']
  expect(await folder.muster(words, { input: 'x' })).toMatchObject({ code: 2 })
  const piped = await folder.muster([...words, '--name', '../dmesg.txt'], {
    input: 'oom-killer: gfp_mask=0x0\n',
  })
  expect(piped.out).toContain('Kept with the run as dmesg.txt: text, 25 bytes')
})

test('what cannot be taken is said before anything is written', async () => {
  mkdirSync(join(folder.path, 'folder'))
  const large = folder.file('large.bin', '')
  truncateSync(large, 100_000_001)
  const refusals = [
    [['folder'], 2, 'folder cannot be read: it is no file'],
    [['nothing.log'], 2, 'nothing.log does not exist'],
    [[large], 1, 'At most 100.0 MB are kept with a run'],
    [[large, '--step', 'fly'], 2, 'The run has no step fly; it has look.'],
    [[], 2, 'Give the run and the file'],
  ] as const
  for (const [words, code, said] of refusals) {
    const refused = await evidence(...words)
    expect(refused.err).toContain(said)
    expect(refused.code).toBe(code)
  }
  expect((await folder.muster(['show', 'last'])).out).not.toContain('Attachments')
})
