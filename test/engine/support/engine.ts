import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Push } from '../../../main/contract/pushes.ts'
import type { Command } from '../../../main/core/run/commands.ts'
import type { RunEvent } from '../../../main/core/run/events.ts'
import { replay } from '../../../main/core/run/replay.ts'
import type { RunState } from '../../../main/core/run/state.ts'
import type { Connection } from '../../../main/engine/engine.ts'
import { compose, type Muster } from '../../../main/hosts/compose.ts'
import { temporaryFolder } from '../../harness/temporary-folder.ts'
import { until } from '../../harness/until.ts'

/** A real engine on a data folder of its own, with one client. */
export interface Bench {
  readonly data: string
  readonly books: string
  readonly muster: Muster
  readonly connection: Connection
  readonly pushes: readonly Push[]
  /** Writes a runbook and gives its path. */
  write(name: string, source: string): string
  start(path: string, inputs?: Readonly<Record<string, string>>): Promise<string>
  command(run: string, command: Command, actor?: string): ReturnType<Connection['request']>
  events(run: string): Promise<readonly RunEvent[]>
  state(run: string): Promise<RunState>
  /** Waits until the block has a result. */
  settled(run: string, block: string): Promise<RunState>
  /** Closes the engine and opens another one on the same folder; something can happen in between. */
  reopen(between?: () => void | Promise<void>): Promise<void>
  close(): Promise<void>
}

/** `data` is a folder that does not exist yet and is left as it is; by default it is a temporary one. */
export function openBench(options: { readonly data?: string } = {}): Bench {
  const folder = temporaryFolder('engine')
  const data = options.data ?? join(folder.path, 'data')
  const books = join(folder.path, 'books')
  mkdirSync(books)
  const open = (): Muster => compose({ data, host: 'cli', version: '0.1.0', folders: [books] })
  let muster = open()
  const pushes: Push[] = []
  const connect = (): Connection => muster.engine.connect({ push: (push) => pushes.push(push) })
  let connection = connect()

  const bench: Bench = {
    data,
    books,
    get muster() {
      return muster
    },
    get connection() {
      return connection
    },
    pushes,
    write(name, source) {
      const path = join(books, name)
      writeFileSync(path, source)
      return path
    },
    async start(path, inputs = {}) {
      const { sha256 } = await connection.request('library.read', { path })
      const { run } = await connection.request('runs.start', {
        path,
        sha256,
        mode: 'live',
        inputs: { ...inputs },
        commander: 'Ada',
        acceptContent: true,
      })
      await connection.request('runs.follow', { run, follow: true })
      return run
    },
    command: (run, command, actor = 'Ada') =>
      connection.request('runs.command', { run, actor, command }),
    events: (run) => connection.request('runs.events', { run, after: 0, limit: 5000 }),
    async state(run) {
      const state = replay(await bench.events(run))
      if (state === undefined) throw new Error('The run has no events.')
      return state
    },
    settled: (run, block) =>
      until(`${block} has a result`, async () => {
        const state = await bench.state(run)
        const status = state.blocks[block]?.status
        return status !== 'idle' && status !== 'running' && state
      }),
    async reopen(between) {
      connection.close()
      await muster.close()
      await between?.()
      muster = open()
      connection = connect()
    },
    async close() {
      connection.close()
      await muster.close()
      folder.remove()
    },
  }
  return bench
}

/** A runbook with one step on this laptop. */
export function book(body: string, head = ''): string {
  return `---
runbook: 1
title: Test
kind: maintenance
targets: { laptop: local }
${head}---
# Test

## Phase

### One

\`\`\`yaml step
id: one
on: laptop
\`\`\`
${body}
`
}

export function fence(info: string, code: string): string {
  return `\n\`\`\`${info}\n${code}\n\`\`\`\n`
}
