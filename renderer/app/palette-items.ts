import type { LibraryEntry, RunSummary, Settings } from '../../main/contract/requests.ts'
import type { Route } from './route.ts'

/** What the command palette offers, and how a search orders it. */

export type PaletteAction =
  | { readonly kind: 'go'; readonly route: Route }
  | { readonly kind: 'theme'; readonly theme: Settings['theme'] }
  | { readonly kind: 'keys' }

export interface PaletteItem {
  readonly id: string
  readonly group: 'Going on' | 'Go to' | 'Start' | 'Open run' | 'Report' | 'Window'
  readonly title: string
  /** Said beside the title, and searched too. */
  readonly detail: string
  readonly action: PaletteAction
}

const MOST_SHOWN = 50
/** How many of the fixed items are places to go. */
const PLACES = 6

const FIXED: readonly PaletteItem[] = [
  {
    id: 'library',
    group: 'Go to',
    title: 'Library',
    detail: 'runbooks',
    action: { kind: 'go', route: { screen: 'library' } },
  },
  {
    id: 'runs',
    group: 'Go to',
    title: 'Runs',
    detail: 'history, resume',
    action: { kind: 'go', route: { screen: 'runs' } },
  },
  {
    id: 'verify',
    group: 'Go to',
    title: 'Verify',
    detail: 'a run or a bundle, witnesses, words',
    action: { kind: 'go', route: { screen: 'verify' } },
  },
  {
    id: 'audit',
    group: 'Go to',
    title: 'Audit pack',
    detail: 'all runs of a quarter, month, year: exceptions, control map',
    action: { kind: 'go', route: { screen: 'audit' } },
  },
  {
    id: 'connections',
    group: 'Go to',
    title: 'Connections',
    detail: 'environments, profiles, test',
    action: { kind: 'go', route: { screen: 'connections' } },
  },
  {
    id: 'settings',
    group: 'Go to',
    title: 'Settings',
    detail: 'theme, name, folders',
    action: { kind: 'go', route: { screen: 'settings' } },
  },
  {
    id: 'keys',
    group: 'Window',
    title: 'Show the keys',
    detail: 'keyboard shortcuts',
    action: { kind: 'keys' },
  },
  {
    id: 'theme-dark',
    group: 'Window',
    title: 'Dark theme',
    detail: 'appearance',
    action: { kind: 'theme', theme: 'dark' },
  },
  {
    id: 'theme-light',
    group: 'Window',
    title: 'Light theme',
    detail: 'appearance',
    action: { kind: 'theme', theme: 'light' },
  },
  {
    id: 'theme-system',
    group: 'Window',
    title: 'Theme of the system',
    detail: 'appearance',
    action: { kind: 'theme', theme: 'system' },
  },
]

function isGoingOn(run: RunSummary): boolean {
  return run.phase === 'running' || run.phase === 'paused'
}

/** Everything that can be done from here, most urgent first. */
export function paletteItems(
  entries: readonly LibraryEntry[],
  runs: readonly RunSummary[],
): readonly PaletteItem[] {
  const ofRun = (run: RunSummary): PaletteItem => ({
    id: `run:${run.run}`,
    group: isGoingOn(run) ? 'Going on' : 'Open run',
    title: run.title,
    detail: `${run.mode} · ${isGoingOn(run) && !run.open ? 'interrupted' : run.phase} · ${new Date(run.startedAt).toISOString().slice(0, 16).replace('T', ' ')} UTC · ${run.commander}`,
    action: { kind: 'go', route: { screen: 'run', run: run.run } },
  })
  const ofReport = (run: RunSummary): PaletteItem => ({
    ...ofRun(run),
    id: `report:${run.run}`,
    group: 'Report',
    action: { kind: 'go', route: { screen: 'report', run: run.run } },
  })
  const ofEntry = (entry: LibraryEntry): PaletteItem => ({
    id: `start:${entry.path}`,
    group: 'Start',
    title: entry.title,
    detail: `${entry.system} · ${entry.kind}${entry.errors > 0 ? ' · has errors' : ''}`,
    action: {
      kind: 'go',
      // A file with errors cannot be started: it is shown with what is wrong.
      route: { screen: entry.errors > 0 ? 'library' : 'start', path: entry.path },
    },
  })
  return [
    ...runs.filter(isGoingOn).map(ofRun),
    ...FIXED.slice(0, PLACES),
    ...entries.map(ofEntry),
    ...runs.filter((run) => !isGoingOn(run)).map(ofRun),
    ...runs.map(ofReport),
    ...FIXED.slice(PLACES),
  ]
}

/** Lower is better; undefined: does not match. Every word must occur; in the title counts more, at a word's start most. */
function rank(item: PaletteItem, words: readonly string[]): number | undefined {
  const title = item.title.toLowerCase()
  const rest = `${item.group} ${item.detail}`.toLowerCase()
  let sum = 0
  for (const word of words) {
    const at = title.indexOf(word)
    if (at === 0) sum += 0
    else if (at > 0) sum += /[\p{L}\p{N}]/u.test(title.charAt(at - 1)) ? 2 : 1
    else if (rest.includes(word)) sum += 4
    else return undefined
  }
  return sum
}

/** The items that match, best first; equal ones keep their order. Not more than can be looked through. */
export function searchItems(items: readonly PaletteItem[], query: string): readonly PaletteItem[] {
  const words = query.toLowerCase().split(/\s+/u).filter(Boolean)
  return items
    .flatMap((item) => {
      const order = rank(item, words)
      return order === undefined ? [] : [{ item, order }]
    })
    .toSorted((left, right) => left.order - right.order)
    .slice(0, MOST_SHOWN)
    .map(({ item }) => item)
}
