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

const TWO_STEPS = runbookText(
  `### First
\`\`\`yaml step
id: first
on: laptop
risk: safe
\`\`\`
Look at **this**.

\`\`\`bash run
echo "hello from $NAME"
\`\`\`

- [ ] It said hello

### Second
\`\`\`yaml step
id: second
decide: { question: "Which way?", options: { left: Go left, right: Go right } }
\`\`\`
`,
  'inputs: { NAME: { label: Your name, required: true, pattern: "[a-z]+" } }\n',
)

/** The document of the last run. */
async function shown(): Promise<{
  readonly status: string
  readonly steps: readonly { readonly id: string; readonly state: string }[]
}> {
  const { out, code } = await folder.muster(['show', 'last', '--json'])
  expect(code).toBe(0)
  return JSON.parse(out)
}

test('a run from the first question to its end', async () => {
  const file = folder.file('test.md', TWO_STEPS)
  const terminal = folder.terminal(['run', file, '--commander', 'ana'])
  await terminal.sees('has not been run here before. It would execute:')
  await terminal.sees('echo "hello from $NAME"')
  await terminal.sees('Accept exactly this content? yes / no:')
  terminal.types('yes')
  await terminal.sees('Your name (NAME')
  terminal.types('Not Lower')
  await terminal.sees('It must match [a-z]+.')
  terminal.types('ben')
  await terminal.sees('LIVE Test')
  await terminal.sees('commanded by ana')
  await terminal.sees('Look at this.')
  expect(terminal.raw()).toContain('Look at \u001B[1mthis\u001B[22m.')
  await terminal.sees('run on laptop · bash')
  await terminal.sees('run, edit, skip')
  terminal.types('')
  await terminal.sees('run, edit, skip')
  terminal.types('rnu')
  await terminal.sees('“rnu” is not a word I know. Did you mean “run”?')
  await terminal.sees('run, edit, skip')
  terminal.types('run')
  await terminal.sees('│ hello from ben')
  await terminal.sees('✓ exited with 0')
  await terminal.sees('[ ] It said hello')
  await terminal.sees('confirm, skip, mark')
  terminal.types('note it was friendly')
  await terminal.sees('Noted.')
  await terminal.sees('confirm, skip, mark')
  terminal.types('severity sev2')
  await terminal.sees('It is SEV2 now.')
  await terminal.sees('confirm, skip, mark')
  terminal.types('c')
  await terminal.sees('[x] It said hello')
  await terminal.sees('Which way?')
  await terminal.sees('decide OPTION')
  terminal.types('decide up')
  await terminal.sees('There is no option “up”')
  await terminal.sees('decide OPTION')
  terminal.types('decide left')
  await terminal.sees('Every step is settled.')
  terminal.types('finish')
  await terminal.sees('The run is finished.')
  expect(await terminal.ended).toBe(0)
  const document = await shown()
  expect(document.status).toBe('finished')
  expect(document.steps.map(({ id, state }) => [id, state])).toEqual([
    ['first', 'done'],
    ['second', 'done'],
  ])
  const events = await folder.muster(['show', 'last', '--events'])
  expect(events.out).toContain('"text":"it was friendly"')
})

test('in an exercise injects are listed, and given by their number', async () => {
  const head = `drill:
  injects:
    - { at: 20m, fault: The replica stops, expected: It is looked at }
    - { at: 10m, fault: The primary is cut off, expected: It is fenced }
`
  const file = folder.file('test.md', runbookText('### First\n\n- [ ] Look\n', head))
  const terminal = folder.terminal(['run', file, '--mode', 'walkthrough', '--commander', 'ana'])
  await terminal.sees('confirm, skip, mark')
  terminal.types('inject')
  await terminal.sees(
    '2, planned 10 min after the start: The primary is cut off. Expected: It is fenced.',
  )
  await terminal.sees('1, planned 20 min after the start: The replica stops.')
  await terminal.sees('“inject NUMBER” gives one')
  await terminal.sees('confirm, skip, mark')
  terminal.types('inject 2 read out by telephone')
  await terminal.sees('Inject 2 is given.')
  await terminal.sees('confirm, skip, mark')
  terminal.types('inject 2')
  await terminal.sees('Inject 2 was given already, by ana at ')
  await terminal.sees('confirm, skip, mark')
  terminal.types('c')
  await terminal.sees('Every step is settled.')
  terminal.types('finish')
  await terminal.sees('The run is finished.')
  expect(await terminal.ended).toBe(0)
  expect((await shown()).status).toBe('finished')
  const { out } = await folder.muster(['show', 'last'])
  expect(out).toMatch(
    /Injects:\n {2}2 .* ana, planned 10 min after the start: The primary is cut off \(read out by telephone\)\n {2}1 not given, planned 20 min/u,
  )
})

test('content that is not accepted starts nothing', async () => {
  const file = folder.file('test.md', TWO_STEPS)
  const terminal = folder.terminal(['run', file])
  await terminal.sees('yes / no:')
  terminal.types('no')
  await terminal.sees('nothing was started')
  expect(await terminal.ended).toBe(7)
  expect((await folder.muster(['runs', '--json'])).out.trim()).toBe('[]')
})

test('a destructive block runs only after the target was typed', async () => {
  const file = folder.file(
    'test.md',
    runbookText(`### Drop it
\`\`\`yaml step
id: drop
on: laptop
risk: destructive
\`\`\`
\`\`\`bash run
echo dropped
\`\`\`
`),
  )
  const terminal = folder.terminal(['run', file, '--trust', '--commander', 'ana'])
  await terminal.sees('DESTRUCTIVE')
  await terminal.sees('run, edit')
  terminal.types('run')
  await terminal.sees('Needs approval')
  await terminal.sees('type the name of the target (laptop)')
  terminal.types('yes')
  await terminal.sees('Not approved; nothing was sent.')
  await terminal.sees('run, edit')
  terminal.types('run')
  await terminal.sees('type the name of the target (laptop)')
  terminal.types('laptop')
  await terminal.sees('Who approves? (Enter: ana)')
  terminal.types('')
  await terminal.sees('│ dropped')
  await terminal.sees('Every step is settled.')
  terminal.types('f')
  expect(await terminal.ended).toBe(0)
  const { out } = await folder.muster(['show', 'last', '--events'])
  const approvals = out.split('\n').filter((line) => line.includes('"approval.granted"'))
  expect(approvals).toHaveLength(1)
  expect(approvals[0]).toContain('"by":"ana"')
})

test('Ctrl-C climbs the ladder while a block runs, and the outcome stays unknown until somebody settles it', async () => {
  const file = folder.file(
    'test.md',
    runbookText(`### Wait
\`\`\`yaml step
id: wait
on: laptop
risk: caution
\`\`\`
\`\`\`bash run
trap 'echo not yet' INT
echo started
while :; do :; done
\`\`\`
`),
  )
  const terminal = folder.terminal(['run', file, '--trust'])
  await terminal.sees('run, edit')
  terminal.types('run')
  await terminal.sees('│ started')
  terminal.presses('\u0003')
  await terminal.sees('interrupt sent. Ctrl-C again: terminate.')
  await terminal.sees('│ not yet')
  terminal.presses('\u0003')
  await terminal.sees('terminate sent. Ctrl-C again: kill.')
  await terminal.sees('✗ was stopped')
  await terminal.sees('Nobody knows how this ended.')
  terminal.types('run')
  await terminal.sees('Nobody knows whether the last attempt took effect.')
  await terminal.sees('Why?')
  terminal.types('')
  await terminal.sees('Nobody knows how this ended.')
  terminal.types('settle done I looked, it is there')
  await terminal.sees('Every step is settled.')
  terminal.types('stop')
  await terminal.sees('leave')
  terminal.types('abort')
  await terminal.sees('Why?')
  terminal.types('only a test')
  await terminal.sees('The run is aborted.')
  expect(await terminal.ended).toBe(4)
})

test('a failed block can be edited, with a reason; a failed step is said at the end', async () => {
  const file = folder.file(
    'test.md',
    runbookText(`### Try
\`\`\`yaml step
id: try
on: laptop
risk: caution
\`\`\`
\`\`\`bash run
exit 3
\`\`\`
### Other
\`\`\`yaml step
id: other
\`\`\`
- [ ] Something
`),
  )
  const terminal = folder.terminal(['run', file, '--trust'])
  await terminal.sees('run, edit')
  terminal.types('run')
  await terminal.sees('exit: wanted exit 0, saw exit 3')
  await terminal.sees('It did not pass.')
  terminal.types('edit')
  await terminal.sees('A dot alone leaves it.')
  await terminal.sees('┃')
  terminal.types('echo edited')
  await terminal.sees(/echo edited\s+┃/u)
  terminal.types('.')
  await terminal.sees('Why is it changed?')
  terminal.types('the old one is wrong')
  await terminal.sees('│ edited')
  await terminal.sees('[ ] Something')
  await terminal.sees('confirm, skip')
  terminal.types('mark failed nobody was there')
  await terminal.sees('Every step is settled.')
  terminal.types('finish')
  expect(await terminal.ended).toBe(1)
  const { out } = await folder.muster(['show', 'last'])
  expect(out).toContain('edited try/1: the old one is wrong')
  expect(out).toContain('nobody was there')
})

test('secrets are asked for without an echo and stay out of the record', async () => {
  const file = folder.file(
    'test.md',
    runbookText(
      `### Use it
\`\`\`yaml step
id: use
on: laptop
risk: safe
\`\`\`
\`\`\`bash run
echo "it is $PASSWORD"
\`\`\`
`,
      'inputs: { PASSWORD: { label: Password, required: true, secret: true } }\n',
    ),
  )
  const terminal = folder.terminal(['run', file, '--trust'])
  await terminal.sees('Password (PASSWORD; secret, not shown):')
  terminal.types('correct-horse-battery')
  await terminal.sees('run, edit')
  terminal.types('run')
  await terminal.sees('✓ exited with 0')
  await terminal.sees('Every step is settled.')
  terminal.types('finish')
  expect(await terminal.ended).toBe(0)
  expect(terminal.screen()).not.toContain('correct-horse-battery')
  const events = await folder.muster(['show', 'last', '--events'])
  expect(events.out).not.toContain('correct-horse-battery')
})

test('leaving keeps the run open; resuming goes on where it was', async () => {
  const file = folder.file('test.md', TWO_STEPS)
  const first = folder.terminal(['run', file, '--trust', '--input', 'NAME=ben'])
  await first.sees('run, edit')
  first.types('run')
  await first.sees('✓ exited with 0')
  await first.sees('confirm, skip')
  first.presses('\u0003')
  await first.sees('Nothing runs.')
  await first.sees('confirm, skip')
  first.presses('\u0003')
  await first.sees('muster resume')
  expect(await first.ended).toBe(3)
  expect((await shown()).status).toBe('interrupted')
  const second = folder.terminal(['resume', 'last', '--as', 'ben'])
  await second.sees('[ ] It said hello')
  await second.sees('confirm, skip')
  second.types('confirm')
  await second.sees('decide OPTION')
  second.types('decide right')
  await second.sees('Every step is settled.')
  second.types('finish')
  expect(await second.ended).toBe(0)
  const { out } = await folder.muster(['show', 'last', '--events'])
  expect(out.match(/"type":"block\.started"/gu)).toHaveLength(1)
  expect(out).toMatch(
    /"actor":"ben".*"type":"item\.confirmed"|"type":"item\.confirmed".*"actor":"ben"/u,
  )
})

test('a program with a terminal of its own gets the keys; Ctrl-] stops it', async () => {
  const file = folder.file(
    'test.md',
    runbookText(`### Ask
\`\`\`yaml step
id: ask
on: laptop
risk: safe
\`\`\`
\`\`\`bash run pty=true
stty size
read -r answer
echo "got $answer"
printf '\\033]0;title\\007\\033]52;c;aGFoYQ==\\007'
\`\`\`

\`\`\`bash run pty=true
echo waiting
read -r answer
\`\`\`
`),
  )
  const terminal = folder.terminal(['run', file, '--trust'])
  await terminal.sees('run, edit')
  terminal.types('run')
  await terminal.sees('This terminal is the program’s now.')
  await terminal.sees(/\d+ \d+/u)
  terminal.types('sesame')
  await terminal.sees('got sesame')
  await terminal.sees('✓ exited with 0')
  await terminal.sees('run, edit')
  terminal.types('run')
  await terminal.sees('waiting')
  terminal.presses('\u001d')
  await terminal.sees('interrupt sent')
  await terminal.sees('✗ was stopped')
  await terminal.sees('Nobody knows how this ended.')
  terminal.types('stop')
  await terminal.sees('leave')
  terminal.types('leave')
  expect(await terminal.ended).toBe(3)
  // Neither the title nor the clipboard of this terminal was touched by the program.
  expect(terminal.raw()).not.toContain('\u001B]')
})

test('keys typed ahead of a question never answer it', async () => {
  const file = folder.file(
    'test.md',
    runbookText(`### Slow
\`\`\`yaml step
id: slow
on: laptop
risk: caution
\`\`\`
\`\`\`bash run
echo started
sleep 0.4
echo over
\`\`\`

\`\`\`bash run
echo second
\`\`\`
`),
  )
  const terminal = folder.terminal(['run', file, '--trust'])
  await terminal.sees('run, edit')
  terminal.types('run')
  await terminal.sees('│ started')
  terminal.types('run')
  terminal.presses('ru')
  await terminal.sees('│ over')
  await terminal.sees('run, edit')
  terminal.types('note still here')
  await terminal.sees('run, edit')
  expect(terminal.screen()).not.toContain('│ second')
  terminal.types('run')
  await terminal.sees('│ second')
  await terminal.sees('Every step is settled.')
  terminal.types('finish')
  expect(await terminal.ended).toBe(0)
})

test('killed in the middle, resumed: nobody knows how the block ended, and it is not run again by itself', async () => {
  const file = folder.file(
    'test.md',
    runbookText(
      `### Wait
\`\`\`yaml step
id: wait
on: laptop
risk: caution
\`\`\`
\`\`\`bash run
echo started
sleep 60
\`\`\`
`,
      'objectives: { rto: 15m }\n',
    ),
  )
  const first = folder.terminal(['run', file, '--trust', '--declared-at', '20m'])
  await first.sees('20m since it was declared, recovery time objective 15m is past')
  await first.sees('run, edit')
  first.types('run')
  await first.sees('│ started')
  first.kill('SIGKILL')
  await first.ended
  const second = folder.terminal(['resume', 'last'])
  await second.sees('Nobody knows how this ended.')
  second.kill('SIGTERM')
  await second.sees('the run stays open')
  expect(await second.ended).toBe(3)
  const { out } = await folder.muster(['show', 'last', '--events'])
  expect(out.match(/"type":"block\.started"/gu)).toHaveLength(1)
  expect(out).toContain('"kind":"unknown"')
  expect(out.trimEnd().split('\n').at(-1)).toContain('"run.suspended"')
})

test('Ctrl-C at a question before the start starts nothing', async () => {
  const terminal = folder.terminal(['run', folder.file('test.md', TWO_STEPS)])
  await terminal.sees('yes / no:')
  terminal.presses('\u0003')
  await terminal.sees('Nothing was started.')
  expect(await terminal.ended).toBe(130)
  expect((await folder.muster(['runs', '--json'])).out.trim()).toBe('[]')
})

test('a guide: a fence runs only when it is named and a place is chosen; steps in any order, back and forth', async () => {
  const file = folder.file(
    'guide.md',
    '# Guide\n\n## One\n\nRead.\n\n```bash\necho from the guide\n```\n\n## Two\n\n- [ ] Ticked\n\n## Three\n\nMore.\n',
  )
  const terminal = folder.terminal(['run', file, '--trust', '--commander', 'ana'])
  await terminal.sees('“run 1” runs it')
  await terminal.sees('done, skip, mark')
  terminal.types('run 2')
  await terminal.sees('Which block? 1 to 1')
  await terminal.sees('done, skip, mark')
  terminal.types('run 1')
  await terminal.sees('Where does it run? laptop')
  terminal.types('moon')
  await terminal.sees('There is no target “moon”.')
  await terminal.sees('done, skip, mark')
  terminal.types('run 1')
  await terminal.sees('Where does it run? laptop')
  terminal.types('laptop')
  await terminal.sees('│ from the guide')
  await terminal.sees('done, skip, mark')
  terminal.types('go three')
  await terminal.sees('More.')
  await terminal.sees('done, skip, mark')
  terminal.types('done')
  await terminal.sees('out of order')
  await terminal.sees('Why?')
  terminal.types('it cannot wait')
  await terminal.sees('Read.')
  await terminal.sees('done, skip, mark')
  terminal.types('done')
  await terminal.sees('[ ] Ticked')
  await terminal.sees('confirm, skip')
  terminal.types('confirm all')
  await terminal.sees('Every step is settled.')
  terminal.types('go one')
  await terminal.sees('go, reopen')
  terminal.types('reopen I forgot something')
  await terminal.sees('done, skip, mark')
  terminal.types('list')
  await terminal.sees('✓ Three')
  await terminal.sees('done, skip, mark')
  terminal.types('done')
  await terminal.sees('Every step is settled.')
  terminal.types('finish')
  expect(await terminal.ended).toBe(0)
})

test('roll back in order, in the terminal', async () => {
  const file = folder.file(
    'test.md',
    runbookText(`### Change
\`\`\`yaml step
id: change
on: laptop
risk: caution
\`\`\`
\`\`\`bash run
echo changed
\`\`\`
\`\`\`bash rollback
echo restored
\`\`\`
`),
  )
  const terminal = folder.terminal(['run', file, '--trust'])
  await terminal.sees('run, edit')
  terminal.types('run')
  await terminal.sees('Every step is settled.')
  terminal.types('go change')
  await terminal.sees('go, reopen, rollback')
  terminal.types('rollback it was the wrong host')
  await terminal.sees('rollback on laptop')
  await terminal.sees('run, edit')
  terminal.types('run')
  await terminal.sees('│ restored')
  await terminal.sees('Was it rolled back?')
  terminal.types('done')
  await terminal.sees('Every step is settled.')
  terminal.types('finish')
  // Finished, but what it was for was taken back.
  expect(await terminal.ended).toBe(1)
})
