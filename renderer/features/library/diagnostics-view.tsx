import { CircleX, Info, TriangleAlert, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Diagnostic, DiagnosticSeverity } from '../../../main/core/runbook/model.ts'
import { counted } from '../../ui/counted.ts'
import styles from './library.module.css'

const ICONS: Readonly<Record<DiagnosticSeverity, LucideIcon>> = {
  error: CircleX,
  warning: TriangleAlert,
  info: Info,
}

function Line({ diagnostic }: { readonly diagnostic: Diagnostic }): ReactNode {
  const { severity, message, code, range } = diagnostic
  const Icon = ICONS[severity]
  return (
    <li data-severity={severity}>
      <code className={styles.place}>
        {range.start.line}:{range.start.column}
      </code>
      <span className={styles.severity}>
        <Icon size={15} aria-hidden /> {severity}
      </span>
      <span>
        {message} <code className={styles.code}>{code}</code>
      </span>
    </li>
  )
}

/** Everything there is to say about a file, at its line and column. Errors keep it from being started. */
export function DiagnosticsView(props: { readonly diagnostics: readonly Diagnostic[] }): ReactNode {
  const { diagnostics } = props
  if (diagnostics.length === 0) return null
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length
  return (
    <section className={styles.diagnostics} aria-label="Problems of this file">
      <h2>
        {errors > 0
          ? `${counted(errors, 'error')}: this runbook cannot be started until ${errors === 1 ? 'it is' : 'they are'} put right`
          : `${counted(diagnostics.length, 'remark')}; it can be started`}
      </h2>
      <ul>
        {diagnostics.map((diagnostic, index) => (
          <Line key={index} diagnostic={diagnostic} />
        ))}
      </ul>
    </section>
  )
}
