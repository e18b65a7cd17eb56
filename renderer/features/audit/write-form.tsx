import { useState, type ReactNode } from 'react'
import { useStore } from 'zustand'
import { PACK_FORMATS, packFileName, type PackFormat } from '../../../main/contract/audit.ts'
import type { AuditPack } from '../../../main/core/report/pack/pack.ts'
import { endingsText } from '../../../main/core/report/pack/words.ts'
import { useApp } from '../../app/app-store.ts'
import { Button } from '../../ui/button.tsx'
import { counted } from '../../ui/counted.ts'
import { FilePlaceField } from '../../ui/export/file-place.tsx'
import { OWN_PLACE, withEnding } from '../../ui/export/place.ts'
import { WrittenFile } from '../../ui/export/written-file.tsx'
import { Field } from '../../ui/field.tsx'
import styles from './audit.module.css'
import {
  auditStore,
  cancelWork,
  writePack,
  type FileOrder,
  type WrittenPack,
} from './audit-store.ts'
import { WorkProgress } from './work-progress.tsx'

const FORMAT_WORDS: Readonly<Record<PackFormat, string>> = {
  html: 'HTML, to read anywhere',
  pdf: 'PDF, to hand over or to print',
  md: 'Markdown',
  json: 'JSON, everything, for programs',
  csv: 'CSV, a line for each run',
}

/** Writes the pack as a file. Every run is read again for it, so that the file is as of now. */
export function WriteForm({ pack }: { readonly pack: AuditPack }): ReactNode {
  const writing = useStore(auditStore, (state) => state.writing)
  const data = useApp((state) => state.info?.data)
  const [format, setFormat] = useState<PackFormat>('html')
  const [place, setPlace] = useState(OWN_PLACE)
  const isWorking = writing.kind === 'working'
  /** What was last asked for: a question about it is not a question about what the form says by now. */
  const [last, setLast] = useState<FileOrder>()
  const where = place.path.trim()
  const order: FileOrder = {
    period: pack,
    zone: pack.zone,
    format,
    path: where === '' ? undefined : where,
    replace: place.replace,
  }
  const write = (asked: FileOrder): void => {
    setLast(asked)
    void writePack(asked)
  }
  return (
    <form
      className={styles.write}
      aria-label="Write the pack as a file"
      onSubmit={(event) => {
        event.preventDefault()
        if (!isWorking) write(order)
      }}
    >
      <Field label="Format">
        {({ id }) => (
          <select
            id={id}
            value={format}
            onChange={({ target }) => {
              const chosen = PACK_FORMATS.find((one) => one === target.value) ?? 'html'
              setFormat(chosen)
              setPlace(withEnding(place, format, chosen))
            }}
          >
            {PACK_FORMATS.map((one) => (
              <option key={one} value={one}>
                {FORMAT_WORDS[one]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <FilePlaceField
        label="Where"
        hint={`The whole path of the file. Empty: under the folder “exports” of ${data ?? 'the data folder'}, in place of an earlier one of this period.`}
        name={packFileName(pack, format)}
        place={place}
        onChange={setPlace}
      />
      <div className={styles.actions}>
        <Button type="submit" disabled={isWorking}>
          Write the file
        </Button>
        {isWorking && (
          <WorkProgress
            label="Writing the file"
            progress={writing.progress}
            cancelling={writing.cancelling}
            onCancel={() => void cancelWork('writing')}
          />
        )}
      </div>
      <div role="status">
        {writing.kind === 'cancelled' && <p>Cancelled. No file was written.</p>}
        {writing.kind === 'done' && <Written result={writing.result} pack={pack} />}
      </div>
      <div role="alert">
        {writing.kind === 'failed' && (
          <p className={styles.problem}>
            {writing.message}{' '}
            {writing.code === 'file-exists' && (
              <Button onClick={() => write({ ...(last ?? order), replace: true })}>
                Replace it
              </Button>
            )}
          </p>
        )}
      </div>
    </form>
  )
}

function Written(props: { readonly result: WrittenPack; readonly pack: AuditPack }): ReactNode {
  const info = useApp((state) => state.info)
  const { totals, problems, digest } = props.result
  return (
    <WrittenFile file={props.result} info={info}>
      {digest !== props.pack.digest && (
        <>
          <dt>Since then</dt>
          <dd>
            Something was recorded after what is shown here was read. In the file are{' '}
            {counted(totals.population, 'run')}: {endingsText(totals)};{' '}
            {counted(problems.length, 'problem')}.
          </dd>
        </>
      )}
    </WrittenFile>
  )
}
