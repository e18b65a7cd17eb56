import { Check, X } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ProbeStage } from '../../main/contract/connections.ts'
import styles from './probe-stages.module.css'

const STAGE_WORDS: Readonly<Record<ProbeStage['name'], string>> = {
  resolve: 'Name',
  connect: 'Connect',
  'host-key': 'Host key',
  certificate: 'Certificate',
  authenticate: 'Authenticate',
  'first-query': 'First answer',
}

/** The stages of a connection that is tried, each with its time and what was found. */
export function ProbeStages(props: {
  readonly stages: readonly ProbeStage[]
  /** What stands above already, and is not said again. */
  readonly said?: string | undefined
}): ReactNode {
  const { stages, said } = props
  // Of several hosts, or of hops on the way, each stage says whose it is.
  const connects = stages.filter(({ name }) => name === 'connect').map(({ of }) => of)
  const several = new Set(connects).size > 1
  return (
    <ol className={styles.stages} data-several={several}>
      {stages.map((stage, index) => (
        <li key={`${index}-${stage.name}`} data-ok={stage.ok}>
          {stage.ok ? (
            <Check size={16} aria-label="reached" />
          ) : (
            <X size={16} aria-label="failed" />
          )}
          {several && (
            <span className={styles.of} title={stage.of}>
              {stage.of === stages[index - 1]?.of ? '' : stage.of}
            </span>
          )}
          <span className={styles.name}>{STAGE_WORDS[stage.name]}</span>
          <span className={styles.time}>{stage.durationMs} ms</span>
          <span className={styles.detail}>
            {!stage.ok && stage.detail === said ? 'failed, see above' : stage.detail}
          </span>
        </li>
      ))}
    </ol>
  )
}
