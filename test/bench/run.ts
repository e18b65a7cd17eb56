import { writeFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { events } from './events.ts'
import { evidence } from './evidence.ts'
import { exports } from './exports.ts'
import { fanOut } from './fan-out.ts'
import { flood } from './flood.ts'
import type { Comparison } from './measure.ts'
import { parse } from './parse.ts'
import { preflight } from './preflight.ts'
import { report } from './report.ts'
import { rows } from './rows.ts'
import { search } from './search.ts'
import { ssh } from './ssh.ts'
import { startUp } from './start-up.ts'
import { table } from './table.ts'
import { window } from './window.ts'

/**
 * `npm run bench [-- --only NAME,NAME] [--json FILE]`: every result as a ratio to something known, measured in the same
 * run. Slow is not an error; wrong is: a benchmark that did not do its work throws.
 */

const BENCHMARKS = [
  startUp,
  parse,
  events,
  window,
  flood,
  rows,
  ssh,
  fanOut,
  preflight,
  evidence,
  exports,
  report,
  search,
]

const { values } = parseArgs({
  options: { only: { type: 'string' }, json: { type: 'string' } },
})
const only = values.only?.split(',')
const unknown = only?.filter((name) => !BENCHMARKS.some((one) => one.name === name)) ?? []
if (unknown.length > 0) {
  process.stderr.write(
    `There is no benchmark ${unknown.join(', ')}. There are: ${BENCHMARKS.map(({ name }) => name).join(', ')}.\n`,
  )
  process.exit(2)
}

const comparisons: Comparison[] = []
const missing: string[] = []
const startedAt = performance.now()
for (const benchmark of BENCHMARKS) {
  if (only !== undefined && !only.includes(benchmark.name)) continue
  process.stderr.write(`${benchmark.name}…\n`)
  const result = await benchmark.run()
  comparisons.push(...result.comparisons)
  missing.push(...result.missing)
}
const machine = {
  date: new Date().toISOString().slice(0, 10),
  cores: availableParallelism(),
  processor: cpus()[0]?.model ?? 'unknown',
  memoryGb: Math.round(totalmem() / 1024 ** 3),
  platform: `${process.platform} ${process.arch}`,
  node: process.version,
  seconds: Math.round((performance.now() - startedAt) / 1000),
}
const document = `${JSON.stringify({ machine, comparisons, missing }, null, 2)}\n`
if (values.json === '-') {
  process.stdout.write(document)
} else {
  process.stdout.write(
    `\n${machine.date}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.platform}, Node ${machine.node}, ${machine.seconds} s\n\n`,
  )
  process.stdout.write(`${table(comparisons)}\n`)
  for (const line of missing) process.stdout.write(`Not compared: ${line}\n`)
  if (values.json !== undefined) writeFileSync(values.json, document)
}
