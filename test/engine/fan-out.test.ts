import { expect, test } from 'vitest'
import type { HostEnd } from '../../main/engine/fan-out.ts'
import { fanOut } from '../../main/engine/fan-out.ts'
import { until } from '../harness/until.ts'
import { openBench } from './support/engine.ts'

const HOSTS = ['a', 'b', 'c', 'd']
const end = (code: number): HostEnd => ({ outcome: { kind: 'exited', code }, passed: code === 0 })

const unpaused = (): Promise<void> => Promise.resolve()

/** The whole target, nothing to check between batches, and no pause. */
const ALONE = { others: [], check: () => Promise.resolve([]), unpaused }

test('a failure ends the batches, and what had no turn is said', async () => {
  const begun: (readonly string[])[] = []
  const result = await fanOut({
    hosts: HOSTS,
    strategy: { kind: 'rolling', maxFailures: 0 },
    begin: (_batch, hosts) => begun.push(hosts) > 0,
    run: (host) => Promise.resolve(end(host === 'b' ? 1 : 0)),
    skip: () => end(1),
    stopped: () => false,
    ...ALONE,
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
    begin: (batch) => batch === 1,
    run: (host) => {
      sent.push(host)
      return Promise.resolve(end(0))
    },
    skip: () => end(1),
    stopped: () => false,
    ...ALONE,
  })
  expect(sent).toEqual(['a'])
  expect(result.gates[0]?.passed).toBe(false)
})

test('each host is on disk before it is sent to, and not before its turn', async () => {
  const hosts = Array.from({ length: 100 }, (_, index) => `web-${index}`)
  const begun = new Set<string>()
  const sent: string[] = []
  let release = (): void => undefined
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const fan = { stopped: false }
  const running = fanOut({
    hosts,
    strategy: undefined,
    begin: (batch, some) => {
      expect(batch).toBe(1)
      for (const host of some) begun.add(host)
      return true
    },
    run: async (host) => {
      expect(begun.has(host)).toBe(true)
      sent.push(host)
      await held
      return end(0)
    },
    skip: () => end(1),
    stopped: () => fan.stopped,
    ...ALONE,
  })
  await Promise.resolve()
  // A crash now leaves no host in doubt to which nothing was sent.
  expect(begun.size).toBe(32)
  await until('32 were sent to', () => sent.length === 32)
  fan.stopped = true
  release()
  const result = await running
  expect(sent).toHaveLength(32)
  expect(begun.size).toBe(32)
  expect(result.gates[0]).toMatchObject({ passed: false })
  expect(result.gates[0]?.seen).toContain('nothing was sent to web-32')
})

test('a hundred hosts have their turn, each once', async () => {
  const hosts = Array.from({ length: 100 }, (_, index) => `web-${index}`)
  const begun: string[] = []
  const result = await fanOut({
    hosts,
    strategy: undefined,
    begin: (_batch, some) => begun.push(...some) > 0,
    run: () => Promise.resolve(end(0)),
    skip: () => end(1),
    stopped: () => false,
    ...ALONE,
  })
  expect(begun).toEqual(hosts)
  expect(result.gates[0]).toMatchObject({ passed: true, wanted: 'all of 100 hosts' })
})

test('a check between two batches sees the hosts that passed, and holds the next batch back', async () => {
  const sent: string[] = []
  const checked: (readonly [number, readonly string[]])[] = []
  const result = await fanOut({
    hosts: HOSTS,
    others: [],
    strategy: { kind: 'rolling', batch: { count: 2 }, maxFailures: 1, checkBatches: true },
    begin: () => true,
    run: (host) => {
      sent.push(host)
      return Promise.resolve(end(host === 'a' ? 1 : 0))
    },
    skip: () => end(1),
    check: (batch, hosts) => {
      checked.push([batch, hosts])
      return Promise.resolve(['b'])
    },
    unpaused,
    stopped: () => false,
  })
  expect(checked).toEqual([[1, ['b']]])
  expect(sent).toEqual(['a', 'b'])
  expect(result.gates[0]?.seen).toBe(
    '1 passed; not passed: a; the check after batch 1 did not pass on b; nothing was sent to c, d',
  )
})

test('run again on some, the sum counts those that passed before', async () => {
  const again = async (others: readonly { host: string; passed: boolean }[]) =>
    await fanOut({
      hosts: ['b'],
      strategy: undefined,
      begin: () => true,
      run: () => Promise.resolve(end(0)),
      skip: () => end(1),
      stopped: () => false,
      ...ALONE,
      others,
    })
  expect((await again([{ host: 'a', passed: true }])).gates[0]).toMatchObject({
    passed: true,
    wanted: 'all of 2 hosts',
    seen: '1 passed; passed before: a',
  })
  expect((await again([{ host: 'a', passed: false }])).gates[0]).toMatchObject({
    passed: false,
    seen: '1 passed; not passed before: a',
  })
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
