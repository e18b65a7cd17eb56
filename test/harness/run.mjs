import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import process from 'node:process'
import { ensurePrograms } from '../../main/hosts/launch/debian.mjs'
import { endWithNpm } from '../../main/hosts/launch/parent.mjs'
import { prepare } from '../../main/hosts/launch/setup.mjs'
import { fail, root } from '../../main/hosts/launch/words.mjs'
import { failure, lastLine, sum } from './counts.mjs'
import { killAll, marked } from './processes.mjs'
import { CHECKS, STAGES } from './stages.mjs'

/**
 * `npm test`: sets up what is missing, runs everything, says at the end how much passed.
 * `npm test -- --only unit,e2e test/store` runs some stages, and of their tests those whose path has the given part;
 * `--slow` names the slowest files of each stage.
 */

/** Programs that tests run, and their Debian packages. */
const PROGRAMS = {
  chromium: 'chromium',
  'redis-server': 'redis-server',
  'redis-cli': 'redis-tools',
  openssl: 'openssl',
  sshd: 'openssh-server',
  ssh: 'openssh-client',
  'ssh-keygen': 'openssh-client',
  'softhsm2-util': 'softhsm2',
  git: 'git',
  ps: 'procps',
  python3: 'python3',
  unzip: 'unzip',
  asciinema: 'asciinema',
}

const LEFTOVERS_MS = 5000

const { values, positionals } = parseArgs({
  options: { only: { type: 'string' }, slow: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const names = values.only?.split(',') ?? Object.keys(STAGES)
const unknown = names.find((name) => !Object.hasOwn(STAGES, name))
if (unknown !== undefined)
  fail(`There is no stage “${unknown}”. Stages: ${Object.keys(STAGES).join(', ')}.`)

endWithNpm('test')
await prepare(fileURLToPath(import.meta.url))
// Tests start hundreds of processes of the same program: each reads what the first has compiled.
process.env.NODE_COMPILE_CACHE ??= join(root, 'node_modules', '.cache', 'compiled')
ensurePrograms(PROGRAMS)

const mark = `${process.pid}-${Date.now()}`
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
]) {
  process.on(signal, () => {
    killAll()
    for (const { pid } of marked(mark)) kill(pid)
    process.exit(code)
  })
}

function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has just ended.
  }
}

/** What is still there a moment after a stage: named as failures, and ended. */
async function leftovers() {
  // A browser takes a moment to go after it was told to.
  const deadline = performance.now() + LEFTOVERS_MS
  while (marked(mark).length > 0 && performance.now() < deadline) await sleep(100)
  return marked(mark).map(({ pid, command }) => {
    kill(pid)
    return failure(`left behind: process ${pid}, ${command.slice(0, 200)}`)
  })
}

/** Runs stages at the same time, and says what became of each. */
async function together(stages) {
  process.stdout.write(`== ${stages.join(', ')}\n`)
  const ran = await Promise.all(
    stages.map(async (name) => {
      const startedAt = performance.now()
      const result = await STAGES[name]({ mark, filters: positionals, slow: values.slow })
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
      const which = stages.length > 1 ? `${name}: ` : ''
      process.stdout.write(`   ${which}${lastLine(result)} (${seconds} s)\n`)
      return result
    }),
  )
  return sum([...ran, ...(await leftovers())])
}

const checks = names.filter((name) => CHECKS.has(name))
const results = checks.length > 0 ? [await together(checks)] : []
for (const name of names) if (!CHECKS.has(name)) results.push(await together([name]))

const total = sum(results)
for (const line of total.failures) process.stdout.write(`failed: ${line}\n`)
for (const line of total.skipped) process.stdout.write(`skipped: ${line}\n`)
if (total.passed + total.failed === 0) process.stdout.write('Nothing was run.\n')
process.stdout.write(`${lastLine(total)}\n`)
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1
