import type { ReactNode } from 'react'
import { Button } from '../button.tsx'
import { Field } from '../field.tsx'
import styles from './export.module.css'
import type { FilePlace } from './place.ts'

/** A place that is typed; where the program has a dialog for it, one that is chosen there. */
export function FilePlaceField(props: {
  readonly label: string
  readonly hint: string
  /** What the dialog proposes. */
  readonly name: string
  readonly place: FilePlace
  readonly onChange: (place: FilePlace) => void
}): ReactNode {
  const { place, onChange } = props
  const bridge = window.muster
  return (
    <Field label={props.label} hint={props.hint}>
      {({ id, describedBy }) => (
        <div className={styles.place}>
          <input
            id={id}
            aria-describedby={describedBy}
            autoComplete="off"
            spellCheck={false}
            value={place.path}
            onChange={({ target }) => onChange({ path: target.value, replace: false })}
          />
          {bridge !== undefined && (
            <Button
              onClick={() => {
                void bridge.chooseFile(props.name).then((path) => {
                  if (path !== undefined) onChange({ path, replace: true })
                })
              }}
            >
              Choose…
            </Button>
          )}
        </div>
      )}
    </Field>
  )
}
