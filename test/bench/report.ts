import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Connection } from '../../main/engine/engine.ts'
import { compose } from '../../main/hosts/compose.ts'
import { projectRoot } from '../harness/project.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'
import { compare, timed, type Benchmark } from './measure.ts'

const execute = promisify(execFile)

/**
 * The report of a run of 10,000 events and of the file made of it, beside what cannot be saved: reading those events from
 * the log as they stand there.
 */

const STEPS = 1_005
const LEAST_EVENTS = 10_000
const ROUNDS = 5
const PAGE = 5_000

function runbook(): string {
  const steps = Array.from(
    { length: STEPS },
    (_, index) => `
### Step ${index + 1}: look at the queue, then drain it

\`\`\`yaml step
id: step-${index + 1}
on: laptop
budget: 2m
\`\`\`

\`\`\`bash run
echo "queue ${index + 1}: 0 waiting"
\`\`\`

\`\`\`bash check
echo 0
\`\`\`

\`\`\`text expect
0
\`\`\`

- [ ] The queue is empty
- [ ] Support sees no new timeouts
- [ ] The dashboard is green
- [ ] The next one knows
`,
  )
  return `---
runbook: 1
title: Drain the queues
kind: maintenance
targets: { laptop: local }
---
# Drain the queues

## Queues
${steps.join('')}`
}

/** Runs it to its end with the command, as a person would who has prepared the answers. */
async function perform(folder: string, data: string): Promise<void> {
  const path = join(folder, 'queues.md')
  const answers = join(folder, 'answers.yaml')
  writeFileSync(path, runbook())
  writeFileSync(answers, 'confirm: all\n')
  const command = join(projectRoot, 'main', 'hosts', 'cli', 'bin.mjs')
  const words = ['--answers', answers, '--commander', 'Bench', '--trust', '--data', data]
  await execute(process.execPath, [command, 'run', path, ...words], { maxBuffer: 1024 ** 3 })
}

/** Reads every event, page by page, as any client does. */
async function readEvents(connection: Connection, run: string): Promise<number> {
  for (let count = 0; ;) {
    const page = await connection.request('runs.events', { run, after: count, limit: PAGE })
    count += page.length
    if (page.length < PAGE) return count
  }
}

export const report: Benchmark = {
  name: 'report',
  async run() {
    const folder = temporaryFolder('bench-report')
    const data = join(folder.path, 'data')
    await perform(folder.path, data)
    const muster = compose({ data, host: 'cli', version: '0.0.0', folders: [] })
    try {
      const connection = muster.engine.connect({ push: () => undefined })
      const [summary] = await connection.request('runs.list', { limit: 1 })
      if (summary === undefined) throw new Error('The run is missing.')
      const { run } = summary
      const events = await readEvents(connection, run)
      if (events < LEAST_EVENTS) throw new Error(`The run has only ${events} events.`)
      const baselines = [
        {
          name: 'reading the events',
          once: () => timed(() => readEvents(connection, run)),
        },
      ]
      const contest = {
        unit: 'ms',
        better: 'less',
        rounds: ROUNDS,
        baselines,
      } as const
      const draft = await compare({
        ...contest,
        benchmark: `report of ${events} events`,
        subjects: [
          {
            name: 'Muster, the draft',
            once: () =>
              timed(async () => {
                const made = await connection.request('reports.get', { run, report: 'post-mortem' })
                if (made.steps.length !== STEPS) throw new Error('The report lacks steps.')
              }),
          },
        ],
      })
      let files = 0
      const file = await compare({
        ...contest,
        benchmark: `HTML of ${events} events, verified`,
        subjects: [
          {
            name: 'Muster, export',
            once: () =>
              timed(async () => {
                files += 1
                await connection.request('exports.write', {
                  run,
                  format: 'html',
                  report: 'post-mortem',
                  zone: 'UTC',
                  path: join(folder.path, `${files}.html`),
                  ticket: String(files),
                })
              }),
          },
        ],
      })
      connection.close()
      return { comparisons: [...draft, ...file], missing: [] }
    } finally {
      await muster.close()
      folder.remove()
    }
  },
}
