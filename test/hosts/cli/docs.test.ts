import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { parseMarkdown } from '../../../main/core/runbook/markdown.ts'
import { COMMANDS } from '../../../main/hosts/cli/commands.ts'
import { EXIT } from '../../../main/hosts/cli/exit-codes.ts'
import { VERBS } from '../../../main/hosts/cli/run/verbs.ts'
import { musterFolder, root, type Folder } from './muster.ts'

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 300_000 })

/** docs/cli.md is run: its files are written, its commands typed, its output compared. */

const text = readFileSync(join(root, 'docs', 'cli.md'), 'utf8')
const fences = parseMarkdown(text).children.filter((node) => node.type === 'code')

let folder: Folder
beforeAll(() => {
  folder = musterFolder()
})
afterAll(async () => {
  await folder.remove()
})

interface Typed {
  readonly command: string
  readonly wanted: string
}

/** Commands of a console fence, each with the lines that follow it. */
function typed(console: string): Typed[] {
  return console
    .split(/^\$ /mu)
    .slice(1)
    .map((part) => {
      const [command = '', ...lines] = part.split('\n')
      return { command, wanted: lines.join('\n').trimEnd() }
    })
}

/** `…` stands for anything, also for several lines. */
function pattern(wanted: string): RegExp {
  const parts = wanted.split('…').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/gu, '\\$&'))
  return new RegExp(`^${parts.join('[\\s\\S]*?')}$`, 'u')
}

test('every example does what it says', async () => {
  let commands = 0
  let exit: number | null = null
  for (const { lang, meta, value } of fences) {
    const name = /^file=(?<name>\S+)$/u.exec(meta ?? '')?.groups?.['name']
    if (name !== undefined) folder.file(name, `${value}\n`)
    if (lang !== 'console') continue
    for (const { command, wanted } of typed(value)) {
      if (command === 'echo $?') {
        expect(String(exit)).toBe(wanted)
        continue
      }
      const [program, ...words] = command.split(' ')
      expect(program).toBe('muster')
      const { code, out, err } = await folder.muster(words)
      exit = code
      commands++
      // A terminal shows both; here what is said aside comes last.
      expect(`${out}${err}`.trimEnd(), command).toMatch(pattern(wanted))
    }
  }
  expect(commands).toBeGreaterThan(8)
})

test('every command and every option of it is described', () => {
  for (const [name, { help }] of Object.entries(COMMANDS)) {
    const section = new RegExp(
      `^## muster ${name}\\n(?<text>[\\s\\S]*?)(?=^## |(?![\\s\\S]))`,
      'mu',
    ).exec(text)
    const described = section?.groups?.['text'] ?? ''
    expect(described, name).not.toBe('')
    for (const [option] of help.matchAll(/--[a-z-]+/gu)) expect(described, name).toContain(option)
  }
})

test('every exit status is described, and no other', () => {
  const rows = [...text.matchAll(/^\| (?<status>\d+) +\|/gmu)].map(({ groups }) =>
    Number(groups?.['status']),
  )
  expect(rows.toSorted((left, right) => left - right)).toEqual(
    Object.values(EXIT).toSorted((left, right) => left - right),
  )
})

test('every word of an operator is described', () => {
  for (const verb of Object.keys(VERBS))
    expect(text).toMatch(new RegExp(`^\\| .*\`${verb}[ \`]`, 'mu'))
})
