import { ChevronRight, NotebookPen, Paperclip } from 'lucide-react'
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { dateTimeText } from '../model/duration.ts'
import {
  TIMELINE_FILTERS,
  filterTimeline,
  timelineCache,
  type TimelineEntry,
} from '../../../../main/core/report/timeline.ts'
import { openAttach } from '../attachments/open-attach.ts'
import { WordsStrip } from '../evidence/words-strip.tsx'
import { Action } from '../parts/action.tsx'
import { useRun, useScreen } from '../screen/run-context.ts'
import { useVirtualRows } from '../../../ui/virtual-rows.ts'
import { EntryLine } from './entry-line.tsx'
import { NoteBox } from './note-box.tsx'
import shared from '../../../ui/timeline.module.css'
import styles from './timeline.module.css'

const FILTER_WORDS = {
  all: 'All',
  people: 'People',
  commands: 'Commands',
  deviations: 'Deviations',
} as const

/** Every event of the run as a sentence, oldest first, the newest in sight. */
export function Timeline(): ReactNode {
  const view = useRun()
  const { events, names, readOnly } = view
  const filter = useScreen((screen) => screen.timelineFilter)
  const set = useScreen((screen) => screen.set)
  const noteOpen = useScreen((screen) => screen.noteOpen)
  const entriesOf = useMemo(() => timelineCache(names, dateTimeText), [names])
  const entries = useMemo(
    () => filterTimeline(entriesOf(events), filter),
    [entriesOf, events, filter],
  )
  return (
    <aside
      className={`${shared.timeline} ${styles.timeline}`}
      aria-label="Timeline"
      data-region="timeline"
    >
      <header className={styles.head}>
        <h2>Timeline</h2>
        <div className={styles.filters} role="group" aria-label="Show">
          {TIMELINE_FILTERS.map((one) => (
            <button
              key={one}
              type="button"
              className={`${shared.filter} ${styles.filter}`}
              aria-pressed={filter === one}
              onClick={() => set({ timelineFilter: one })}
            >
              {FILTER_WORDS[one]}
            </button>
          ))}
        </div>
        <button
          type="button"
          className={styles.fold}
          aria-label="Fold the timeline"
          title="Fold the timeline (l)"
          onClick={() => set({ timelineOpen: false })}
        >
          <ChevronRight aria-hidden size="1.1em" />
        </button>
      </header>
      <WordsStrip />
      <Entries entries={entries} key={filter} />
      {noteOpen && readOnly === undefined ? (
        <NoteBox />
      ) : readOnly === undefined || view.takesFiles ? (
        <div className={styles.noteBar}>
          {readOnly === undefined ? (
            <Action look="plain" hotkey="n" onPress={() => set({ noteOpen: true })}>
              <NotebookPen aria-hidden size="1em" /> Note
            </Action>
          ) : null}
          {view.takesFiles ? (
            <Action look="plain" hotkey="A" onPress={() => openAttach(view, [])}>
              <Paperclip aria-hidden size="1em" /> Attach a file…
            </Action>
          ) : null}
        </div>
      ) : null}
    </aside>
  )
}

function Entries({ entries }: { readonly entries: readonly TimelineEntry[] }): ReactNode {
  const box = useRef<HTMLDivElement>(null)
  /** Whether the newest entry is in sight, and so stays in sight. */
  const following = useRef(true)
  const [behind, setBehind] = useState(0)
  const virtual = useVirtualRows({
    count: entries.length,
    getScrollElement: () => box.current,
    estimateSize: () => 46,
    getItemKey: (index) => entries[index]?.seq ?? index,
    overscan: 12,
  })
  const count = entries.length
  const last = useRef(count)
  useEffect(() => {
    if (following.current) {
      setBehind(0)
      if (count > 0) virtual.scrollToIndex(count - 1, { align: 'end' })
    } else setBehind((before) => before + Math.max(0, count - last.current))
    last.current = count
  }, [count, virtual])
  return (
    <>
      <div
        ref={box}
        className={shared.entries}
        role="log"
        aria-live="off"
        aria-label="Events of the run"
        tabIndex={0}
        onScroll={(event) => {
          const { scrollTop, scrollHeight, clientHeight } = event.currentTarget
          following.current = scrollHeight - scrollTop - clientHeight < 60
          if (following.current) setBehind(0)
        }}
      >
        <div className={shared.sizer} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const entry = entries[item.index]
            return entry === undefined ? null : (
              <div
                key={item.key}
                ref={virtual.measureElement}
                data-index={item.index}
                className={shared.slot}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <EntryLine entry={entry} />
              </div>
            )
          })}
        </div>
      </div>
      {behind > 0 ? (
        <button
          type="button"
          className={styles.newer}
          onClick={() => {
            following.current = true
            setBehind(0)
            virtual.scrollToIndex(count - 1, { align: 'end' })
          }}
        >
          {behind} newer below
        </button>
      ) : null}
    </>
  )
}
