import { Copy, CopyCheck, WrapText } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useScreen } from '../screen/run-context.ts'
import styles from './parts.module.css'

/** Exact text in a fixed-width font: what is shown is what is sent, character by character. */
export function Code(props: { readonly text: string; readonly label: string }): ReactNode {
  const wrap = useScreen((state) => state.wrap)
  const set = useScreen((state) => state.set)
  const [copied, setCopied] = useState<'no' | 'yes' | 'failed'>('no')
  const copy = (): void => {
    navigator.clipboard.writeText(props.text).then(
      () => setCopied('yes'),
      () => setCopied('failed'),
    )
  }
  const word =
    copied === 'yes' ? 'Copied' : copied === 'failed' ? 'Not copied: select it instead' : 'Copy'
  return (
    <div className={styles.code}>
      <pre
        className={styles.pre}
        data-wrap={wrap ? '' : undefined}
        // Long lines scroll sideways; a scrolling region must be reachable by key.
        tabIndex={0}
        role="group"
        aria-label={props.label}
      >
        <code>{props.text}</code>
      </pre>
      <div className={styles.codeTools}>
        <button
          type="button"
          className={styles.tool}
          aria-pressed={wrap}
          title="Wrap long lines (w)"
          aria-label="Wrap long lines"
          onClick={() => set({ wrap: !wrap })}
        >
          <WrapText aria-hidden size="1em" />
        </button>
        <button
          type="button"
          className={styles.tool}
          title={word}
          aria-label={`${word}: ${props.label}`}
          onClick={copy}
        >
          {copied === 'yes' ? (
            <CopyCheck aria-hidden size="1em" />
          ) : (
            <Copy aria-hidden size="1em" />
          )}
        </button>
      </div>
    </div>
  )
}
