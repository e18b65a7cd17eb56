import { useEffect, useRef, useState, type ReactNode } from 'react'
import {
  EXPORT_FORMATS,
  exportFileName,
  extensionOf,
  type ExportFormat,
} from '../../../../main/contract/reports.ts'
import { bytesText } from '../../../../main/core/report/duration.ts'
import { REPORT_WORDS } from '../../../../main/core/report/sentence-report.ts'
import { REPORT_KINDS, type ReportKind } from '../../../../main/core/run/reports.ts'
import { useApp } from '../../../app/app-store.ts'
import { Button } from '../../../ui/button.tsx'
import { FilePlaceField } from '../../../ui/export/file-place.tsx'
import { OWN_PLACE, withEnding } from '../../../ui/export/place.ts'
import { WrittenFile } from '../../../ui/export/written-file.tsx'
import { Field } from '../../../ui/field.tsx'
import styles from './export.module.css'
import { useExport, type ExportOrder, type ExportState } from './use-export.ts'

const FORMAT_WORDS: Readonly<Record<ExportFormat, readonly [string, string]>> = {
  html: ['HTML', 'One file to read in any browser, without scripts, with everything in it.'],
  pdf: ['PDF', 'The same, printed. It needs Chromium, Chrome or Edge on this laptop.'],
  md: ['Markdown', 'Text for a ticket, a wiki or git.'],
  json: ['JSON', 'The report and every event, for other programs.'],
  csv: ['CSV', 'The timeline as a table.'],
  junit: ['JUnit XML', 'The steps as test cases, for a pipeline.'],
  cast: [
    'Recording (asciicast)',
    'What the commands and terminals showed, to be played in asciinema, with a mark at each step.',
  ],
  bundle: ['Bundle', 'The whole record as a zip, which a stranger can verify.'],
}

/** Formats that are one of the reports; the others are the same for every kind. */
const WITH_KIND: ReadonlySet<ExportFormat> = new Set(['html', 'pdf', 'md', 'json', 'junit'])

function focus(element: HTMLElement | null): void {
  element?.focus()
}

/** Makes a file of the run: which, where; then how far it is, and where it lies. */
export function ExportPanel(props: {
  readonly run: string
  readonly kind: ReportKind
  readonly zone: string
  readonly onClose: () => void
}): ReactNode {
  const { run, zone: here, onClose } = props
  const folder = useApp((app) => app.info?.data)
  const [format, setFormat] = useState<ExportFormat>('html')
  const [kind, setKind] = useState(props.kind)
  const [zone, setZone] = useState(here)
  const [place, setPlace] = useState(OWN_PLACE)
  const { state, write: begin, cancel } = useExport()
  /** What was last asked for: a question about it is not a question about what the form says by now. */
  const [last, setLast] = useState<ExportOrder>()
  const write = (order: ExportOrder): void => {
    setLast(order)
    begin(order)
  }
  const isWorking = state.kind === 'working'
  const order: ExportOrder = {
    run,
    format,
    report: kind,
    zone,
    ...(place.path.trim() !== '' && { path: place.path.trim(), replace: place.replace }),
  }
  const back = useRef<Element | null>(null)
  useEffect(() => {
    back.current = document.activeElement
    return () => {
      if (back.current instanceof HTMLElement && back.current.isConnected) back.current.focus()
    }
  }, [])
  return (
    <section className={styles.panel} aria-label="Export">
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          if (!isWorking) write(order)
        }}
      >
        <Field label="Format" hint={FORMAT_WORDS[format][1]}>
          {({ id, describedBy }) => (
            <select
              id={id}
              ref={focus}
              aria-describedby={describedBy}
              value={format}
              onChange={({ target }) => {
                const chosen = EXPORT_FORMATS.find((one) => one === target.value) ?? 'html'
                setFormat(chosen)
                setPlace(withEnding(place, extensionOf(format), extensionOf(chosen)))
              }}
            >
              {EXPORT_FORMATS.map((one) => (
                <option key={one} value={one}>
                  {FORMAT_WORDS[one][0]}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field
          label="Report"
          hint={WITH_KIND.has(format) ? undefined : 'This format is the same for each of them.'}
        >
          {({ id, describedBy }) => (
            <select
              id={id}
              aria-describedby={describedBy}
              disabled={!WITH_KIND.has(format)}
              value={kind}
              onChange={({ target }) =>
                setKind(REPORT_KINDS.find((one) => one === target.value) ?? kind)
              }
            >
              {REPORT_KINDS.map((one) => (
                <option key={one} value={one}>
                  {REPORT_WORDS[one]}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Time zone beside UTC">
          {({ id }) => (
            <select id={id} value={zone} onChange={({ target }) => setZone(target.value)}>
              {[...new Set([here, 'UTC', ...Intl.supportedValuesOf('timeZone')])].map((one) => (
                <option key={one} value={one}>
                  {one}
                </option>
              ))}
            </select>
          )}
        </Field>
        <FilePlaceField
          label="File"
          hint={`A whole path. Left empty: a name of its own in ${folder ?? 'the data folder'}/exports.`}
          name={exportFileName(run, format === 'cast' ? 'all' : kind, format)}
          place={place}
          onChange={setPlace}
        />
        <div className={styles.actions}>
          <Button type="submit" look="primary" disabled={isWorking}>
            Write the file
          </Button>
          {isWorking && <Button onClick={cancel}>Cancel the export</Button>}
          <Button look="quiet" onClick={onClose}>
            Close
          </Button>
        </div>
      </form>
      <Outcome state={state} onReplace={() => write({ ...(last ?? order), replace: true })} />
    </section>
  )
}

function Outcome(props: {
  readonly state: ExportState
  readonly onReplace: () => void
}): ReactNode {
  const { state } = props
  const info = useApp((app) => app.info)
  return (
    <div className={styles.outcome} role="status">
      {state.kind === 'working' && (
        <>
          <progress aria-label="Export" />
          {state.done === 0
            ? 'Checking the record and making the report…'
            : `${state.unit === 'bytes' ? bytesText(state.done) : `${state.done} ${state.unit}`} written…`}
        </>
      )}
      {state.kind === 'written' && <WrittenFile file={state.file} info={info} />}
      {state.kind === 'cancelled' && 'Cancelled. No file was written.'}
      {state.kind === 'exists' && (
        <>
          <span data-tone="warning">{state.message}</span>
          <Button onClick={props.onReplace}>Replace it</Button>
        </>
      )}
      {state.kind === 'failed' && <span data-tone="bad">{state.message}</span>}
    </div>
  )
}
