import type { ReactNode } from 'react'
import type { AuditPack } from '../../../main/core/report/pack/pack.ts'
import { counted } from '../../ui/counted.ts'
import styles from './audit.module.css'

/** What the runs are evidence for, and what has to come from elsewhere. It never says that a control is fulfilled. */
export function ControlMap({ pack }: { readonly pack: AuditPack }): ReactNode {
  return (
    <>
      <p className={styles.quiet}>
        What these runs are evidence for. Whether a control is fulfilled is for whoever judges it.
      </p>
      <ul className={styles.controls}>
        {pack.controls.map(({ framework, control, asks, shows, elsewhere, runs }, index) => (
          <li key={index}>
            <h3>
              {framework}, {control}
            </h3>
            <p className={styles.quiet}>{asks}</p>
            <dl>
              <dt>These runs show</dt>
              <dd>
                {shows} <span className={styles.quiet}>({counted(runs.length, 'run')})</span>
              </dd>
              <dt>Has to come from elsewhere</dt>
              <dd>{elsewhere}</dd>
            </dl>
          </li>
        ))}
      </ul>
    </>
  )
}
