import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Push } from '../../../main/contract/pushes.ts'
import { replay } from '../../../main/core/run/replay.ts'
import { compose } from '../../../main/hosts/compose.ts'
import { createClient, type Client } from '../../../renderer/api/client.ts'
import { createRunStore, type RunStore } from '../../../renderer/api/run-store.ts'
import type { TransportState } from '../../../renderer/api/transport.ts'
import { temporaryFolder } from '../../harness/temporary-folder.ts'
import { until } from '../../harness/until.ts'

const BOOK = `---
runbook: 1
title: Two commands
kind: checklist
system: test
targets: { laptop: local }
---
# Two commands

## Work

### First
\`\`\`yaml step
id: first
on: laptop
\`\`\`
\`\`\`bash run
echo one
\`\`\`
`

interface Window {
  readonly client: Client
  /** Cuts the connection; what the engine says meanwhile is lost to this window. */
  readonly cut: () => void
  readonly connect: () => void
}

/** A window on a real engine and a real store, over a line that can be cut. */
async function open(): Promise<Window & { readonly run: string }> {
  const folder = temporaryFolder('replica')
  onTestFinished(() => folder.remove())
  const muster = compose({
    data: join(folder.path, 'data'),
    host: 'web',
    version: '0',
    folders: [],
  })
  onTestFinished(() => muster.close())

  const frames: ((frame: unknown) => void)[] = []
  const states: ((state: TransportState) => void)[] = []
  let connection: ReturnType<typeof muster.engine.connect> | undefined
  const deliver = (frame: unknown): void => {
    // Over a wire everything is text.
    const text: unknown = JSON.parse(JSON.stringify(frame))
    for (const handler of frames) handler(text)
  }
  function connect(): void {
    connection = muster.engine.connect({ push: (push: Push) => deliver(push) })
    for (const handler of states) handler({ connected: true })
  }
  function cut(): void {
    connection?.close()
    connection = undefined
    for (const handler of states) handler({ connected: false, message: 'Cut.' })
  }
  const client = createClient({
    send: (frame) => {
      const asked = connection
      void asked?.handle(frame).then((answer) => {
        if (asked === connection) deliver(answer)
      })
    },
    onFrame: (handler) => void frames.push(handler),
    onState: (handler) => {
      states.push(handler)
      handler({ connected: connection !== undefined })
    },
    close: () => undefined,
  })
  connect()

  const path = join(folder.path, 'two.md')
  writeFileSync(path, BOOK)
  const { sha256 } = await client.request('library.read', { path })
  const { run } = await client.request('runs.start', {
    path,
    sha256,
    mode: 'live',
    inputs: {},
    commander: 'Ann',
    acceptContent: true,
  })
  return { client, run, cut, connect }
}

function follow(client: Client, run: string): RunStore {
  const store = createRunStore(client, run)
  onTestFinished(() => store.getState().dispose())
  return store
}

/** Every event once, in order, and the state that replaying them gives. */
function expectWhole(store: RunStore): void {
  const { events, state } = store.getState()
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
  expect(state).toEqual(replay(events))
}

test('follows a run from its first event to its last', async () => {
  const { client, run } = await open()
  const store = follow(client, run)
  await until('the run is read', () => store.getState().status === 'ready')
  expect(store.getState().runbook?.title).toBe('Two commands')
  const { command } = store.getState()
  await command('Ann', { type: 'step.begin', step: 'first' })
  await command('Ann', { type: 'block.run', block: 'first/1' })
  await until('the block passed', () => {
    return store.getState().state?.blocks['first/1']?.status === 'passed'
  })
  await expect(command('Ann', { type: 'run.finish' })).resolves.toMatchObject({ ok: true })
  await until('the run is finished', () => store.getState().state?.phase === 'finished')
  expectWhole(store)
})

test('misses nothing and counts nothing twice over a lost connection', async () => {
  const { client, run, cut, connect } = await open()
  const store = follow(client, run)
  await until('the run is read', () => store.getState().status === 'ready')
  await store.getState().command('Ann', { type: 'step.begin', step: 'first' })
  await store.getState().command('Ann', { type: 'block.run', block: 'first/1' })
  cut()
  await expect(
    store.getState().command('Ann', { type: 'note.add', kind: 'note', text: 'Lost.' }),
  ).rejects.toMatchObject({ message: 'Cut.' })
  connect()
  for (let count = 0; count < 20; count += 1) {
    await store.getState().command('Ann', { type: 'note.add', kind: 'note', text: `${count}` })
  }
  await until('the block passed and all notes are there', () => {
    const { state } = store.getState()
    return state?.blocks['first/1']?.status === 'passed' && state.notes.flat().length === 20
  })
  expectWhole(store)
})

test('says why a run cannot be opened', async () => {
  const { client } = await open()
  const store = follow(client, 'no-such-run')
  await until('it failed', () => store.getState().status === 'failed')
  expect(store.getState().problem).toMatch(/no-such-run|run/u)
})
