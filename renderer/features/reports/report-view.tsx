import { useMemo, useState, type ReactNode } from 'react'
import { writtenFields } from '../../../main/core/report/build-people.ts'
import { namesOf } from '../../../main/core/report/names.ts'
import { highlightsOf, timelineCache } from '../../../main/core/report/timeline.ts'
import { clockIn } from '../../../main/core/report/zone.ts'
import type { RunEvent } from '../../../main/core/run/events.ts'
import type { ReportKind } from '../../../main/core/run/reports.ts'
import type { RunState } from '../../../main/core/run/state.ts'
import { useApp } from '../../app/app-store.ts'
import { addressOf, go } from '../../app/route.ts'
import { useCommand } from '../../app/use-command.ts'
import type { Places } from '../../ui/tree.tsx'
import { Document } from './document.tsx'
import { ExportPanel } from './export/export-panel.tsx'
import { KeysPanel } from './keys-panel.tsx'
import { ReportHead } from './report-head.tsx'
import styles from './reports.module.css'
import { ReportTimeline } from './timeline/timeline.tsx'
import { useReportKeys } from './use-report-keys.ts'
import { useReport } from './use-report.ts'

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone

/** Why nothing can be written into a report; undefined where it can. */
function readOnlyReason(
  engine: string | undefined,
  status: 'draft' | 'in-review' | 'reviewed' | 'closed',
): string | undefined {
  if (engine !== undefined) return engine
  if (status === 'draft' || status === 'in-review') return undefined
  return `This report is ${status}. To change it, put it back to draft.`
}

/** One report: its head, its sections, the timeline beside it. */
export function ReportView(props: {
  readonly run: string
  readonly kind: ReportKind
  readonly place: string | undefined
  readonly state: RunState
  readonly events: readonly RunEvent[]
}): ReactNode {
  const { run, kind, place, state, events } = props
  const engineReadOnly = useApp((app) => app.info?.readOnly)
  const clock = useMemo(() => clockIn(ZONE), [])
  const loaded = useReport(run, kind, state.seq)
  const { send, problem } = useCommand(run)
  const names = useMemo(() => namesOf(state.plan), [state.plan])
  const entriesOf = useMemo(() => timelineCache(names, clock.local ?? clock.utc), [names, clock])
  const entries = useMemo(() => entriesOf(events), [entriesOf, events])
  const pins = state.pins ?? NO_PINS
  const highlights = useMemo(() => highlightsOf(pins, entries), [pins, entries])
  const written = useMemo(() => writtenFields(state, kind), [state, kind])
  const status = state.reports?.[kind]?.status ?? 'draft'
  const [panel, setPanel] = useState<'export' | 'keys'>()
  const [isTimelineOpen, setTimelineOpen] = useState(true)
  const [asked, setAsked] = useState(0)
  const shown = place?.startsWith('e') === true ? Number(place.slice(1)) : undefined
  const [placeBefore, setPlaceBefore] = useState(place)
  if (placeBefore !== place) {
    setPlaceBefore(place)
    setAsked((times) => times + 1)
    if (shown !== undefined) setTimelineOpen(true)
  }
  const places = useMemo(
    (): Places => ({
      addressOf: (to) => {
        const step = to.startsWith('#s') ? state.plan.steps[Number(to.slice(2)) - 1]?.id : undefined
        return step === undefined
          ? addressOf({ screen: 'report', run, report: kind, place: to.slice(1) })
          : addressOf({ screen: 'run', run, step })
      },
      onFollow: (to) => {
        if (!to.startsWith('#e')) return
        setTimelineOpen(true)
        setAsked((times) => times + 1)
      },
    }),
    [run, kind, state.plan],
  )
  useReportKeys({
    onExport: () => setPanel((open) => (open === 'export' ? undefined : 'export')),
    onKeys: () => setPanel((open) => (open === 'keys' ? undefined : 'keys')),
    onTimeline: () => setTimelineOpen((open) => !open),
    onClose: () => setPanel(undefined),
  })
  return (
    <div className={styles.screen} data-report={kind} data-events={state.seq}>
      <div className={styles.main}>
        <ReportHead
          run={run}
          kind={kind}
          state={state}
          report={loaded.report}
          clock={clock}
          problem={loaded.problem ?? problem}
          isReadOnly={engineReadOnly !== undefined}
          isTimelineOpen={isTimelineOpen}
          onExport={() => setPanel('export')}
          onTimeline={() => setTimelineOpen((open) => !open)}
        />
        {panel === 'export' && (
          <ExportPanel
            run={run}
            kind={kind}
            zone={clock.zone}
            onClose={() => setPanel(undefined)}
          />
        )}
        {panel === 'keys' && <KeysPanel onClose={() => setPanel(undefined)} />}
        <Document
          run={run}
          kind={kind}
          clock={clock}
          loaded={loaded}
          written={written}
          highlights={highlights}
          chosen={pins.length > 0}
          readOnly={readOnlyReason(engineReadOnly, status)}
          places={places}
          onUnpin={
            engineReadOnly === undefined
              ? (event) => void send({ type: 'timeline.pin', event, pinned: false })
              : undefined
          }
        />
      </div>
      {isTimelineOpen && (
        <ReportTimeline
          entries={entries}
          events={events}
          clock={clock}
          pins={pins}
          shown={shown}
          asked={asked}
          addressOf={(seq) => places.addressOf(`#e${seq}`)}
          onShow={(seq) =>
            go({
              screen: 'report',
              run,
              report: kind,
              ...(seq !== undefined && { place: `e${seq}` }),
            })
          }
          onPin={
            engineReadOnly === undefined
              ? (event, pinned) => void send({ type: 'timeline.pin', event, pinned })
              : undefined
          }
        />
      )}
    </div>
  )
}

const NO_PINS: readonly number[] = []
