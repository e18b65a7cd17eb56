import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { countRun, lastLine, sum } from '../harness/counts.mjs'
import { marked, run } from '../harness/processes.mjs'
import { projectRoot } from '../harness/project.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'
import { until } from '../harness/until.ts'

/** `npm test` itself: what it counts, and that nothing which went wrong is counted as well. */

const folder = temporaryFolder('counts')
afterAll(() => folder.remove())

/** Runs vitest as `npm test` does, over one file with the given text. */
function count(name: string, text: string) {
  const here = join(folder.path, name)
  mkdirSync(here)
  writeFileSync(join(here, 'planted.test.ts'), text)
  const report = join(here, 'report.json')
  const { status } = spawnSync(
    process.execPath,
    [
      join(projectRoot, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '--root',
      here,
      '--globals',
      '--allowOnly=false',
      `--reporter=${join(projectRoot, 'test', 'harness', 'reporter.mjs')}`,
    ],
    { cwd: here, env: { ...process.env, MUSTER_TEST_REPORT: report } },
  )
  const said = existsSync(report) ? readFileSync(report, 'utf8') : undefined
  return countRun(name, said, status ?? 1)
}

describe('counting', () => {
  it('tells passed, failed and skipped apart, and why one was skipped', () => {
    const result = count(
      'mixed',
      `it('good', () => {})
       it('bad', () => { throw new Error('planted') })
       it('not here', (context) => context.skip('no printer'))
       it.todo('later')`,
    )
    expect(result).toEqual({
      passed: 1,
      failed: 1,
      failures: ['planted.test.ts: bad'],
      skipped: [
        'planted.test.ts: not here (no printer)',
        'planted.test.ts: later (no reason given)',
      ],
    })
  })

  it.each([
    ['a file that cannot be loaded', "import './nowhere.ts'\nit('good', () => {})"],
    ['a file without a test', 'export {}'],
    ['a hook that fails', "afterAll(() => { throw new Error('planted') })\nit('good', () => {})"],
    [
      'a promise that nobody waits for',
      "it('good', () => { void Promise.reject(new Error('planted')) })",
    ],
    // Put together here, so that the check for such tests does not find it in this file.
    ['a test that runs alone', ['it', "only('good', () => {})"].join('.')],
    [
      'a process that ends in the middle',
      "it('good', () => { process.kill(process.pid, 'SIGKILL') })",
    ],
  ])('%s is a failure', (name, text) => {
    expect(count(name.replaceAll(' ', '-'), text).failed).toBeGreaterThan(0)
  })

  it('a run that says nothing, nothing at all, or ends badly for no named reason has failed', () => {
    expect(countRun('unit', undefined, 0).failed).toBe(1)
    expect(countRun('unit', '{"tests":[],"errors":[]}', 0).failed).toBe(1)
    const good = '{"tests":[{"file":"a","name":"b","state":"passed"}],"errors":[]}'
    expect(countRun('unit', good, 0)).toMatchObject({ passed: 1, failed: 0 })
    expect(countRun('unit', good, 1)).toMatchObject({ passed: 1, failed: 1 })
  })

  it('ends with one line', () => {
    const good = countRun(
      'unit',
      '{"tests":[{"file":"a","name":"b","state":"passed"}],"errors":[]}',
      0,
    )
    expect(lastLine(sum([good, good]))).toBe('2 passed, 0 failed')
    const skipped = '{"tests":[{"file":"a","name":"b","state":"skipped"}],"errors":[]}'
    expect(lastLine(sum([good, countRun('unit', skipped, 0)]))).toBe(
      '1 passed, 0 failed, 1 skipped',
    )
  })
})

describe.runIf(process.platform === 'linux')('processes', () => {
  it('that take too long are ended with all that they started', async () => {
    const mark = `counts-slow-${process.pid}`
    const { code, output } = await run('/bin/sh', ['-c', 'sleep 600 & echo begun; sleep 600'], {
      mark,
      timeoutMs: 300,
    })
    expect(code).toBe(1)
    expect(output).toContain('begun')
    expect(output).toContain('took more than 0.3 s')
    await until('both are gone', () => marked(mark).length === 0)
  })

  it('that are left behind are found, though they left the group', async () => {
    const mark = `counts-left-${process.pid}`
    const words = ['-c', 'setsid sleep 600 > /dev/null 2>&1 & echo done']
    expect((await run('/bin/sh', words, { mark, timeoutMs: 10_000 })).code).toBe(0)
    const found = await until('it is found', () => {
      const left = marked(mark).filter(({ command }) => command === 'sleep 600')
      return left.length > 0 && left
    })
    expect(found).toHaveLength(1)
    for (const { pid } of found) process.kill(pid, 'SIGKILL')
    await until('it is gone', () => marked(mark).length === 0)
  })

  it('that cannot be started, or are killed, say so', async () => {
    const options = { mark: 'counts-none', timeoutMs: 10_000 }
    expect(await run('/nonexistent', [], options)).toMatchObject({ code: 1 })
    const killed = await run('/bin/sh', ['-c', 'kill -9 $$'], options)
    expect(killed).toMatchObject({ code: 1 })
    expect(killed.output).toContain('SIGKILL')
  })
})
