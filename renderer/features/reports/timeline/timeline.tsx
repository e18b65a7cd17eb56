import {
  useDeferredValue,
  useEffect,
  useEffectEvent,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
} from 'react'
import type { TimelineEntry } from '../../../../main/core/report/timeline.ts'
import type { RunEvent } from '../../../../main/core/run/events.ts'
import type { ReportClock } from '../../../../main/core/report/zone.ts'
import { counted } from '../../../ui/counted.ts'
import { useVirtualRows } from '../../../ui/virtual-rows.ts'
import { Entry } from './entry.tsx'
import { FILTER_WORDS, narrowed, REPORT_FILTERS, type ReportFilter } from './filters.ts'
import shared from '../../../ui/timeline.module.css'
import styles from './timeline.module.css'

/** Every event of the run as a sentence; each can be looked at, and put into the summary. */
export function ReportTimeline(props: {
  readonly entries: readonly TimelineEntry[]
  readonly events: readonly RunEvent[]
  readonly clock: ReportClock
  readonly pins: readonly number[]
  /** The event that the address names. */
  readonly shown: number | undefined
  /** Counts up each time an event is asked for, also the same one again. */
  readonly asked: number
  readonly addressOf: (seq: number) => string
  readonly onShow: (seq: number | undefined) => void
  /** Absent where nothing can be written. */
  readonly onPin: ((seq: number, pinned: boolean) => void) | undefined
}): ReactNode {
  const { entries, events, clock, shown, asked, onPin, onShow } = props
  const [filter, setFilter] = useState<ReportFilter>('all')
  const [words, setWords] = useState('')
  const sought = useDeferredValue(words)
  const pins = useMemo(() => new Set(props.pins), [props.pins])
  const list = useMemo(
    () => narrowed(entries, { filter, words: sought, pins }),
    [entries, filter, sought, pins],
  )
  const [known, setKnown] = useState(asked)
  if (known !== asked) {
    setKnown(asked)
    // What was asked for is shown, whatever the list was narrowed to.
    if (shown !== undefined && !list.some(({ seq }) => seq === shown)) {
      setFilter('all')
      setWords('')
    }
  }
  return (
    <aside
      className={`${shared.timeline} ${styles.timeline}`}
      aria-label="Timeline"
      data-region="timeline"
    >
      <header className={styles.head}>
        <h2>Timeline</h2>
        <span className={styles.count} role="status">
          {list.length === entries.length
            ? counted(entries.length, 'event')
            : `${list.length} of ${counted(entries.length, 'event')}`}
        </span>
        <input
          data-search
          type="search"
          aria-label="Search the timeline"
          placeholder="Search  ( / )"
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
        <div className={styles.filters} role="group" aria-label="Show">
          {REPORT_FILTERS.map((one) => (
            <button
              key={one}
              type="button"
              data-filter={one}
              className={`${shared.filter} ${styles.filter}`}
              aria-pressed={filter === one}
              onClick={() => setFilter(one)}
            >
              {FILTER_WORDS[one]}
            </button>
          ))}
        </div>
      </header>
      {list.length === 0 ? (
        <p className={styles.none}>
          {filter === 'pinned' && pins.size === 0
            ? 'Nothing is chosen for the summary, so it shows what stands out. “p” on an event puts it there.'
            : 'No event is like that.'}
        </p>
      ) : (
        <Entries
          list={list}
          events={events}
          clock={clock}
          pins={pins}
          shown={shown}
          asked={asked}
          addressOf={props.addressOf}
          onShow={onShow}
          onPin={onPin}
        />
      )}
    </aside>
  )
}

function Entries(props: {
  readonly list: readonly TimelineEntry[]
  readonly events: readonly RunEvent[]
  readonly clock: ReportClock
  readonly pins: ReadonlySet<number>
  readonly shown: number | undefined
  readonly asked: number
  readonly addressOf: (seq: number) => string
  readonly onShow: (seq: number | undefined) => void
  readonly onPin: ((seq: number, pinned: boolean) => void) | undefined
}): ReactNode {
  const { list, events, clock, pins, shown, asked, onPin } = props
  const box = useRef<HTMLDivElement>(null)
  /** The entry that the focus is to move to, once it is drawn. */
  const wanted = useRef<number>(undefined)
  const virtual = useVirtualRows({
    count: list.length,
    getScrollElement: () => box.current,
    estimateSize: () => 58,
    getItemKey: (index) => list[index]?.seq ?? index,
    overscan: 8,
  })
  const at = shown === undefined ? -1 : list.findIndex(({ seq }) => seq === shown)
  const reveal = useEffectEvent((_key: string): void => {
    if (at >= 0) virtual.scrollToIndex(at, { align: 'center' })
  })
  const place = `${at} ${asked}`
  useEffect(() => reveal(place), [place])
  useEffect(() => {
    const link = box.current?.querySelector(`[data-index="${wanted.current}"] [data-event]`)
    if (!(link instanceof HTMLElement)) return
    wanted.current = undefined
    link.focus()
  })

  function press(event: KeyboardEvent<HTMLElement>): void {
    const row = document.activeElement?.closest('[data-index]')
    const index = Number(row?.getAttribute('data-index') ?? -1)
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0 && list[index + step] !== undefined) {
      event.preventDefault()
      wanted.current = index + step
      virtual.scrollToIndex(index + step, { align: 'auto' })
      const drawn = box.current?.querySelector(`[data-index="${index + step}"] [data-event]`)
      if (!(drawn instanceof HTMLElement)) return
      wanted.current = undefined
      drawn.focus()
    }
    const entry = list[index]
    if (event.key === 'p' && !event.ctrlKey && !event.metaKey && !event.altKey && entry) {
      event.preventDefault()
      onPin?.(entry.seq, !pins.has(entry.seq))
    }
  }

  return (
    <div
      ref={box}
      className={shared.entries}
      role="list"
      aria-label="Events of the run"
      tabIndex={0}
      onKeyDown={press}
    >
      <div className={shared.sizer} role="presentation" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const entry = list[item.index]
          return entry === undefined ? null : (
            <div
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              role="listitem"
              aria-setsize={list.length}
              aria-posinset={item.index + 1}
              className={shared.slot}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <Entry
                entry={entry}
                event={entry.seq === shown ? events[entry.seq - 1] : undefined}
                clock={clock}
                pinned={pins.has(entry.seq)}
                address={props.addressOf(entry.seq)}
                onShow={props.onShow}
                onPin={onPin}
              />
            </div>
          )
        })}
      </div>
    </div>
  )
}
