import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Push } from '../../main/contract/pushes.ts'
import { until } from '../harness/until.ts'
import { book, openBench } from './support/engine.ts'

test('that output is not being recorded is said to every window, to those that open meanwhile too', async () => {
  const bench = openBench()
  onTestFinished(() => bench.close())
  const path = bench.write('loud.md', book('```bash run\necho lost; sleep 60\n```'))
  const run = await bench.start(path)
  await bench.command(run, { type: 'step.begin', step: 'one' })
  // A file where the folder for growing output has to be: nothing can be written there, by anybody.
  const spool = join(bench.data, 'spool')
  rmSync(spool, { recursive: true, force: true })
  writeFileSync(spool, '')
  await bench.command(run, { type: 'block.run', block: 'one/1' })
  const said = await until('the trouble is said', () =>
    bench.pushes.find(({ push }) => push === 'engine.trouble'),
  )

  const late: Push[] = []
  const connection = bench.muster.engine.connect({ push: (push) => late.push(push) })
  onTestFinished(() => connection.close())
  expect(late).toEqual([said])

  await bench.command(run, { type: 'block.stop', block: 'one/1', rung: 'kill' })
  const state = await bench.settled(run, 'one/1')
  expect(state.blocks['one/1']?.attempts[0]?.unrecorded).toBe('lost\n'.length)
  await until('it is over', () =>
    late.some((one) => one.push === 'engine.trouble' && one.data.message === undefined),
  )
  rmSync(spool)
})
