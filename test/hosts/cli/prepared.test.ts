import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
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

interface Shown {
  readonly mode: string
  readonly status: string
  readonly steps: readonly {
    readonly id: string
    readonly state: string
    readonly blocks: readonly { readonly outcome: unknown }[]
  }[]
  readonly events: number
  readonly head: string
}

async function shown(): Promise<Shown> {
  return JSON.parse((await folder.muster(['show', 'last', '--json'])).out)
}

interface Told {
  readonly type: string
  readonly seq: number
  readonly hash: string
  readonly data: Readonly<Record<string, unknown>>
}

function events(out: string): Told[] {
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

const FULL = runbookText(
  `### First
\`\`\`yaml step
id: first
on: laptop
risk: safe
\`\`\`
\`\`\`bash run capture=SEEN
echo "input $NAME"
\`\`\`
\`\`\`text expect match=contains
input 007
\`\`\`

- [ ] It is there

### Choose
\`\`\`yaml step
id: choose
decide: { question: "Which?", options: { left: Left, right: Right } }
\`\`\`

### Left
\`\`\`yaml step
id: left
when: left
\`\`\`
- [ ] Went left

### Right
\`\`\`yaml step
id: right
when: right
\`\`\`
- [ ] Went right

### Skipped
\`\`\`yaml step
id: skipped
on: laptop
risk: caution
\`\`\`
\`\`\`bash run
exit 1
\`\`\`
`,
  'inputs: { NAME: { label: Name, required: true } }\n',
)
const ANSWERS = `inputs: { NAME: 007 }
confirm: [first, right]
decide: { choose: right }
skip: { skipped: it is broken today }
`

test('answers carry a run to its end, and are recorded with it', async () => {
  const file = folder.file('full.md', FULL)
  const answers = folder.file('answers.yaml', ANSWERS)
  const { code, out } = await folder.muster([
    'run',
    file,
    '--answers',
    answers,
    '--trust',
    '--json',
  ])
  expect(code).toBe(0)
  const told = events(out)
  expect(told.map(({ seq }) => seq)).toEqual(told.map((_, index) => index + 1))
  expect(told[0]?.data).toMatchObject({ answers: ANSWERS, inputs: { NAME: '007' }, mode: 'live' })
  expect(told.at(-1)?.type).toBe('run.finished')
  const document = await shown()
  expect(document.status).toBe('finished')
  expect(document.head).toBe(told.at(-1)?.hash)
  expect(document.events).toBe(told.length)
  expect(document.steps.map(({ id, state }) => [id, state])).toEqual([
    ['first', 'done'],
    ['choose', 'done'],
    ['left', 'not-needed'],
    ['right', 'done'],
    ['skipped', 'skipped'],
  ])
  expect(document.steps[0]?.blocks[0]?.outcome).toEqual({ kind: 'exited', code: 0 })
  expect(document.steps[4]?.blocks[0]?.outcome).toBeNull()
  expect((await folder.muster(['verify', 'last'])).code).toBe(0)
})

test('what was accepted once is not asked again; what changed is', async () => {
  const file = folder.file('full.md', FULL)
  const answers = folder.file('answers.yaml', ANSWERS)
  const words = ['run', file, '--answers', answers]
  const first = await folder.muster(words)
  expect(first.code).toBe(7)
  expect(first.err).toContain('has not been run here before')
  expect((await folder.muster([...words, '--trust'])).code).toBe(0)
  expect((await folder.muster(words)).code).toBe(0)
  folder.file('full.md', FULL.replace('echo "input $NAME"', 'echo "input $NAME" again'))
  const changed = await folder.muster(words)
  expect(changed.code).toBe(7)
  expect(changed.err).toContain('has changed since it was accepted')
})

test('a walkthrough executes nothing and needs no trust', async () => {
  const marker = `${folder.path}/ran`
  const file = folder.file(
    'full.md',
    runbookText(
      `### Touch\n\`\`\`yaml step\nid: touch\non: laptop\nrisk: destructive\n\`\`\`\n\`\`\`bash run\ntouch ${marker}\n\`\`\`\n`,
    ),
  )
  const answers = folder.file('answers.yaml', 'confirm: all\n')
  const words = ['run', file, '--answers', answers, '--mode', 'walkthrough']
  expect((await folder.muster(words)).code).toBe(0)
  const document = await shown()
  expect([document.mode, document.status]).toEqual(['walkthrough', 'finished'])
  const { existsSync } = await import('node:fs')
  expect(existsSync(marker)).toBe(false)
})

test('any Markdown file runs as a guide; its fences are not run', async () => {
  const file = folder.file('guide.md', '# Guide\n\n## One\n\n```bash\nexit 9\n```\n\n- [ ] done\n')
  const answers = folder.file('answers.yaml', 'confirm: all\n')
  const { code } = await folder.muster(['run', file, '--answers', answers, '--trust'])
  expect(code).toBe(0)
  expect((await shown()).steps[0]?.blocks[0]?.outcome).toBeNull()
})

describe('where the answers end, the run stops and stays open', () => {
  const step = (head: string, body: string): string =>
    runbookText(`### Step\n\`\`\`yaml step\nid: step\non: laptop\n${head}\`\`\`\n${body}`)
  const run = '```bash run\necho done\n```\n'

  test.each([
    [
      'a destructive block in live mode',
      step('risk: destructive\n', run),
      'confirm: all\n',
      6,
      'Its approval is never taken from prepared answers',
    ],
    [
      'a declared approval in live mode',
      step('risk: caution\napprove: { role: commander, quorum: 1 }\n', run),
      'confirm: all\n',
      6,
      'Approvals are never taken from prepared answers',
    ],
    [
      'a block that does not pass',
      step('risk: safe\n', '```bash run\nexit 4\n```\n'),
      'confirm: all\n',
      3,
      'step/1 did not pass.',
    ],
    [
      'a block whose outcome is unknown',
      step('risk: caution\n', '```bash run timeout=200ms\nsleep 30\n```\n'),
      'confirm: all\n',
      3,
      'Nobody knows how step/1 ended.',
    ],
    [
      'an item that is not confirmed',
      step('risk: safe\n', '- [ ] Look here\n'),
      'confirm: []\n',
      3,
      'step has an item that the answers do not confirm: Look here',
    ],
    [
      'a decision that is not made',
      step('decide: { question: "Which?", options: { a: A, b: B } }\n', ''),
      'confirm: all\n',
      3,
      'step needs a decision that the answers do not have: Which? (a, b)',
    ],
    [
      'an interactive terminal',
      step('risk: caution\n', '```bash terminal\n```\n'),
      'confirm: all\n',
      3,
      'is an interactive terminal and needs a person',
    ],
    [
      'prose that nobody confirmed',
      step('risk: safe\n', 'Read this.\n'),
      '',
      3,
      'step has to be read and confirmed',
    ],
  ])('%s', async (_what, text, answers, exit, message) => {
    const file = folder.file('runbook.md', text)
    const prepared = folder.file('answers.yaml', answers)
    const { code, err } = await folder.muster(['run', file, '--answers', prepared, '--trust'])
    expect(err).toContain(message)
    expect(err).toMatch(/The run stays open: muster resume \d{8}-\d{6}-/u)
    expect(code).toBe(exit)
  })

  test('a destructive block was not run, and no approval is in the record', async () => {
    const file = folder.file('runbook.md', step('risk: destructive\n', run))
    const prepared = folder.file('answers.yaml', 'confirm: all\n')
    const { out } = await folder.muster(['run', file, '--answers', prepared, '--trust', '--json'])
    expect(events(out).map(({ type }) => type)).toEqual([
      'run.started',
      'step.begun',
      'run.suspended',
    ])
  })

  test('resumed with better answers it goes on, and those are recorded too', async () => {
    const file = folder.file(
      'runbook.md',
      runbookText(
        `### One\n\`\`\`yaml step\nid: one\non: laptop\nrisk: safe\n\`\`\`\n${run}### Two\n\`\`\`yaml step\nid: two\n\`\`\`\n- [ ] Look\n`,
      ),
    )
    const none = folder.file('none.yaml', '')
    expect((await folder.muster(['run', file, '--answers', none, '--trust'])).code).toBe(3)
    const all = folder.file('all.yaml', 'confirm: [two]\n')
    const { code, out } = await folder.muster(['resume', 'last', '--answers', all, '--json'])
    expect(code).toBe(0)
    const types = events(out).map(({ type }) => type)
    expect(types[0]).toBe('run.reopened')
    expect(types).not.toContain('block.started')
    expect(events(out).find(({ type }) => type === 'note.added')?.data['text']).toContain(
      'confirm: [two]',
    )
    expect((await folder.muster(['resume', 'last', '--answers', all])).err).toContain('is finished')
  })
})

describe('inputs', () => {
  const SECRET = runbookText(
    '### Use\n```yaml step\nid: use\non: laptop\nrisk: safe\n```\n```bash run\ntest "${#TOKEN}" -eq 19\n```\n',
    'inputs: { TOKEN: { label: Token, required: true, secret: true } }\n',
  )

  test('a secret comes from the environment and stays out of the record', async () => {
    const file = folder.file('runbook.md', SECRET)
    const answers = folder.file('answers.yaml', 'confirm: all\n')
    const { code, out, err } = await folder.muster(
      ['run', file, '--answers', answers, '--trust', '--input', 'TOKEN', '--json'],
      { environment: { TOKEN: 'hunter-and-gatherer' } },
    )
    expect([code, err]).toEqual([0, expect.not.stringContaining('other users')])
    expect(out).not.toContain('hunter-and-gatherer')
  })

  test('a secret on the command line is warned about', async () => {
    const file = folder.file('runbook.md', SECRET)
    const answers = folder.file('answers.yaml', 'confirm: all\n')
    const { err } = await folder.muster([
      'run',
      file,
      '--answers',
      answers,
      '--trust',
      '--input',
      'TOKEN=hunter-and-gatherer',
    ])
    expect(err).toContain('other users of this computer can read command lines')
  })

  test('a secret may not stand in the answers, under any name', async () => {
    const file = folder.file('runbook.md', SECRET)
    const named = folder.file('named.yaml', 'inputs: { TOKEN: hunter-and-gatherer }\n')
    const first = await folder.muster(['run', file, '--answers', named, '--trust'])
    expect(first.code).toBe(2)
    expect(first.err).toContain(`${named}:1:11: TOKEN is secret`)
    const quoted = folder.file('quoted.yaml', '# hunter-and-gatherer\nconfirm: all\n')
    const second = await folder.muster(
      ['run', file, '--answers', quoted, '--trust', '--input', 'TOKEN'],
      { environment: { TOKEN: 'hunter-and-gatherer' } },
    )
    expect(second.code).toBe(2)
    expect(second.err).toContain('contains the value of TOKEN')
    expect((await folder.muster(['runs', '--json'])).out.trim()).toBe('[]')
  })

  test('every wrong input is named', async () => {
    const file = folder.file(
      'runbook.md',
      runbookText(
        '### Use\n- [ ] It\n',
        'inputs: { A: { label: First, required: true }, B: { label: Second, pattern: "x+" } }\n',
      ),
    )
    const answers = folder.file('answers.yaml', 'confirm: all\n')
    const { code, err } = await folder.muster([
      'run',
      file,
      '--answers',
      answers,
      '--trust',
      '--input',
      'B=y',
      '--input',
      'C=z',
    ])
    expect(code).toBe(2)
    for (const name of ['First (A) is required', 'Second (B) must match x+', 'C is not an input'])
      expect(err).toContain(name)
  })
})

test('a runbook with errors is not started, and every error is shown', async () => {
  const file = folder.file('runbook.md', runbookText('### Only\n```bash rnu\nx\n```\n'))
  const answers = folder.file('answers.yaml', 'confirm: all\n')
  const { code, err } = await folder.muster(['run', file, '--answers', answers, '--trust'])
  expect(code).toBe(1)
  expect(err).toContain('error unknown-verb')
  expect(err).toContain('cannot be started')
})

test('a declared retry is waited for', async () => {
  const counter = `${folder.path}/count`
  const file = folder.file(
    'runbook.md',
    runbookText(
      `### Try\n\`\`\`yaml step\nid: try\non: laptop\nrisk: safe\nretry: { attempts: 3, every: 50ms }\n\`\`\`\n\`\`\`bash run\necho x >> ${counter}; test "$(wc -l < ${counter})" -eq 3\n\`\`\`\n`,
    ),
  )
  const answers = folder.file('answers.yaml', 'confirm: all\n')
  const { code, out } = await folder.muster([
    'run',
    file,
    '--answers',
    answers,
    '--trust',
    '--json',
  ])
  expect(code).toBe(0)
  expect(events(out).filter(({ type }) => type === 'block.started')).toHaveLength(3)
})

test('told to end, it ends in order: what runs is stopped, the run is suspended', async () => {
  const file = folder.file(
    'runbook.md',
    runbookText(
      '### Wait\n```yaml step\nid: wait\non: laptop\nrisk: caution\n```\n```bash run\necho started\nsleep 60\n```\n',
    ),
  )
  const answers = folder.file('answers.yaml', 'confirm: all\n')
  const started = folder.start(['run', file, '--answers', answers, '--trust', '--json'])
  await started.says('"type":"block.started"')
  started.kill('SIGTERM')
  const { code, out, err } = await started.ended
  expect(code).toBe(3)
  expect(err).toContain('the run stays open')
  expect(events(out).map(({ type }) => type)).toEqual([
    'run.started',
    'step.begun',
    'block.started',
    'block.finished',
    'run.suspended',
  ])
  expect((await shown()).status).toBe('interrupted')
})

test('while one command writes, another looks, and a third that wants to write is told why not', async () => {
  const file = folder.file(
    'runbook.md',
    runbookText(
      '### Wait\n```yaml step\nid: wait\non: laptop\nrisk: caution\n```\n```bash run\nsleep 60\n```\n',
    ),
  )
  const answers = folder.file('answers.yaml', 'confirm: all\n')
  const words = ['run', file, '--answers', answers, '--trust', '--json']
  const started = folder.start(words)
  await started.says('"type":"block.started"')
  const document = await shown()
  expect(document.status).toBe('running')
  expect(document.steps[0]?.blocks[0]?.outcome).toBeNull()
  const second = await folder.muster(words)
  expect(second.code).toBe(5)
  expect(second.err).toMatch(/Another Muster .* is writing to the data folder/u)
  started.kill('SIGKILL')
  await started.ended
  const after = await shown()
  expect(after.status).toBe('interrupted')
  expect(after.steps[0]?.blocks[0]?.outcome).toMatchObject({ kind: 'unknown' })
})

test('hostile output shows no escape sequence and stands behind a margin', async () => {
  const file = folder.file(
    'runbook.md',
    runbookText(
      "### Evil\n```yaml step\nid: evil\non: laptop\nrisk: safe\n```\n```bash run\nprintf '\\033]0;x\\007\\033[2Jgone\\rmuster: all is well\\n'\n```\n",
    ),
  )
  const answers = folder.file('answers.yaml', 'confirm: all\n')
  const { code, out } = await folder.muster(['run', file, '--answers', answers, '--trust'])
  expect(code).toBe(0)
  expect(out).not.toContain('\u001B')
  expect(out).toContain('  │ gone\n  │ muster: all is well\n')
})
