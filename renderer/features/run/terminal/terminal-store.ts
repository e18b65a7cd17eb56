import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Appearance, Screen } from '../../../ui/terminal/screen.ts'

/** The tabs of the terminal area. Each has a screen of its own that goes on drawing while another one is shown. */
export interface TerminalTab {
  /** The stream's id, or `recorded:<block>#<attempt>`, with `@<host>` where it is one of several. */
  readonly id: string
  readonly kind: 'block' | 'terminal' | 'recorded'
  readonly title: string
  readonly target: string
  readonly block?: string
  readonly attempt?: number
  /** Of a block on several hosts: the one that writes this. */
  readonly host?: string
  /** Keys typed here are sent on. */
  readonly interactive: boolean
  readonly closed: boolean
  /** Bytes that were left out of the display. All of them are recorded. */
  readonly skipped: number
  /** Bytes of a recorded output that are not loaded yet, and what loads more of them. */
  readonly remaining: number
  readonly more?: () => void
  readonly screen: Screen
}

/** How far a file is, in bytes. */
export interface Progress {
  readonly done: number
  readonly total?: number | undefined
}

/** What a progress is kept under. */
export function progressKey(of: {
  readonly block?: string | undefined
  readonly attempt?: number | undefined
  readonly host?: string | undefined
}): string {
  return `${of.block}#${of.attempt}@${of.host ?? ''}`
}

export interface TerminalState {
  /** Of files that go up or come down, by `progressKey`. */
  readonly progress: Readonly<Record<string, Progress>>
  readonly tabs: readonly TerminalTab[]
  readonly shown: string | undefined
  readonly appearance: Appearance
  /** What Ctrl-C does in the terminal of a running command that takes no keys. */
  readonly interrupt: (block: string, host?: string) => void
}

export interface TerminalActions {
  readonly add: (tab: TerminalTab, show: boolean) => void
  readonly change: (id: string, change: Partial<TerminalTab>) => void
  readonly close: (...ids: readonly string[]) => void
  readonly show: (id: string) => void
  readonly setAppearance: (appearance: Appearance) => void
  readonly dispose: () => void
}

export type TerminalStore = StoreApi<TerminalState & TerminalActions>

/** Tabs of ended blocks kept open by themselves; older ones close, since their output can be opened again. */
const KEEP_CLOSED = 8

/** The live tabs of one attempt on several hosts share a place in the row of tabs. */
function groupOf(tab: TerminalTab): string | undefined {
  return tab.kind === 'block' && tab.host !== undefined ? `${tab.block}#${tab.attempt}` : undefined
}

/** The tabs to offer: of an attempt on several hosts the one that is shown, or was last. */
export function offeredTabs(
  tabs: readonly TerminalTab[],
  shown: string | undefined,
): readonly TerminalTab[] {
  const chosen = new Map<string, string>()
  for (const tab of tabs) {
    const group = groupOf(tab)
    const before = group === undefined ? undefined : chosen.get(group)
    if (group !== undefined && (before === undefined || before !== shown)) chosen.set(group, tab.id)
  }
  return tabs.filter((tab) => {
    const group = groupOf(tab)
    return group === undefined || chosen.get(group) === tab.id
  })
}

/** A tab and those that share its place, as far as they have ended. */
export function tabsOfPlace(tabs: readonly TerminalTab[], tab: TerminalTab): readonly string[] {
  const group = groupOf(tab)
  return tabs
    .filter((one) => one === tab || (group !== undefined && groupOf(one) === group && one.closed))
    .map(({ id }) => id)
}

/** The store of one run screen's terminals. `dispose` frees every screen. */
export function createTerminalStore(appearance: Appearance): TerminalStore {
  return createStore<TerminalState & TerminalActions>((set, get) => {
    const without = (ids: ReadonlySet<string>): void => {
      const { tabs, shown } = get()
      for (const tab of tabs) if (ids.has(tab.id)) tab.screen.dispose()
      const left = tabs.filter((tab) => !ids.has(tab.id))
      const still = left.some((tab) => tab.id === shown)
      set({ tabs: left, shown: still ? shown : left.at(-1)?.id })
    }
    const prune = (): void => {
      const { tabs, shown } = get()
      const ended = tabs.filter((tab) => tab.closed && tab.kind === 'block' && tab.id !== shown)
      const old = ended.slice(0, Math.max(0, ended.length - KEEP_CLOSED))
      if (old.length > 0) without(new Set(old.map((tab) => tab.id)))
    }
    return {
      progress: {},
      tabs: [],
      shown: undefined,
      appearance,
      interrupt: () => undefined,
      add: (tab, show) => {
        const { tabs, shown } = get()
        set({ tabs: [...tabs, tab], shown: show || shown === undefined ? tab.id : shown })
        prune()
      },
      change: (id, change) =>
        set({ tabs: get().tabs.map((tab) => (tab.id === id ? { ...tab, ...change } : tab)) }),
      close: (...ids) => without(new Set(ids)),
      show: (id) => set({ shown: id }),
      setAppearance: (next) => {
        for (const tab of get().tabs) tab.screen.setAppearance(next)
        set({ appearance: next })
      },
      dispose: () => {
        for (const tab of get().tabs) tab.screen.dispose()
        set({ tabs: [], shown: undefined })
      },
    }
  })
}
