import { useId, useLayoutEffect, useRef, useState, type FormEvent, type ReactNode } from 'react'
import { Action } from './action.tsx'
import styles from './parts.module.css'

/**
 * A panel in the flow of the page: it asks without covering anything. Escape closes it and the focus goes back to where
 * it came from.
 */
export function Panel(props: {
  readonly title: string
  readonly onClose: () => void
  readonly tone?: 'plain' | 'danger' | 'unknown'
  /** Of its heading: 2 below the band, 3 in a step, 4 in a block. */
  readonly level: 2 | 3 | 4
  readonly children: ReactNode
}): ReactNode {
  const heading = useId()
  const Heading = `h${props.level}` as const
  const ref = useRef<HTMLElement>(null)
  // Taken while rendering: a field inside may have taken the focus by the time of the effect.
  const [before] = useState(() => document.activeElement)
  // Before anything is painted: the next key is already meant for the panel.
  useLayoutEffect(() => {
    const panel = ref.current
    const first =
      panel?.querySelector<HTMLElement>('[data-autofocus]') ??
      panel?.querySelector<HTMLElement>('input, textarea, select, button')
    ;(first ?? panel)?.focus()
    panel?.scrollIntoView({ block: 'nearest' })
    // Of a panel that is higher than its place, what has the focus is what must be seen.
    first?.scrollIntoView({ block: 'nearest' })
    return () => {
      // Only where the focus would be lost with the panel: someone may have moved on by themselves.
      const lost =
        document.activeElement === document.body || panel?.contains(document.activeElement) === true
      if (lost && before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [before])
  return (
    <section
      ref={ref}
      tabIndex={-1}
      className={styles.panel}
      data-tone={props.tone ?? 'plain'}
      aria-labelledby={heading}
      data-panel=""
      onKeyDown={(event) => {
        // From a field inside it; elsewhere the window's own keys close it.
        if (event.key !== 'Escape') return
        event.stopPropagation()
        props.onClose()
      }}
    >
      <Heading id={heading} className={styles.panelTitle}>
        {props.title}
      </Heading>
      {props.children}
    </section>
  )
}

/** What the engine said no to, in its words. */
export function RefusalLine({ message }: { readonly message: string }): ReactNode {
  return (
    <p role="alert" className={styles.refusal}>
      {message}
    </p>
  )
}

/** A field for a reason and the button that sends it. Enter sends; Shift+Enter is a new line. */
export function ReasonForm(props: {
  readonly label: string
  readonly action: string
  readonly onSubmit: (reason: string) => void
  readonly onCancel: () => void
  readonly required?: boolean
  readonly look?: 'primary' | 'danger'
  readonly children?: ReactNode
}): ReactNode {
  const { required = true } = props
  const [reason, setReason] = useState('')
  const [missing, setMissing] = useState(false)
  const field = useId()
  const area = useRef<HTMLTextAreaElement>(null)
  // Also where the form appears within an open panel, after a choice.
  useLayoutEffect(() => area.current?.focus(), [])
  const submit = (event?: FormEvent): void => {
    event?.preventDefault()
    const words = reason.trim()
    if (words === '' && required) setMissing(true)
    else props.onSubmit(words)
  }
  return (
    <form className={styles.form} onSubmit={submit}>
      <label htmlFor={field} className={styles.label}>
        {props.label}
      </label>
      <textarea
        ref={area}
        id={field}
        data-autofocus
        className={styles.field}
        rows={2}
        value={reason}
        aria-invalid={missing}
        aria-describedby={missing ? `${field}-missing` : undefined}
        onChange={(event) => {
          setReason(event.target.value)
          setMissing(false)
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing)
            submit(event)
        }}
      />
      {missing ? (
        <p id={`${field}-missing`} role="alert" className={styles.refusal}>
          A reason is needed: it is kept with the run.
        </p>
      ) : null}
      {props.children}
      <div className={styles.actions}>
        <Action look={props.look ?? 'primary'} hotkey="Enter" onPress={() => submit()}>
          {props.action}
        </Action>
        <Action look="quiet" hotkey="Escape" onPress={props.onCancel}>
          Cancel
        </Action>
      </div>
    </form>
  )
}
