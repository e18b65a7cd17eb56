import { createStore } from 'zustand/vanilla'
import { useStore } from 'zustand'
import { client } from '../api/index.ts'
import type { RequestResult, RunSummary, Settings } from '../../main/contract/requests.ts'

/** What every screen needs to know: the engine, the settings, the runs that are going on. */
export interface AppState {
  readonly connected: boolean
  /** Why there is no connection, and what happens next. */
  readonly connection: string | undefined
  readonly info: RequestResult<'session.info'> | undefined
  readonly settings: Settings | undefined
  /** Runs that are neither finished nor aborted, newest first. */
  readonly unfinished: readonly RunSummary[]
  /** Recording does not work; the words say what to do. */
  readonly trouble: string | undefined
  /** Counts up whenever the library or the list of runs changed. */
  readonly libraryVersion: number
  readonly runsVersion: number
}

export const appStore = createStore<AppState>(() => ({
  connected: false,
  connection: undefined,
  info: undefined,
  settings: undefined,
  unfinished: [],
  trouble: undefined,
  libraryVersion: 0,
  runsVersion: 0,
}))

export function useApp<T>(select: (state: AppState) => T): T {
  return useStore(appStore, select)
}

async function loadRuns(): Promise<void> {
  const runs = await client.request('runs.list', { limit: 200 })
  appStore.setState((state) => ({
    unfinished: runs.filter(({ phase }) => phase === 'running' || phase === 'paused'),
    runsVersion: state.runsVersion + 1,
  }))
}

async function loadSettings(): Promise<void> {
  const settings = await client.request('settings.get', {})
  appStore.setState({ settings })
}

async function load(): Promise<void> {
  const info = await client.request('session.info', {})
  appStore.setState((state) => ({ info, libraryVersion: state.libraryVersion + 1 }))
  await Promise.all([loadSettings(), loadRuns()])
}

/** Losing the connection is said by the connection's own state; a late answer to nobody is no error. */
function quietly(work: Promise<unknown>): void {
  work.catch(() => undefined)
}

let runsTimer: ReturnType<typeof setTimeout> | undefined

client.onState(({ connected, message }) => {
  // An engine says its trouble to whoever connects: what an earlier one said is over.
  appStore.setState({ connected, connection: message, ...(connected && { trouble: undefined }) })
  if (connected) quietly(load())
})
client.on('runs.changed', () => {
  // A busy run changes many times a second; a list need not.
  runsTimer ??= setTimeout(() => {
    runsTimer = undefined
    quietly(loadRuns())
  }, 250)
})
client.on('settings.changed', () => quietly(loadSettings()))
client.on('library.changed', () =>
  appStore.setState((state) => ({ libraryVersion: state.libraryVersion + 1 })),
)
client.on('engine.trouble', ({ message }) => appStore.setState({ trouble: message }))
// Files are edited elsewhere: whoever comes back to the window sees them as they are now.
window.addEventListener('focus', () =>
  appStore.setState((state) => ({ libraryVersion: state.libraryVersion + 1 })),
)
