import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { replay } from '../../main/core/run/replay.ts'
import { compose, type Muster } from '../../main/hosts/compose.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'
import { until } from '../harness/until.ts'
import { book, fence, openBench, type Bench } from './support/engine.ts'
import { recorded } from './support/recorded.ts'

/** What the program finds of itself after it was killed. */

const cleanups: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

/** What a crash leaves: the data folder as it stands now. */
function crashed(bench: Bench): Muster {
  const folder = temporaryFolder('crashed')
  const data = join(folder.path, 'data')
  cpSync(bench.data, data, { recursive: true })
  const muster = compose({ data, host: 'cli', version: '0.1.0', folders: [bench.books] })
  cleanups.push(async () => {
    await muster.close()
    folder.remove()
  })
  return muster
}

describe('a run that is over, with something in flight when the program died', () => {
  it('is not left running for ever: opened again, it says that nobody knows, once', async () => {
    const bench = openBench()
    cleanups.push(() => bench.close())
    const stubborn = 'trap "" TERM INT\necho begun\nwhile :; do sleep 0.1; done'
    const run = await bench.start(bench.write('one.md', book(fence('bash run', stubborn))))
    await bench.command(run, { type: 'step.begin', step: 'one' })
    await bench.command(run, { type: 'block.run', block: 'one/1' })
    await until('it has begun', () =>
      bench.pushes.some(
        ({ push, data }) =>
          push === 'stream.data' && Buffer.from(data.base64, 'base64').includes('begun'),
      ),
    )
    await recorded(bench.data, 'begun')
    await bench.command(run, { type: 'run.abort', reason: 'wrong cluster' })
    expect((await bench.state(run)).blocks['one/1']?.status).toBe('running')

    const muster = crashed(bench)
    const first = muster.engine.connect({ push: () => {} })
    const second = muster.engine.connect({ push: () => {} })
    await Promise.all([first.request('runs.open', { run }), second.request('runs.open', { run })])
    await first.request('runs.open', { run, resume: true })
    const events = await first.request('runs.events', { run, after: 0, limit: 5000 })
    const state = replay(events)
    expect(state?.phase).toBe('aborted')
    expect(state?.blocks['one/1']?.status).toBe('unknown')
    expect(events.filter(({ type }) => type === 'block.finished')).toHaveLength(1)
    expect(state?.blocks['one/1']?.attempts[0]?.stdout?.bytes).toBe('begun\n'.length)
    expect(await first.request('runs.verify', { run })).toMatchObject({ ok: true })
    await expect(
      first.request('runs.command', { run, actor: 'Ada', command: { type: 'run.resume' } }),
    ).rejects.toMatchObject({ code: 'run-over' })
    await bench.command(run, { type: 'block.stop', block: 'one/1', rung: 'kill' })
    await bench.settled(run, 'one/1')
  })
})

describe('an interactive terminal that was open when the program died', () => {
  it('is closed as unknown, with what was recorded of it', async () => {
    const bench = openBench()
    cleanups.push(() => bench.close())
    const run = await bench.start(bench.write('one.md', book('- [ ] Item')))
    const { stream } = await bench.connection.request('terminal.open', {
      run,
      actor: 'Ada',
      target: 'laptop',
      columns: 80,
      rows: 24,
    })
    const typed = Buffer.from('echo "mar""ker"\n').toString('base64')
    await bench.connection.request('terminal.input', { stream, base64: typed })
    const shown = (): string =>
      bench.pushes
        .map(({ push, data }) =>
          push === 'stream.data' && data.stream === stream
            ? Buffer.from(data.base64, 'base64').toString('latin1')
            : '',
        )
        .join('')
    await until('the shell has answered', () => shown().includes('marker'))
    await recorded(bench.data, 'marker')

    const after = crashed(bench).engine.connect({ push: () => {} })
    await after.request('runs.open', { run, resume: true })
    const events = await after.request('runs.events', { run, after: 0, limit: 5000 })
    const closed = events.find(({ type }) => type === 'terminal.closed')
    if (closed?.type !== 'terminal.closed' || closed.data.stdout === undefined)
      throw new Error('The recording is not in the log.')
    expect(closed.data.outcome.kind).toBe('unknown')
    const { sha256, bytes } = closed.data.stdout
    const { base64 } = await after.request('runs.output', { run, sha256, offset: 0, length: bytes })
    expect(Buffer.from(base64, 'base64').toString('latin1')).toContain('marker')
    expect(await after.request('runs.verify', { run })).toMatchObject({ ok: true })
  })
})
