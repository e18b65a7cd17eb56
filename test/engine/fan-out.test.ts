import { expect, test } from 'vitest'
import type { HostEnd } from '../../main/engine/fan-out.ts'
import { fanOut } from '../../main/engine/fan-out.ts'
import { openBench } from './support/engine.ts'

const HOSTS = ['a', 'b', 'c', 'd']
const end = (code: number): HostEnd => ({ outcome: { kind: 'exited', code }, passed: code === 0 })

test('a failure ends the batches, and what had no turn is said', async () => {
  const begun: (readonly string[])[] = []
  const result = await fanOut({
    hosts: HOSTS,
    strategy: { kind: 'rolling', maxFailures: 0 },
    begin: (batch) => begun.push(batch) > 0,
    run: (host) => Promise.resolve(end(host === 'b' ? 1 : 0)),
    skip: () => end(1),
    stopped: () => false,
  })
  expect(begun).toEqual([['a'], ['b']])
  expect(result.outcome).toEqual({ kind: 'cancelled' })
  expect(result.gates[0]).toMatchObject({
    passed: false,
    seen: '1 passed; not passed: b; nothing was sent to c, d',
  })
})

test('nothing is sent to a batch that could not be recorded', async () => {
  const sent: string[] = []
  const result = await fanOut({
    hosts: HOSTS,
    strategy: { kind: 'canary', maxFailures: 0 },
    begin: (batch) => batch.length === 1,
    run: (host) => {
      sent.push(host)
      return Promise.resolve(end(0))
    },
    skip: () => end(1),
    stopped: () => false,
  })
  expect(sent).toEqual(['a'])
  expect(result.gates[0]?.passed).toBe(false)
})

test('stopped in the middle of a large batch, the hosts that wait are not sent to any more', async () => {
  const hosts = Array.from({ length: 100 }, (_, index) => `web-${index}`)
  const sent: string[] = []
  const skipped: string[] = []
  let release = (): void => undefined
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const fan = { stopped: false }
  const running = fanOut({
    hosts,
    strategy: undefined,
    begin: () => true,
    run: async (host) => {
      sent.push(host)
      await held
      return end(0)
    },
    skip: (host) => {
      skipped.push(host)
      return { outcome: { kind: 'not-started', detail: 'stopped' }, passed: false }
    },
    stopped: () => fan.stopped,
  })
  fan.stopped = true
  release()
  const result = await running
  expect(sent).toHaveLength(32)
  expect(skipped).toHaveLength(68)
  expect(result.gates[0]?.passed).toBe(false)
})

test('each host has its own intent, result and place in the record', async () => {
  const bench = openBench()
  try {
    // Port 1 of loopback takes no connection, whichever way there is chosen.
    const path = bench.write(
      'many.md',
      `---
runbook: 1
title: Many
kind: maintenance
targets: { web: { ssh: ["ssh://127.0.0.1:1", "ssh://127.0.0.2:1"] } }
---
# Many

## Phase

### One

\`\`\`yaml step
id: one
on: web
strategy: { kind: rolling, max-failures: 1 }
\`\`\`

\`\`\`bash run
true
\`\`\`
`,
    )
    const run = await bench.start(path)
    await bench.command(run, { type: 'step.begin', step: 'one' })
    await bench.command(run, { type: 'block.run', block: 'one/1' })
    const state = await bench.settled(run, 'one/1')
    const attempt = state.blocks['one/1']?.attempts[0]
    expect(attempt?.hosts?.map(({ batch }) => batch)).toEqual([1, 2])
    expect(attempt?.hosts?.map(({ outcome }) => outcome?.kind)).toEqual([
      'not-started',
      'not-started',
    ])
    expect(attempt?.outcome?.kind).toBe('not-started')
    expect(state.blocks['one/1']?.status).toBe('failed')
  } finally {
    await bench.close()
  }
})
