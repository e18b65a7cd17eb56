import { createStore, type StoreApi } from 'zustand/vanilla'
import type { TargetState } from '../../main/core/connection/state.ts'
import type { RequestResult, RunSummary } from '../../main/contract/requests.ts'
import type { Command } from '../../main/core/run/commands.ts'
import type { RunEvent } from '../../main/core/run/events.ts'
import { Replay } from '../../main/core/run/replay.ts'
import type { RunState } from '../../main/core/run/state.ts'
import type { Runbook } from '../../main/core/runbook/model.ts'
import { parseRunbook } from '../../main/core/runbook/parse.ts'
import type { Client } from './client.ts'

/**
 * A replica of one run: the pinned source read by the same parser, the same events folded by the same `evolve`. It
 * follows the engine without gaps or duplicates, over lost connections too.
 */

const PAGE = 2_000

export interface RunReplica {
  readonly run: string
  readonly status: 'loading' | 'ready' | 'failed'
  /** Why it could not be opened. */
  readonly problem: string | undefined
  readonly runbook: Runbook | undefined
  readonly summary: RunSummary | undefined
  readonly state: RunState | undefined
  readonly events: readonly RunEvent[]
  readonly missingSecrets: readonly string[]
  /** Connections of the run that were lost, by where they led. */
  readonly lost: Readonly<Record<string, TargetState>>
}

export interface RunReplicaActions {
  readonly command: (actor: string, command: Command) => Promise<RequestResult<'runs.command'>>
  /** Opens an interrupted run for writing. */
  readonly resume: () => Promise<void>
  readonly provideSecrets: (values: Readonly<Record<string, string>>) => Promise<void>
  readonly dispose: () => void
}

export type RunStore = StoreApi<RunReplica & RunReplicaActions>

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function placeOf({ environment, profile, host }: TargetState): string {
  return JSON.stringify([environment, profile, host])
}

/** Opens and follows a run. `dispose` ends both. */
export function createRunStore(client: Client, run: string): RunStore {
  const stops: (() => void)[] = []
  let disposed = false
  /** Events that arrived before the pages did. */
  let early: RunEvent[] = []
  let loading = false

  const store: RunStore = createStore<RunReplica & RunReplicaActions>(() => ({
    run,
    status: 'loading',
    problem: undefined,
    runbook: undefined,
    summary: undefined,
    state: undefined,
    events: [],
    missingSecrets: [],
    lost: {},
    command: (actor, command) => client.request('runs.command', { run, actor, command }),
    resume: async () => {
      const opened = await client.request('runs.open', { run, resume: true })
      store.setState({ summary: opened.summary, missingSecrets: opened.missingSecrets })
      await catchUp()
    },
    provideSecrets: async (values) => {
      await client.request('runs.secrets', { run, values: { ...values } })
      store.setState({ missingSecrets: [] })
    },
    dispose: () => {
      disposed = true
      for (const stop of stops) stop()
      client.request('runs.follow', { run, follow: false }).catch(() => undefined)
    },
  }))

  /** Folds events that continue what is there; what is there already is passed over. */
  function take(incoming: readonly RunEvent[]): void {
    const { events, state } = store.getState()
    const replay = new Replay(state)
    const added: RunEvent[] = []
    let seq = state?.seq ?? 0
    for (const event of incoming) {
      if (event.seq <= seq) continue
      // A gap means that something was missed: it is read again from the log.
      if (event.seq !== seq + 1) {
        void catchUp()
        break
      }
      replay.add(event)
      seq = event.seq
      added.push(event)
    }
    if (added.length > 0) store.setState({ events: [...events, ...added], state: replay.end() })
  }

  async function catchUp(): Promise<void> {
    if (loading) return
    loading = true
    try {
      for (;;) {
        const after = store.getState().state?.seq ?? 0
        const page = await client.request('runs.events', { run, after, limit: PAGE })
        take(page)
        if (page.length < PAGE) break
      }
    } finally {
      loading = false
    }
    const waiting = early
    early = []
    take(waiting)
  }

  async function open(): Promise<void> {
    try {
      // Who follows is told anew how every connection stands.
      store.setState({ lost: {} })
      await client.request('runs.follow', { run, follow: true })
      const opened = await client.request('runs.open', { run })
      if (store.getState().runbook === undefined) {
        store.setState({ runbook: parseRunbook(opened.source).runbook })
      }
      store.setState({ summary: opened.summary, missingSecrets: opened.missingSecrets })
      await catchUp()
      if (!disposed) store.setState({ status: 'ready', problem: undefined })
    } catch (error) {
      if (!disposed && store.getState().status !== 'ready')
        store.setState({ status: 'failed', problem: words(error) })
    }
  }

  stops.push(
    client.on('run.events', (data) => {
      if (data.run !== run) return
      if (loading) early.push(...data.events)
      else take(data.events)
    }),
    client.on('target.state', (target) => {
      if (target.run !== run) return
      const { [placeOf(target)]: _before, ...others } = store.getState().lost
      store.setState({
        lost:
          target.connection.state === 'connected'
            ? others
            : { ...others, [placeOf(target)]: target },
      })
    }),
    client.onState(({ connected }) => {
      if (connected && !disposed) void open()
    }),
  )
  return store
}
