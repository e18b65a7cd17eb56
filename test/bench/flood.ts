import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compose } from '../../main/hosts/compose.ts'
import type { Connection } from '../../main/engine/engine.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'
import { compare, timed, type Benchmark, type Contestant } from './measure.ts'
import { ensureProgram, finish } from './programs.ts'

/**
 * How fast a command that prints without end is recorded: a block through the whole engine (pipes, and a terminal as the
 * others use) against util-linux's `script` and against asciinema.
 */

const BYTES = 64_000_000
const ROUNDS = 3
const COMMAND = `head -c ${BYTES} /dev/zero | tr '\\0' x`
const MEGABYTE = 1_000_000

const RUNBOOK = `---
runbook: 1
title: Flood
kind: maintenance
targets: { laptop: local }
---
# Flood

## Print
### Through pipes
\`\`\`yaml step
id: pipes
on: laptop
risk: safe
\`\`\`
\`\`\`bash run
${COMMAND}
\`\`\`
- [ ] Never confirmed, so that the step stays open

### Through a terminal
\`\`\`yaml step
id: terminal
on: laptop
risk: safe
\`\`\`
\`\`\`bash run pty
${COMMAND}
\`\`\`
- [ ] Never confirmed, so that the step stays open
`

/** A run of the flooding runbook; `print` runs one of its blocks once and gives the bytes that were recorded. */
async function startRun(
  connection: Connection,
  path: string,
  ended: (block: string) => Promise<number>,
): Promise<(block: string) => Promise<number>> {
  await connection.request('library.add', { path })
  const { sha256 } = await connection.request('library.read', { path })
  const { run } = await connection.request('runs.start', {
    path,
    sha256,
    mode: 'live',
    inputs: {},
    commander: 'Bench',
    acceptContent: true,
  })
  await connection.request('runs.follow', { run, follow: true })
  const perform = async (
    command: Parameters<typeof connection.request<'runs.command'>>[1]['command'],
  ): Promise<void> => {
    const result = await connection.request('runs.command', { run, actor: 'Bench', command })
    if (!result.ok) throw new Error(result.message)
  }
  const begun = new Set<string>()
  return async (block) => {
    const step = block.split('/')[0] ?? block
    if (!begun.has(step)) {
      begun.add(step)
      await perform({ type: 'step.begin', step, reason: 'a benchmark' })
    }
    const done = ended(block)
    await perform({ type: 'block.run', block, reason: 'another round' })
    return await done
  }
}

export const flood: Benchmark = {
  name: 'flood',
  async run() {
    const folder = temporaryFolder('bench-flood')
    const path = join(folder.path, 'flood.md')
    writeFileSync(path, RUNBOOK)
    const waiting = new Map<string, (bytes: number) => void>()
    const muster = compose({
      data: join(folder.path, 'data'),
      host: 'cli',
      version: '0.0.0',
      folders: [],
    })
    const connection = muster.engine.connect({
      push(push) {
        if (push.push !== 'run.events') return
        for (const event of push.data.events) {
          if (event.type !== 'block.finished') continue
          waiting.get(event.data.block)?.(event.data.stdout?.bytes ?? 0)
        }
      },
    })
    const missing: string[] = []
    try {
      const print = await startRun(
        connection,
        path,
        (block) => new Promise((resolve) => waiting.set(block, resolve)),
      )
      const whole = (bytes: number): void => {
        if (bytes < BYTES) throw new Error(`Only ${bytes} of ${BYTES} bytes were recorded.`)
      }
      const rate = (milliseconds: number): number => BYTES / MEGABYTE / (milliseconds / 1000)
      const ofMuster = (name: string, block: string): Contestant => ({
        name,
        once: async () => rate(await timed(async () => whole(await print(block)))),
      })
      const transcript = join(folder.path, 'transcript')
      const baselines: Contestant[] = []
      const offer = (
        name: string,
        program: string,
        debian: string,
        words: readonly string[],
      ): void => {
        const here = ensureProgram(program, debian)
        if (here !== true) {
          missing.push(`${name}: ${here}`)
          return
        }
        baselines.push({
          name,
          once: async () => {
            const took = await timed(() => finish(program, words))
            whole(statSync(transcript).size)
            return rate(took)
          },
        })
      }
      offer('script -q -c', 'script', 'bsdutils', ['-q', '-c', COMMAND, transcript])
      offer('asciinema rec', 'asciinema', 'asciinema', [
        'rec',
        '-q',
        '--overwrite',
        '-c',
        COMMAND,
        transcript,
      ])
      return {
        comparisons: await compare({
          benchmark: 'recorded flood',
          unit: 'MB/s',
          better: 'more',
          rounds: ROUNDS,
          subjects: [
            ofMuster('Muster, a block (pipes)', 'pipes/1'),
            ofMuster('Muster, a block with pty', 'terminal/1'),
          ],
          baselines,
        }),
        missing,
      }
    } finally {
      connection.close()
      await muster.close()
      folder.remove()
    }
  },
}
