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

const PRINTS = runbookText(
  `### Look
\`\`\`yaml step
id: look
on: laptop
\`\`\`
\`\`\`bash run capture=WHO
echo Ada Lovelace; echo 12 St James >&2
\`\`\`
`,
)

interface Event {
  readonly seq: number
  readonly type: string
}

async function events(): Promise<readonly Event[]> {
  const { out } = await folder.muster(['show', 'last', '--events'])
  return out
    .trimEnd()
    .split('\n')
    .map((line): Event => JSON.parse(line))
}

test('both outputs of an event are taken out, what the event quotes is named, and the record verifies', async () => {
  const file = folder.file('test.md', PRINTS)
  const answers = folder.file('answers.yaml', 'confirm: all\n')
  const ran = await folder.muster(['run', file, '--answers', answers, '--trust'])
  expect(ran.code, ran.err).toBe(0)
  const seq = (await events()).find(({ type }) => type === 'block.finished')?.seq
  const words = ['redact', 'last', String(seq), '--kind', 'personal']
  expect(await folder.muster(words)).toMatchObject({ code: 2 })
  const why = ['--reason', 'a customer is named', '--as', 'ana']
  const done = await folder.muster([...words, ...why])
  expect(done.code, done.err).toBe(0)
  expect(done.out).toContain(`The 2 outputs of event ${seq} are gone`)
  expect(done.err).toContain('still has the value that was kept as WHO')
  expect(await folder.muster(['verify', 'last'])).toMatchObject({ code: 0 })
  const told = (await events()).filter(({ type }) => type === 'output.redacted')
  expect(told).toMatchObject([
    { actor: 'ana', data: { event: seq, kind: 'personal', reason: 'a customer is named' } },
    { actor: 'ana', data: { event: seq } },
  ])
  expect(await folder.muster([...words, ...why])).toMatchObject({ code: 1 })
})
