import type { ReactNode } from 'react'
import { shownLine, shownText } from '../../../main/core/report/hostile.ts'
import type { PackRun } from '../../../main/core/report/pack/pack.ts'
import { clockIn } from '../../../main/core/report/zone.ts'
import { addressOf } from '../../app/route.ts'
import styles from './audit.module.css'

/** What cells of the tables are made of. */

/** How much of a command or a reason is shown; all of it stands in the run. */
const MOST = 400

/** The run by its title, with its id below: both lead to it. */
export function RunLink(props: {
  readonly run: PackRun
  /** Shown first there. */
  readonly step?: string | undefined
}): ReactNode {
  const { run, step } = props
  return (
    <>
      <a
        className={styles.link}
        href={addressOf({ screen: 'run', run: run.run, ...(step !== undefined && { step }) })}
      >
        {shownLine(run.title)}
      </a>
      <div className={styles.quiet}>{run.run}</div>
    </>
  )
}

/** A moment by the clocks of the pack's zone; UTC beside it for whoever hovers. */
export function Moment(props: { readonly at: number; readonly zone: string }): ReactNode {
  const { at, zone } = props
  const clock = clockIn(zone)
  return <span title={clock.utc(at)}>{(clock.local ?? clock.utc)(at)}</span>
}

/** What somebody wrote or ran, as far as there is room for it. */
export function Quoted(props: { readonly text: string; readonly code?: boolean }): ReactNode {
  const text = shownText(props.text)
  const part = text.length > MOST ? `${text.slice(0, MOST)}…` : text
  return props.code === true ? (
    <pre className={styles.code}>{part}</pre>
  ) : (
    <p className={styles.quote}>{part}</p>
  )
}

/** Words in a tone. */
export function Toned(props: { readonly tone: string; readonly children: ReactNode }): ReactNode {
  return (
    <span className={styles.toned} data-tone={props.tone}>
      {props.children}
    </span>
  )
}
