import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { openBench } from '../../engine/support/engine.ts'
import { until } from '../../harness/until.ts'
import { musterFolder } from '../../hosts/cli/muster.ts'
import type { Kind, Places } from './places.ts'
import { honest, judged, nextMark, prepare, type Seen } from './suffer.ts'

/** Longer than the keep-alive of the profiles, which gives a connection up after two misses of a second. */
const ASLEEP_MS = 4_000

/** Several programs begin at once, on a machine that may be busy. */
const PATIENCE_MS = 90_000

/** The process and everything it has started. */
function tree(pid: number): readonly number[] {
  let children: string
  try {
    children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
  } catch {
    return [pid]
  }
  return [pid, ...children.split(' ').filter(Boolean).map(Number).flatMap(tree)]
}

function signal(processes: readonly number[], name: NodeJS.Signals): void {
  for (const pid of processes)
    try {
      process.kill(pid, name)
    } catch {
      // It has ended by itself.
    }
}

/** The real program is stopped in the middle of a block, as by closing the lid, and goes on much later. */
export async function suspend(places: Places, kind: Kind, link: 'held' | 'lost'): Promise<Seen> {
  const id = nextMark()
  const muster = musterFolder()
  const bench = openBench({ data: muster.data })

  async function sleepAndWake(path: string): Promise<void> {
    const answers = muster.file('answers.yaml', 'confirm: all\n')
    const start = ['--environment', 'staging', '--commander', 'Ada', '--trust', '--mode', 'live']
    const program = muster.start(['run', path, ...start, '--answers', answers])
    await until('the effect has happened', () => places.isAtWork(kind, id), PATIENCE_MS)
    const asleep = tree(program.pid)
    signal(asleep, 'SIGSTOP')
    if (link === 'lost') places.proxies[kind].arm({ kind: 'cut', direction: 'to-client', after: 0 })
    await new Promise((resolve) => setTimeout(resolve, ASLEEP_MS))
    signal(asleep, 'SIGCONT')
    await program.ended
  }

  try {
    const path = await prepare(bench, places.profile(kind), places.block(kind, id))
    await bench.reopen(() => sleepAndWake(path))
    const [summary] = await bench.connection.request('runs.list', { limit: 1 })
    if (summary === undefined) throw new Error('The run is gone.')
    const { run } = summary
    expect(await bench.connection.request('runs.verify', { run })).toMatchObject({ ok: true })
    return honest({
      kind,
      fault:
        link === 'held'
          ? 'laptop suspended for longer than the keep-alive, the link holds'
          : 'laptop suspended, the link is cut meanwhile',
      ...judged(await bench.state(run), places),
      effects: await places.count(kind, id),
    })
  } finally {
    places.proxies[kind].arm(undefined)
    await bench.close()
    await muster.remove()
  }
}
