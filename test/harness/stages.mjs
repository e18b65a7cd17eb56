import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { electronBinary } from '../../main/hosts/launch/electron.mjs'
import { nodeBinary } from '../../main/hosts/launch/node.mjs'
import { root } from '../../main/hosts/launch/words.mjs'
import { countRun, failure, pass, skip, sum } from './counts.mjs'
import { run } from './processes.mjs'

/** What `npm test` does, in order. Each stage takes `{ mark, filters, slow }` and resolves with a result (see `counts.mjs`). */

const CHECK_MS = 180_000
const SLOWEST = 10
/** A guard against what hangs, on machines that do other things besides. */
const TESTS_MS = 1_500_000

/** The script of a package's program, to be run by our own Node on every system alike. */
function script(name, program = name) {
  const { bin } = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'))
  return join(root, 'node_modules', name, typeof bin === 'string' ? bin : bin[program])
}

/** A check that is one test: it passes or it fails. Its output is shown when it fails. */
function check(name, words) {
  return async ({ mark }) => {
    const { code, output } = await run(nodeBinary(), words(), { mark, timeoutMs: CHECK_MS })
    if (code === 0) return pass
    process.stdout.write(output)
    return failure(name)
  }
}

const TYPED = ['main/core', 'main', 'preload', 'renderer', 'test']

/** Where the time went. */
function showSlowest(report) {
  const slowest = JSON.parse(report).files.toSorted((a, b) => b.ms - a.ms)
  for (const { file, ms } of slowest.slice(0, SLOWEST))
    process.stdout.write(`   ${(ms / 1000).toFixed(1).padStart(6)} s  ${file}\n`)
}

/** Tests by vitest, with one of the configurations below `test`. Their output is shown when something fails. */
function tests(name, config) {
  return async ({ mark, filters, slow }) => {
    const folder = mkdtempSync(join(tmpdir(), 'muster-report-'))
    const report = join(folder, 'report.json')
    try {
      const words = [
        script('vitest'),
        'run',
        '--config',
        join('test', config),
        '--allowOnly=false',
        '--reporter=dot',
        `--reporter=${join(root, 'test', 'harness', 'reporter.mjs')}`,
        ...filters,
      ]
      process.env.MUSTER_TEST_REPORT = report
      const { code, output } = await run(nodeBinary(), words, { mark, timeoutMs: TESTS_MS })
      const text = existsSync(report) ? readFileSync(report, 'utf8') : undefined
      const result = countRun(name, text, code)
      if (result.failed > 0) process.stdout.write(output)
      if (slow && text !== undefined) showSlowest(text)
      return result
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

/** The real Electron, where it can be had. */
async function realElectron(context) {
  const missing = electronBinary() === undefined
  const asRoot = process.platform !== 'win32' && process.getuid?.() === 0
  if (missing || asRoot) {
    const why = missing ? 'its binary is not here' : 'its sandbox does not work as root'
    return skip(`real Electron: ${why}, so its bundles ran over the shim only`)
  }
  return await tests('electron-real', 'vitest.electron-real.config.ts')(context)
}

export const STAGES = {
  format: check('format', () => [script('prettier'), '--check', '.', '--log-level', 'warn']),
  lint: check('lint', () => [script('oxlint'), '--type-aware', '--deny-warnings']),
  types: async (context) =>
    sum(
      await Promise.all(
        TYPED.map((project) =>
          check(`types of ${project}`, () => [script('typescript', 'tsc'), '-p', project])(context),
        ),
      ),
    ),
  imports: check('imports', () => [join(root, 'test', 'harness', 'imports.mjs')]),
  structure: tests('structure', 'vitest.structure.config.ts'),
  unit: tests('unit', 'vitest.config.ts'),
  e2e: tests('e2e', 'vitest.e2e.config.ts'),
  electron: tests('electron', 'vitest.electron.config.ts'),
  'electron-real': realElectron,
}

/** Stages that start nothing but themselves: those of them that are wanted run at the same time. */
export const CHECKS = new Set(['format', 'lint', 'types', 'imports'])
