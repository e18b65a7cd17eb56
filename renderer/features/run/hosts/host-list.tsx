import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { shownLine } from '../../../../main/core/report/hostile.ts'
import { hostResultText, hostTime, IN_SIGHT, type ShownHost } from '../model/hosts.ts'
import { useNow } from '../screen/use-now.ts'
import { useVirtualRows } from '../../../ui/virtual-rows.ts'
import { HostMark } from './host-mark.tsx'
import styles from './hosts.module.css'

const ROW_REM = 1.75

function moved(at: number, key: string, count: number): number | undefined {
  const to = (index: number): number => Math.max(0, Math.min(count - 1, index))
  switch (key) {
    case 'ArrowDown':
      return to(at + 1)
    case 'ArrowUp':
      return to(at === -1 ? count - 1 : at - 1)
    case 'PageDown':
      return to(at + IN_SIGHT - 1)
    case 'PageUp':
      return to(at - IN_SIGHT + 1)
    case 'Home':
      return to(0)
    case 'End':
      return to(count - 1)
    default:
      return undefined
  }
}

/** Hosts with their states, a row each; only rows in sight are in the page. Arrow keys choose, Enter opens the output. */
export function HostList(props: {
  readonly label: string
  readonly hosts: readonly ShownHost[]
  readonly chosen: string | undefined
  /** There is more than one batch. */
  readonly batches: boolean
  readonly onChoose: (host: string) => void
  readonly onOpen: (host: string) => void
}): ReactNode {
  const { hosts, chosen, onChoose } = props
  const box = useRef<HTMLDivElement>(null)
  const id = useId()
  const now = useNow()
  const [rowHeight] = useState(
    () => ROW_REM * parseFloat(getComputedStyle(document.documentElement).fontSize),
  )
  const virtual = useVirtualRows({
    count: hosts.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollPaddingStart: rowHeight,
    getItemKey: (index) => hosts[index]?.host ?? index,
  })
  const at = hosts.findIndex(({ host }) => host === chosen)
  // Hosts change their places as they end: the chosen one stays in sight.
  useEffect(() => {
    if (at !== -1) virtual.scrollToIndex(at, { align: 'auto' })
  }, [at, virtual])
  const items = virtual.getVirtualItems()
  const rowId = (index: number): string => `${id}-${index}`
  const press = (event: KeyboardEvent): void => {
    if (event.altKey || event.metaKey || event.ctrlKey) return
    if (event.key === 'Enter' && chosen !== undefined) {
      event.preventDefault()
      props.onOpen(chosen)
      return
    }
    const next = moved(at, event.key, hosts.length)
    const host = next === undefined ? undefined : hosts[next]
    if (host === undefined) return
    event.preventDefault()
    onChoose(host.host)
  }
  return (
    <div
      ref={box}
      className={styles.grid}
      style={{ height: `${(Math.min(hosts.length, IN_SIGHT) + 1) * ROW_REM + 0.2}rem` }}
      role="grid"
      tabIndex={0}
      aria-label={props.label}
      aria-readonly
      aria-rowcount={hosts.length + 1}
      aria-activedescendant={
        items.some(({ index }) => index === at) && at !== -1 ? rowId(at) : undefined
      }
      data-batches={props.batches ? '' : undefined}
      data-hosts=""
      data-own-enter=""
      onKeyDown={press}
    >
      <div role="rowgroup" className={styles.headGroup}>
        <div role="row" className={styles.row} aria-rowindex={1}>
          <span role="columnheader">State</span>
          <span role="columnheader">Host</span>
          {props.batches ? <span role="columnheader">Batch</span> : null}
          <span role="columnheader">Took</span>
          <span role="columnheader">What came of it</span>
        </div>
      </div>
      <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {items.map(({ index, start }) => {
          const host = hosts[index]
          if (host === undefined) return null
          const result = shownLine(hostResultText(host))
          return (
            <div
              key={host.host}
              id={rowId(index)}
              role="row"
              className={styles.row}
              aria-rowindex={index + 2}
              aria-selected={host.host === chosen}
              data-host={host.host}
              data-look={host.look}
              style={{ transform: `translateY(${start}px)` }}
              onClick={() => onChoose(host.host)}
            >
              <span role="gridcell">
                <HostMark look={host.look} />
              </span>
              <span role="gridcell" className={styles.name} title={host.host}>
                <bdi>{shownLine(host.host)}</bdi>
              </span>
              {props.batches ? <span role="gridcell">{host.batch ?? ''}</span> : null}
              <span role="gridcell" className={styles.took}>
                {hostTime(host, now) ?? ''}
              </span>
              <span role="gridcell" className={styles.result} title={result}>
                {result}
              </span>
            </div>
          )
        })}
      </div>
    </div>
  )
}
