import { useState, type ReactNode } from 'react'
import { useStore } from 'zustand'
import { PACK_FORMATS, type PackFormat } from '../../../main/contract/audit.ts'
import { bytesText } from '../../../main/core/report/duration.ts'
import { shownLine } from '../../../main/core/report/hostile.ts'
import type { AuditPack } from '../../../main/core/report/pack/pack.ts'
import { endingsText } from '../../../main/core/report/pack/words.ts'
import { useApp } from '../../app/app-store.ts'
import { Button } from '../../ui/button.tsx'
import { counted } from '../../ui/counted.ts'
import { Field } from '../../ui/field.tsx'
import styles from './audit.module.css'
import { auditStore, cancelWork, writePack, type WrittenPack } from './audit-store.ts'
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
  const [path, setPath] = useState('')
  const [replace, setReplace] = useState(false)
  const isWorking = writing.kind === 'working'
  const write = (instead = replace): void => {
    const where = path.trim()
    void writePack({
      period: pack,
      zone: pack.zone,
      format,
      path: where === '' ? undefined : where,
      replace: instead,
    })
  }
  return (
    <form
      className={styles.write}
      aria-label="Write the pack as a file"
      onSubmit={(event) => {
        event.preventDefault()
        if (!isWorking) write()
      }}
    >
      <Field label="Format">
        {({ id }) => (
          <select
            id={id}
            value={format}
            onChange={({ target }) =>
              setFormat(PACK_FORMATS.find((one) => one === target.value) ?? 'html')
            }
          >
            {PACK_FORMATS.map((one) => (
              <option key={one} value={one}>
                {FORMAT_WORDS[one]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field
        label="Where"
        hint={`The whole path of the file. Empty: under the folder “exports” of ${data ?? 'the data folder'}, in place of an earlier one of this period.`}
      >
        {({ id, describedBy }) => (
          <input
            id={id}
            aria-describedby={describedBy}
            autoComplete="off"
            spellCheck={false}
            value={path}
            onChange={({ target }) => setPath(target.value)}
          />
        )}
      </Field>
      <label className={styles.check}>
        <input
          type="checkbox"
          checked={replace}
          onChange={({ target }) => setReplace(target.checked)}
        />
        Replace a file that is there
      </label>
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
              <Button onClick={() => write(true)}>Replace it</Button>
            )}
          </p>
        )}
      </div>
    </form>
  )
}

function Written(props: { readonly result: WrittenPack; readonly pack: AuditPack }): ReactNode {
  const { path, bytes, sha256, totals, problems, digest } = props.result
  return (
    <dl className={styles.written}>
      <dt>Written</dt>
      <dd>
        <code>{shownLine(path)}</code>, {bytesText(bytes)}
      </dd>
      <dt>SHA-256</dt>
      <dd>
        <code>{sha256}</code>
      </dd>
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
    </dl>
  )
}
