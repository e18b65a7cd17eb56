import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { nodeBinary, prepare, root, say } from '../../main/hosts/launch/setup.mjs'

/**
 * `npm test`: sets up what is missing, runs everything, says at the end how much passed. For work on one part:
 * `npm test -- --only unit`, `npm test -- --only e2e`, or vitest directly (see CONTRIBUTING.md).
 */

const STAGES = ['format', 'lint', 'types', 'imports', 'unit', 'e2e', 'electron', 'electron-real']
const PACKAGES = {
  chromium: 'chromium',
  'redis-server': 'redis-server',
  sshd: 'openssh-server',
  openssl: 'openssl',
  git: 'git',
}
const modules = join(root, 'node_modules')
const only = process.argv.includes('--only')
  ? process.argv[process.argv.indexOf('--only') + 1]?.split(',')
  : undefined
const marker = `muster-test-${process.pid}-${Date.now()}`

/** Programs from Debian that tests need: installed when this is root on Debian, else named. */
function ensurePrograms() {
  const path = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`
  const missing = Object.keys(PACKAGES).filter(
    (program) => !path.split(':').some((folder) => existsSync(join(folder, program))),
  )
  if (missing.length === 0 || process.platform !== 'linux') return
  const packages = missing.map((program) => PACKAGES[program])
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    say(
      `These programs are needed and missing: ${missing.join(', ')}. Install them, for example: sudo apt-get install ${packages.join(' ')}`,
    )
    process.exit(1)
  }
  say(`Installing ${packages.join(', ')}…`)
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  for (const words of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
    const apt = spawnSync('apt-get', words, { encoding: 'utf8', env: environment })
    if (apt.status !== 0) {
      say(`${apt.stdout}${apt.stderr}`)
      say(`apt-get ${words[0]} did not succeed.`)
      process.exit(1)
    }
  }
}

/** Runs a program to its end; its output is shown when it fails, or always with `show`. */
function run(program, words, show = false) {
  return new Promise((resolve) => {
    const child = spawn(program, words, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        PATH: `${join(modules, '.bin')}:${process.env.PATH ?? ''}`,
        MUSTER_TEST_RUN: marker,
        FORCE_COLOR: '0',
      },
    })
    let output = ''
    const take = (chunk) => {
      output += chunk
      if (show) process.stdout.write(chunk)
    }
    child.stdout.setEncoding('utf8').on('data', take)
    child.stderr.setEncoding('utf8').on('data', take)
    child.once('error', (error) => resolve({ code: 1, output: `${output}${error.message}\n` }))
    child.once('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

/** A check that is one test: it passes or it fails. */
async function check(program, words) {
  const { code, output } = await run(program, words)
  if (code !== 0) process.stdout.write(output)
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: [] }
}

function sum(results) {
  return results.reduce(
    (total, result) => ({
      passed: total.passed + result.passed,
      failed: total.failed + result.failed,
      skipped: [...total.skipped, ...result.skipped],
    }),
    { passed: 0, failed: 0, skipped: [] },
  )
}

/** A vitest run, counted from its own report. A run without a report has failed, whatever its exit code. */
async function vitest(config) {
  const folder = mkdtempSync(join(tmpdir(), 'muster-report-'))
  const report = join(folder, 'report.json')
  try {
    const words = [
      join(modules, 'vitest', 'vitest.mjs'),
      'run',
      '--config',
      config,
      '--reporter',
      'json',
      '--outputFile',
      report,
    ]
    const { code, output } = await run(nodeBinary(), words)
    if (!existsSync(report)) {
      process.stdout.write(output)
      return { passed: 0, failed: 1, skipped: [] }
    }
    const { testResults } = JSON.parse(readFileSync(report, 'utf8'))
    const result = { passed: 0, failed: 0, skipped: [] }
    for (const file of testResults) {
      if (
        file.status === 'failed' &&
        !file.assertionResults.some(({ status }) => status === 'failed')
      ) {
        result.failed++
        process.stdout.write(`FAILED ${file.name.slice(root.length)}\n${file.message}\n`)
      }
      for (const test of file.assertionResults) {
        if (test.status === 'passed') result.passed++
        else if (test.status === 'failed') {
          result.failed++
          process.stdout.write(
            `FAILED ${file.name.slice(root.length)}: ${test.fullName}\n${test.failureMessages.join('\n')}\n`,
          )
        } else result.skipped.push(`${file.name.slice(root.length)}: ${test.fullName}`)
      }
    }
    // An error outside of every test (an unhandled rejection) fails the run without failing a test.
    if (code !== 0 && result.failed === 0) {
      result.failed++
      process.stdout.write(output)
    }
    return result
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const bin = (name) => join(modules, '.bin', name)

const stages = {
  format: () => check(bin('prettier'), ['--check', '.', '--log-level', 'warn']),
  lint: () => check(bin('oxlint'), ['--type-aware', '--deny-warnings']),
  types: async () =>
    sum(
      await Promise.all(
        ['main/core', 'main', 'preload', 'renderer', 'test'].map((project) =>
          check(bin('tsc'), ['-p', project]),
        ),
      ),
    ),
  imports: () => check(nodeBinary(), [join(root, 'test', 'harness', 'imports.mjs')]),
  unit: () => vitest('test/vitest.config.ts'),
  e2e: () => vitest('test/vitest.e2e.config.ts'),
  electron: () => vitest('test/vitest.electron.config.ts'),
  'electron-real': () => {
    const binary = join(modules, 'electron', 'path.txt')
    if (existsSync(binary)) return vitest('test/vitest.electron-real.config.ts')
    return {
      passed: 0,
      failed: 0,
      skipped: [
        "test/electron-real: Electron's own binary is not here, so the shell ran over the shim only",
      ],
    }
  },
}

/** Processes that a test started and left behind, found by the mark in their environment. */
function leftovers() {
  if (!existsSync('/proc/self/environ')) return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`MUSTER_TEST_RUN=${marker}`)
      } catch {
        return false
      }
    })
    .map((pid) => {
      let command = ''
      try {
        command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
      } catch {
        // It has just ended.
      }
      return { pid: Number(pid), command }
    })
    .filter(({ command }) => command !== '')
}

prepare(fileURLToPath(import.meta.url))
ensurePrograms()
const results = []
for (const name of STAGES) {
  if (only && !only.includes(name)) continue
  const startedAt = performance.now()
  process.stdout.write(`== ${name}\n`)
  const result = await stages[name]()
  results.push(result)
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  process.stdout.write(
    `   ${result.passed} passed, ${result.failed} failed, ${result.skipped.length} skipped, ${seconds} s\n`,
  )
}
const total = sum(results)
// A browser takes a moment to go after it was told to.
for (let wait = 0; wait < 20 && leftovers().length > 0; wait++)
  await new Promise((resolve) => setTimeout(resolve, 250))
for (const { pid, command } of leftovers()) {
  total.failed++
  process.stdout.write(`FAILED left behind: ${pid} ${command}\n`)
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has just ended.
  }
}
if (total.passed + total.failed === 0) {
  process.stdout.write('FAILED nothing was run\n')
  total.failed++
}
for (const skip of total.skipped) process.stdout.write(`skipped ${skip}\n`)
const tail = total.skipped.length === 0 ? '' : `, ${total.skipped.length} skipped`
process.stdout.write(`${total.passed} passed, ${total.failed} failed${tail}\n`)
process.exitCode = total.failed === 0 ? 0 : 1
