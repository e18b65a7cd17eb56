import { execFile, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ExportFormat } from '../../main/contract/reports.ts'
import { openStore } from '../../main/store/open.ts'
import { peakMemory, peakMemoryOfChildren } from './peak-memory.ts'
import { projectRoot } from './project.ts'

/** A run as large as anybody will have one, and what its exports cost. The program is the built one. */

const execute = promisify(execFile)
const PROGRAM = join(projectRoot, 'out', 'main', 'cli.js')
const LINE = '2026-11-30T03:12:45Z orders-api worker 7: retrying the payment of order 4711'
const AT_ONCE = 500
const LOOK_MS = 20

export interface LargeRun {
  readonly data: string
  readonly run: string
}

/** Makes one in a new data folder: a command that prints so much, and notes until there are so many events. */
export async function largeRun(
  folder: string,
  { events, outputBytes }: { readonly events: number; readonly outputBytes: number },
): Promise<LargeRun> {
  const data = join(folder, `data-${events}`)
  const book = join(folder, `large-${events}.md`)
  writeFileSync(
    book,
    `---\nrunbook: 1\ntitle: Drain the queues\nkind: maintenance\ntargets: { laptop: local }\n---\n# Drain the queues\n\n## Queues\n\n### Drain\n\n\`\`\`yaml step\nid: drain\non: laptop\n\`\`\`\n\n\`\`\`bash run\nyes '${LINE}' | head -c ${outputBytes} || true\n\`\`\`\n`,
  )
  const answers = join(folder, 'answers.yaml')
  writeFileSync(answers, 'confirm: all\n')
  const words = ['run', book, '--data', data, '--trust', '--answers', answers, '--json']
  await execute(process.execPath, [PROGRAM, ...words])
  const store = openStore({
    folder: data,
    clock: { wall: () => Date.now(), mono: () => performance.now() },
    crypto: {
      sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
      randomId: () => randomBytes(10).toString('hex'),
    },
  })
  try {
    const [summary] = store.runs.list(1)
    if (summary === undefined) throw new Error('The run is missing.')
    const { run } = summary
    for (let count = summary.events; count < events;) {
      const notes = Array.from({ length: Math.min(AT_ONCE, events - count) }, (_, index) => ({
        type: 'note.added' as const,
        data: { kind: 'note' as const, text: `Queue ${count + index} is drained.` },
      }))
      count = store.log.append(run, 'Ann', notes).at(-1)?.seq ?? events
    }
    return { data, run }
  } finally {
    store.close()
  }
}

export interface ExportCost {
  readonly milliseconds: number
  /** Of the program, at its highest. */
  readonly megabytes: number
  /** Of the largest process that it began, which is the browser that prints. */
  readonly browserMegabytes: number
}

/** Exports it with the command, and gives what that took. */
export async function exportCost(
  { data, run }: LargeRun,
  format: ExportFormat,
  path: string,
): Promise<ExportCost> {
  const startedAt = performance.now()
  const words = ['export', run, '--format', format, '-o', path, '--data', data, '--replace']
  const child = spawn(process.execPath, [PROGRAM, ...words], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (bytes: Buffer) => {
    said += bytes.toString()
  })
  let megabytes = 0
  let browserMegabytes = 0
  const looking = setInterval(() => {
    if (child.pid === undefined) return
    megabytes = peakMemory(child.pid) ?? megabytes
    browserMegabytes = Math.max(browserMegabytes, peakMemoryOfChildren(child.pid))
  }, LOOK_MS)
  await once(child, 'close')
  clearInterval(looking)
  if (child.exitCode !== 0) throw new Error(`The export as ${format} failed: ${said}`)
  return { milliseconds: performance.now() - startedAt, megabytes, browserMegabytes }
}
