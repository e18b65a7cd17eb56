import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Push } from '../../main/contract/pushes.ts'
import type { TargetState } from '../../main/core/connection/state.ts'
import { connectionTeller } from '../../main/hosts/cli/run/connection-lines.ts'
import { startSshd, type Sshd } from '../harness/sshd.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'
import { until } from '../harness/until.ts'
import { fence, openBench, type Bench } from './support/engine.ts'

/** How a connection of a run fares, as a window and a terminal are told of it. */

const folder = temporaryFolder('target-states')
let sshd: Sshd
let bench: Bench

beforeAll(async () => {
  sshd = await startSshd(join(folder.path, 'sshd'))
})
afterAll(async () => {
  await sshd.close()
  folder.remove()
})
beforeEach(() => {
  bench = openBench()
})
afterEach(async () => {
  await bench.close()
})

const statesIn = (pushes: readonly Push[]): TargetState[] =>
  pushes.flatMap((push) => (push.push === 'target.state' ? [push.data] : []))

test('a cut is told with the names of the runbook, and so is what becomes of it; nothing is sent again', async () => {
  const effects = join(folder.path, 'effects')
  writeFileSync(
    join(bench.data, 'connections.yaml'),
    `connections: 1
environments:
  staging:
    profiles:
      edge:
        ssh: 127.0.0.1
        port: ${sshd.port}
        identity: ${sshd.identity}
        identities-only: true
        known-hosts: ${sshd.knownHosts}
        config: /dev/null
        agent: false
`,
  )
  const path = bench.write(
    'edge.md',
    `---
runbook: 1
title: Edge
kind: maintenance
targets: { web: { ssh: edge } }
---
# Edge

## Phase

### One

\`\`\`yaml step
id: one
on: web
\`\`\`
${fence('bash run', `echo once >> ${effects}; sleep 600`)}
`,
  )
  const { sha256 } = await bench.connection.request('library.read', { path })
  const { run } = await bench.connection.request('runs.start', {
    path,
    sha256,
    mode: 'live',
    inputs: {},
    commander: 'Ada',
    environment: 'staging',
    acceptContent: true,
  })
  await bench.connection.request('runs.follow', { run, follow: true })
  await bench.command(run, { type: 'step.begin', step: 'one' })
  await bench.command(run, { type: 'block.run', block: 'one/1' })
  await until('it is connected', () =>
    statesIn(bench.pushes).some(({ connection }) => connection.state === 'connected'),
  )
  await until('the block works', () => existsSync(effects))
  sshd.cutConnections()
  const told = await until('it is there again', () => {
    const states = statesIn(bench.pushes)
    return states.filter(({ connection }) => connection.state === 'connected').length === 2
      ? states
      : undefined
  })
  expect(told.map(({ connection }) => connection.state)).toEqual([
    'connected',
    'waiting',
    'connecting',
    'connected',
  ])
  for (const state of told)
    expect(state).toMatchObject({ run, targets: ['web'], profile: 'edge', host: '127.0.0.1' })

  // Somebody who begins to look now sees how it stands.
  const late: Push[] = []
  const window = bench.muster.engine.connect({ push: (push) => late.push(push) })
  await window.request('runs.follow', { run, follow: true })
  expect(statesIn(late)).toEqual([told.at(-1)])
  window.close()

  const lines: string[] = []
  const tell = connectionTeller((text) => lines.push(text))
  for (const state of told) tell(state)
  expect(lines).toEqual([
    expect.stringMatching(
      /^muster: The connection to 127\.0\.0\.1 was lost at \d\d:\d\d:\d\d\. Trying again in \d+ s: ./u,
    ),
    'muster: Connected to 127.0.0.1 again.',
  ])

  const state = await bench.settled(run, 'one/1')
  expect(state.blocks['one/1']?.attempts).toHaveLength(1)
  expect(state.blocks['one/1']?.attempts[0]?.outcome?.kind).toBe('disconnected')
  expect(readFileSync(effects, 'utf8')).toBe('once\n')
})
