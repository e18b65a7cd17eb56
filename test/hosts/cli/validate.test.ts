import { spawnSync } from 'node:child_process'
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { musterFolder, root, runbookText, type Folder } from './muster.ts'

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 90_000 })

let folder: Folder
beforeAll(() => {
  folder = musterFolder()
})
afterAll(async () => {
  await folder.remove()
})

const GOOD = `---
runbook: 1
title: Test
kind: checklist
---
# Test

## Phase

### Only
- [ ] Something
`
const BAD = `${GOOD}
\`\`\`bash rnu
echo 1
\`\`\`
`

test('a good file says nothing but a count, and exits 0', async () => {
  const file = folder.file('good.md', GOOD)
  expect(await folder.muster(['validate', file])).toEqual({
    code: 0,
    out: '',
    err: '1 file: 0 errors, 0 warnings.\n',
  })
})

test('with an environment, a target that leads nowhere in it is an error where it is declared', async () => {
  mkdirSync(folder.data, { recursive: true })
  writeFileSync(
    join(folder.data, 'connections.yaml'),
    'connections: 1\nenvironments: { staging: { profiles: { orders: { redis: true } } } }\n',
  )
  const file = folder.file(
    'targets.md',
    GOOD.replace(
      'kind: checklist\n',
      'kind: checklist\ntargets:\n  cache: { redis: orders }\n  db: { postgres: orders }\n',
    ),
  )
  expect((await folder.muster(['validate', file])).code).toBe(0)
  const { code, out } = await folder.muster(['validate', file, '--environment', 'staging'])
  expect(code).toBe(1)
  expect(out.match(/error/gu)).toHaveLength(1)
  expect(out).toContain(
    'targets.md:7:3: error target-unresolved: The profile “orders” in staging is for redis',
  )
})

test('an error is shown at its place, with its line and a mark below it', async () => {
  folder.file('bad.md', BAD)
  const { code, out, err } = await folder.muster(['validate', 'bad.md'])
  expect(code).toBe(1)
  const lines = out.split('\n')
  expect(lines[0]).toMatch(/^bad\.md:13:9: error unknown-verb: .*Did you mean “run”/u)
  expect(lines[1]).toBe('  13 | ```bash rnu')
  expect(lines[2]).toBe('     |         ^^^')
  expect(err).toMatch(/^1 file: \d+ errors?, 0 warnings\.\n$/u)
})

test('tabs and wide characters do not move the mark', async () => {
  folder.file('wide.md', GOOD + '\n```bash\trun 部=1\necho 1\n```\n')
  const { out } = await folder.muster(['validate', 'wide.md'])
  const lines = out.split('\n')
  const at = lines.findIndex((line) => line.startsWith('wide.md:13:13: error unknown-attribute'))
  // A tab is shown as four blanks; the character takes two columns, and so does its mark.
  expect(lines[at + 1]).toBe('  13 | ```bash    run 部=1')
  expect(lines[at + 2]).toMatch(/^ {5}\| {16}\^{2,4}$/u)
})

test('warnings alone exit 0', async () => {
  folder.file('warning.md', runbookText('### Only\n- [ ] Something\n'))
  const { code, out, err } = await folder.muster(['validate', 'warning.md'])
  expect(out).toMatch(/^warning\.md:5:12: warning target-unused: /u)
  expect(err).toBe('1 file: 0 errors, 1 warning.\n')
  expect(code).toBe(0)
})

test('every file below a folder, and none of what only describes it', async () => {
  folder.file('tree/a.md', GOOD)
  folder.file('tree/deep/b.markdown', BAD)
  folder.file('tree/README.md', BAD)
  folder.file('tree/node_modules/c.md', BAD)
  folder.file('tree/.hidden/d.md', BAD)
  folder.file('tree/notes.txt', BAD)
  const { code, out } = await folder.muster(['validate', 'tree', '--json'])
  expect(code).toBe(1)
  const document: { files: { path: string }[]; errors: number } = JSON.parse(out)
  expect(document.files.map(({ path }) => path)).toEqual(['tree/a.md', 'tree/deep/b.markdown'])
  expect(document.errors).toBeGreaterThan(0)
})

test('--json says everything a script needs', async () => {
  folder.file('bad.md', BAD)
  const { code, out, err } = await folder.muster(['validate', 'bad.md', '--json'])
  expect([code, err]).toEqual([1, ''])
  const document: unknown = JSON.parse(out)
  expect(document).toMatchObject({
    files: [
      {
        path: 'bad.md',
        format: '1',
        title: 'Test',
        diagnostics: [
          {
            severity: 'error',
            code: 'unknown-verb',
            line: 13,
            column: 9,
            endLine: 13,
            endColumn: 12,
            suggestion: 'run',
          },
        ],
      },
    ],
    warnings: 0,
  })
})

test('standard input', async () => {
  const { code, out } = await folder.muster(['validate', '-'], { input: BAD })
  expect(code).toBe(1)
  expect(out).toContain('-:13:9: error')
})

test.each([
  [['validate'], 'Which files or folders?'],
  [['validate', 'not-there.md'], 'not-there.md does not exist.'],
])('%j is a usage error', async (words, message) => {
  const { code, err } = await folder.muster(words)
  expect(code).toBe(2)
  expect(err).toContain(message)
})

test('control characters of a file never reach the terminal', async () => {
  const file = folder.file('evil.md', GOOD + '\n```bash rnu\u001B]0;x\u0007\nx\n```\n')
  const { out } = await folder.muster(['validate', file])
  expect(out).toContain('error')
  expect(out).not.toContain('\u001B')
  expect(out).not.toContain('\u0007')
})

test('it loads the parser, and neither the engine nor the store', () => {
  const file = folder.file('good.md', GOOD)
  const script = `
    import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context) } })
    process.argv = ['node', 'muster', 'validate', ${JSON.stringify(file)}]
    await import(${JSON.stringify(`${root}/main/hosts/cli/main.ts`)})
    console.log(JSON.stringify(loaded))`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  })
  const loaded: string[] = JSON.parse(stdout)
  expect(loaded.some((url) => url.includes('/core/runbook/parse.ts'))).toBe(true)
  expect(
    loaded.filter((url) =>
      /main\/(?:engine|store|executors)\/|better-sqlite3|node-pty|\/ws\//u.test(url),
    ),
  ).toEqual([])
})

test('a file that is far too large is not read', async () => {
  const file = folder.file('disk.md', '')
  truncateSync(file, 5 * 1024 ** 3)
  const { code, err } = await folder.muster(['validate', 'disk.md'])
  expect(code).toBe(2)
  expect(err).toContain('disk.md has 5368709120 bytes; a runbook may have 8388608.')
})
