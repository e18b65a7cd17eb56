import { useSyncExternalStore } from 'react'
import { REPORT_KINDS, type ReportKind } from '../../main/core/run/reports.ts'

/** Where the window is. The address carries it, so that going back and reloading work. */
export type Route =
  | { readonly screen: 'library'; readonly path?: string }
  | { readonly screen: 'start'; readonly path: string }
  | { readonly screen: 'runs' }
  /** `step`: shown first; without one, whichever the run is at. */
  | { readonly screen: 'run'; readonly run: string; readonly step?: string }
  /** Whether a record holds: a run of this laptop, or a bundle. */
  | { readonly screen: 'verify'; readonly run?: string }
  /** What stands behind a run: its words, its witnesses, what was taken out. */
  | { readonly screen: 'evidence'; readonly run: string }
  /** All runs of a period in one document. */
  | { readonly screen: 'audit' }
  /** The report of a run. `place`: an event (`e12`) or a field (`f-owner`) of it. */
  | {
      readonly screen: 'report'
      readonly run: string
      readonly report?: ReportKind
      readonly place?: string
    }
  /** What was recorded in a run, to watch: from a recording (its label) or an event (its number) on. */
  | { readonly screen: 'recording'; readonly run: string; readonly of?: string | number }
  | { readonly screen: 'connections' }
  | { readonly screen: 'settings' }

export function addressOf(route: Route): string {
  switch (route.screen) {
    case 'library':
      return route.path === undefined ? '#/library' : `#/library/${encodeURIComponent(route.path)}`
    case 'start':
      return `#/start/${encodeURIComponent(route.path)}`
    case 'runs':
      return '#/runs'
    case 'run':
      return `#/runs/${encodeURIComponent(route.run)}${route.step === undefined ? '' : `/${encodeURIComponent(route.step)}`}`
    case 'verify':
      return route.run === undefined ? '#/verify' : `#/verify/${encodeURIComponent(route.run)}`
    case 'evidence':
      return `#/evidence/${encodeURIComponent(route.run)}`
    case 'audit':
      return '#/audit'
    case 'report':
      return [route.run, route.report, route.report && route.place].reduce<string>(
        (address, part) =>
          part === undefined ? address : `${address}/${encodeURIComponent(part)}`,
        '#/reports',
      )
    case 'recording':
      return `#/recording/${encodeURIComponent(route.run)}${ofText(route.of)}`
    case 'connections':
      return '#/connections'
    case 'settings':
      return '#/settings'
  }
}

function ofText(of: string | number | undefined): string {
  if (of === undefined) return ''
  return typeof of === 'number' ? `/event/${of}` : `/label/${encodeURIComponent(of)}`
}

function recordingRoute(run: string, kind: string | undefined, of: string | undefined): Route {
  const screen = 'recording'
  if (kind === 'label' && of !== undefined) return { screen, run, of }
  return kind === 'event' && /^[1-9]\d{0,8}$/u.test(of ?? '')
    ? { screen, run, of: Number(of) }
    : { screen, run }
}

function decoded(part: string | undefined): string | undefined {
  try {
    return part === undefined ? undefined : decodeURIComponent(part)
  } catch {
    return undefined
  }
}

export function routeOf(address: string): Route {
  const [, screen = '', rest, more, last] = address.replace(/^#/u, '').split('/')
  const argument = decoded(rest)
  const step = decoded(more)
  if (screen === 'start' && argument !== undefined) return { screen, path: argument }
  if (screen === 'runs')
    return argument === undefined
      ? { screen }
      : { screen: 'run', run: argument, ...(step !== undefined && { step }) }
  if (screen === 'reports' && argument !== undefined)
    return reportRoute(argument, more, decoded(last))
  if (screen === 'recording' && argument !== undefined)
    return recordingRoute(argument, more, decoded(last))
  if (screen === 'evidence' && argument !== undefined) return { screen, run: argument }
  if (screen === 'verify') return argument === undefined ? { screen } : { screen, run: argument }
  if (screen === 'settings' || screen === 'connections' || screen === 'audit') return { screen }
  return argument === undefined ? { screen: 'library' } : { screen: 'library', path: argument }
}

function reportRoute(run: string, kind: string | undefined, place: string | undefined): Route {
  const report = REPORT_KINDS.find((one) => one === kind)
  if (report === undefined) return { screen: 'report', run }
  return { screen: 'report', run, report, ...(place !== undefined && { place }) }
}

/** Goes somewhere. `replace`: going back does not lead here again (moving through a list is no history). */
export function go(route: Route, how: 'push' | 'replace' = 'push'): void {
  if (how === 'replace') window.location.replace(addressOf(route))
  else window.location.hash = addressOf(route)
}

function subscribe(changed: () => void): () => void {
  window.addEventListener('hashchange', changed)
  return () => window.removeEventListener('hashchange', changed)
}

let last: { readonly hash: string; readonly route: Route } | undefined

function current(): Route {
  const { hash } = window.location
  if (last?.hash !== hash) last = { hash, route: routeOf(hash) }
  return last.route
}

export function useRoute(): Route {
  return useSyncExternalStore(subscribe, current)
}
