import { useMemo, type ReactNode } from 'react'
import { ganttOf } from '../../../main/core/report/gantt.ts'
import type { Report, WrittenField } from '../../../main/core/report/report.ts'
import {
  HEAD_FIELDS,
  sectionBody,
  sectionsOf,
  sectionTitle,
  type SectionId,
} from '../../../main/core/report/sections.ts'
import type { TimelineEntry } from '../../../main/core/report/timeline.ts'
import type { ReportClock } from '../../../main/core/report/zone.ts'
import type { ReportKind } from '../../../main/core/run/reports.ts'
import { Button } from '../../ui/button.tsx'
import { TreeView, type Places } from '../../ui/tree.tsx'
import { FieldView } from './fields/field-view.tsx'
import { Highlights } from './highlights.tsx'
import styles from './reports.module.css'
import { StepList } from './step-list.tsx'
import type { LoadedReport } from './use-report.ts'

export interface DocumentProps {
  readonly run: string
  readonly kind: ReportKind
  readonly clock: ReportClock
  readonly loaded: LoadedReport
  readonly written: readonly WrittenField[]
  readonly highlights: readonly TimelineEntry[]
  /** The highlights were chosen by people. */
  readonly chosen: boolean
  readonly readOnly: string | undefined
  readonly places: Places
  readonly onUnpin: ((seq: number) => void) | undefined
}

/** The sections of a report, one after the other, with what people write in its place among them. */
export function Document(props: DocumentProps): ReactNode {
  const { loaded, readOnly } = props
  const { report, problem } = loaded
  if (report === undefined) {
    return problem === undefined ? (
      <p role="status" className={styles.alone}>
        Making the report…
      </p>
    ) : null
  }
  const sections = sectionsOf(report).filter((id) => id !== 'commands')
  return (
    <>
      <nav className={styles.contents} aria-label="Sections">
        {sections.map((id) => (
          <button key={id} type="button" onClick={() => toSection(id)}>
            {sectionTitle(report, id)}
          </button>
        ))}
      </nav>
      <div className={styles.document} data-document tabIndex={-1}>
        {readOnly !== undefined && <p className={styles.closed}>{readOnly}</p>}
        {sections.map((id) => (
          <Section key={id} id={id} report={report} {...props} />
        ))}
      </div>
    </>
  )
}

function toSection(id: SectionId): void {
  const heading = document.querySelector<HTMLElement>(`[data-section="${id}"] h2`)
  heading?.scrollIntoView({ block: 'start' })
  heading?.focus({ preventScroll: true })
}

function Section(
  props: DocumentProps & { readonly id: SectionId; readonly report: Report },
): ReactNode {
  const { id, report } = props
  return (
    <section className={styles.section} aria-labelledby={`section-${id}`} data-section={id}>
      <h2 id={`section-${id}`} tabIndex={-1}>
        {sectionTitle(report, id)}
      </h2>
      <Body {...props} />
    </section>
  )
}

function Body(
  props: DocumentProps & { readonly id: SectionId; readonly report: Report },
): ReactNode {
  const { id, report, clock, places, loaded } = props
  const { verify, verifying } = loaded
  switch (id) {
    case 'summary':
      return (
        <>
          <Fields {...props} of={(field) => HEAD_FIELDS.has(field)} />
          <Highlights
            of={props.highlights}
            chosen={props.chosen}
            clock={clock}
            places={places}
            onUnpin={props.onUnpin}
          />
          <Computed id={id} report={report} clock={clock} places={places} />
        </>
      )
    case 'written':
      return <Fields {...props} of={(field) => !HEAD_FIELDS.has(field)} />
    case 'steps':
      return (
        <>
          <Gantt report={report} clock={clock} />
          <StepList report={report} clock={clock} places={places} />
          <p className={styles.quiet}>
            What was sent in a step, and what came back, stands in the run: follow its name.
          </p>
        </>
      )
    case 'verification':
      return (
        <>
          <Computed id={id} report={report} clock={clock} places={places} />
          {report.verification === undefined && (
            <p>
              <Button onClick={verify} disabled={verifying}>
                {verifying ? 'Reading every event and every output…' : 'Verify the record now'}
              </Button>
            </p>
          )}
        </>
      )
    default:
      return <Computed id={id} report={report} clock={clock} places={places} />
  }
}

function Fields(props: DocumentProps & { readonly of: (id: string) => boolean }): ReactNode {
  const { run, kind, written, clock, readOnly, of } = props
  return (
    <div className={styles.fields}>
      {written
        .filter(({ id }) => of(id))
        .map((field) => (
          <FieldView
            key={field.id}
            run={run}
            report={kind}
            written={field}
            clock={clock}
            readOnly={readOnly}
          />
        ))}
    </div>
  )
}

interface ComputedProps {
  readonly report: Report
  readonly clock: ReportClock
}

function Computed(
  props: ComputedProps & { readonly id: SectionId; readonly places: Places },
): ReactNode {
  const { id, report, clock, places } = props
  const body = useMemo(() => sectionBody(report, id, clock), [report, id, clock])
  return (
    <div className={styles.computed}>
      <TreeView of={body} places={places} />
    </div>
  )
}

function Gantt({ report, clock }: ComputedProps): ReactNode {
  const charts = useMemo(() => ganttOf(report, clock), [report, clock])
  return (
    <div className={styles.computed}>
      <TreeView of={charts} />
    </div>
  )
}
