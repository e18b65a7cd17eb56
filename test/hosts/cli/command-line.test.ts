import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { ENTRY, musterFolder, root, runbookText, type Folder } from './muster.ts'

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 90_000 })

let folder: Folder
let good: string
beforeAll(() => {
  folder = musterFolder()
  good = folder.file(
    'good.md',
    runbookText('### Only\n```yaml step\nid: only\n```\n- [ ] Something\n'),
  )
})
afterAll(async () => {
  await folder.remove()
})

describe('the command line', () => {
  test('without a command it lists them', async () => {
    const { code, err } = await folder.muster([])
    expect(code).toBe(2)
    for (const name of ['validate', 'run', 'resume', 'runs', 'show', 'verify', 'serve'])
      expect(err).toContain(`  ${name} `)
  })

  test('--version says which one it is', async () => {
    const { version } = z
      .looseObject({ version: z.string() })
      .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))
    expect(await folder.muster(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' })
  })

  test('help of a command, in two ways', async () => {
    const asked = await folder.muster(['help', 'run'])
    expect(asked.code).toBe(0)
    expect(asked.out).toContain('Usage: muster run FILE')
    expect((await folder.muster(['run', '--help'])).out).toBe(asked.out)
  })

  test.each([
    [['validat'], 'There is no command “validat”. Did you mean “validate”?'],
    [['help', 'shwo'], 'There is no command “shwo”. Did you mean “show”?'],
    [['nonsense'], 'There is no command “nonsense”. muster help lists them.'],
    [['runs', '--jsno'], 'There is no option --jsno. Did you mean --json?'],
    [['runs', 'x'], 'runs takes no x.'],
    [['runs', '--limit', 'many'], '--limit is a whole number from 1 to 1000000, not “many”.'],
    [['show'], 'Which run? Give it after the command.'],
    [['show', 'a', 'b'], 'One run at a time, not also b.'],
    [['show', 'last', '--json', '--events'], 'Either --json or --events, not both.'],
    [['show', 'last'], 'There is no run in this data folder yet.'],
    [['verify', '2026'], 'There is no run “2026” in this data folder.'],
    [['run'], 'Which runbook file?'],
    [['run', 'x.md', '--mode', 'walktrough'], 'Did you mean “walkthrough”?'],
    [['run', 'x.md', '--severity', 'SEV9'], '--severity is SEV1, SEV2, SEV3, SEV4, not “SEV9”.'],
    [['run', 'x.md', '--declared-at', 'soon'], '--declared-at is 14:05'],
    [['run', 'x.md', '--input', '=x'], '--input is NAME=VALUE'],
    [['run', 'x.md', '--input', 'NOT_THERE_AT_ALL'], 'has no NOT_THERE_AT_ALL'],
    [['run', 'x.md'], 'There is no terminal to ask in. Give --answers FILE'],
    [['resume', 'last'], 'There is no terminal to ask in.'],
    [['run', 'x.md', '--answers', 'nothing.yaml'], 'nothing.yaml does not exist.'],
    [['serve', '--port', '70000'], '--port is a whole number from 0 to 65535, not “70000”.'],
    [['serve', '--host', '0.0.0.0'], 'ssh -L'],
  ])('%j is a usage error that says what to do', async (words, message) => {
    const { code, out, err } = await folder.muster(words)
    expect(err).toContain(message)
    expect(err).not.toMatch(/^\s+at /mu)
    expect([code, out]).toEqual([2, ''])
  })

  test('a runbook that is not there', async () => {
    const answers = folder.file('empty.yaml', '')
    const { code, err } = await folder.muster(['run', 'not-there.md', '--answers', answers])
    expect(code).toBe(2)
    expect(err).toMatch(/not-there\.md does not exist/u)
  })

  test('a data folder that cannot be one', async () => {
    const { code, err } = await folder.muster(['runs', '--data', good])
    expect(code).toBe(5)
    expect(err).toContain('there is a file in its place')
  })

  test('--data counts more than MUSTER_DATA, also before the command', async () => {
    const answers = folder.file('all.yaml', 'confirm: all\n')
    const other = join(folder.path, 'other')
    const ended = await folder.muster([
      '--data',
      other,
      'run',
      good,
      '--answers',
      answers,
      '--mode',
      'walkthrough',
    ])
    expect(ended.code).toBe(0)
    expect(
      JSON.parse((await folder.muster(['runs', '--json', `--data=${other}`])).out),
    ).toHaveLength(1)
    expect(JSON.parse((await folder.muster(['runs', '--json'])).out)).toEqual([])
  })

  test('a reader that stops reading is no error', () => {
    // The reader is gone long before Node has started.
    const { status, stderr } = spawnSync(
      'bash',
      ['-c', 'set -o pipefail; "$@" | true', 'bash', process.execPath, ENTRY, 'help', 'run'],
      { encoding: 'utf8' },
    )
    expect([status, stderr]).toEqual([0, ''])
  })
})

describe('colour', () => {
  const bad = 'NO_COLOR or not, the code of a diagnostic is there'

  test('only in a terminal', async () => {
    const file = folder.file('bad.md', runbookText('### Only\n```bash rnu\nx\n```\n'))
    const { out } = await folder.muster(['validate', file])
    expect(out, bad).toContain('error unknown-verb')
    expect(out).not.toContain('\u001B')
    const terminal = folder.terminal(['validate', file])
    await terminal.sees('error unknown-verb')
    expect(await terminal.ended).toBe(1)
    expect(terminal.raw()).toContain('\u001B[31m')
  })

  test('not where NO_COLOR is set', async () => {
    const file = folder.file('bad.md', runbookText('### Only\n```bash rnu\nx\n```\n'))
    const terminal = folder.terminal(['validate', file], { environment: { NO_COLOR: '1' } })
    await terminal.sees('error unknown-verb')
    await terminal.ended
    expect(terminal.raw()).not.toContain('\u001B[3')
  })
})
