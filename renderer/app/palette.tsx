import { useId, useMemo, useState, type KeyboardEvent, type ReactNode } from 'react'
import { client } from '../api/index.ts'
import { Dialog } from '../ui/dialog.tsx'
import styles from './palette.module.css'
import { paletteItems, searchItems, type PaletteItem } from './palette-items.ts'
import { go } from './route.ts'
import { useRequest } from './use-request.ts'

function keepInSight(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'nearest' })
}

/** One field from which everything can be reached: places, runbooks, runs. */
export function Palette(props: {
  readonly onClose: () => void
  readonly onKeys: () => void
}): ReactNode {
  const library = useRequest('library.list', {})
  const runs = useRequest('runs.list', { limit: 200 })
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const id = useId()
  const items = useMemo(
    () => paletteItems(library.value?.entries ?? [], runs.value ?? []),
    [library.value, runs.value],
  )
  const found = useMemo(() => searchItems(items, query), [items, query])
  const active = Math.min(at, Math.max(0, found.length - 1))

  function perform({ action }: PaletteItem): void {
    props.onClose()
    switch (action.kind) {
      case 'go':
        go(action.route)
        break
      case 'theme':
        client.request('settings.set', { theme: action.theme }).catch(() => undefined)
        break
      case 'keys':
        props.onKeys()
        break
    }
  }

  function press(event: KeyboardEvent): void {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) {
      event.preventDefault()
      setAt((active + step + found.length) % Math.max(1, found.length))
      return
    }
    const chosen = found[active]
    if (event.key === 'Enter' && !event.nativeEvent.isComposing && chosen !== undefined) {
      event.preventDefault()
      perform(chosen)
    }
  }

  return (
    <Dialog className={styles.palette} label="Do or find anything" onClose={props.onClose}>
      <input
        type="text"
        role="combobox"
        aria-label="Do or find anything"
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={found.length > 0 ? `${id}-${active}` : undefined}
        aria-autocomplete="list"
        autoComplete="off"
        spellCheck={false}
        placeholder="A runbook to start, a run to open, a place to go to…"
        value={query}
        onChange={(event) => {
          setQuery(event.target.value)
          setAt(0)
        }}
        onKeyDown={press}
      />
      <div id={`${id}-list`} className={styles.list} role="listbox" aria-label="Found">
        {found.map((item, index) => (
          // The keyboard acts on the field above, as comboboxes do.
          <div
            key={item.id}
            id={`${id}-${index}`}
            ref={index === active ? keepInSight : undefined}
            role="option"
            aria-selected={index === active}
            tabIndex={-1}
            className={styles.item}
            onClick={() => perform(item)}
            onKeyDown={press}
            onPointerMove={() => index !== active && setAt(index)}
          >
            <span className={styles.group}>{item.group}</span>
            <span className={styles.title}>{item.title}</span>
            <span className={styles.detail}>{item.detail}</span>
          </div>
        ))}
      </div>
      <p className={styles.status} role="status">
        {found.length === 0
          ? library.status === 'loading'
            ? 'Reading runbooks and runs…'
            : 'Nothing is called that.'
          : '↑ ↓ to move, Enter to do it, Esc to close'}
      </p>
    </Dialog>
  )
}
