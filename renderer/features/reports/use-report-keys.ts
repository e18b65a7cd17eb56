import { useEffect, useEffectEvent } from 'react'

export interface ReportKeys {
  readonly onExport: () => void
  readonly onKeys: () => void
  readonly onTimeline: () => void
  readonly onClose: () => void
}

/** The keys of a report; what is listed under `?` says the same. */
export const REPORT_KEYS: readonly (readonly [keys: string, meaning: string])[] = [
  ['j', 'Next section'],
  ['k', 'Section before'],
  ['l', 'Fold or unfold the timeline'],
  ['f', 'Show all, people, commands, deviations… in the timeline'],
  ['/', 'Search the timeline'],
  ['↑ ↓', 'Through the events of the timeline, when the focus is there'],
  ['p', 'Put the event that has the focus into the summary, or take it out'],
  ['Enter', 'On the number of an event: what the record has of it'],
  ['Ctrl S', 'Record the field that is being written; so does leaving it'],
  ['e', 'Export'],
  ['F6', 'From the report to the timeline and back'],
  ['Esc', 'Close what is open'],
  ['?', 'This list'],
]

function takesText(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.matches('input:not([type="radio"]):not([type="checkbox"]), textarea, select')
  )
}

/** Moves to the section before or after the one at the top. */
function moveSection(by: 1 | -1): void {
  const headings = [...document.querySelectorAll<HTMLElement>('[data-section] h2')]
  const focused = headings.findIndex((heading) =>
    heading.closest('[data-section]')?.contains(document.activeElement),
  )
  const next = headings[focused === -1 ? 0 : focused + by]
  next?.scrollIntoView({ block: 'start' })
  next?.focus({ preventScroll: true })
}

function nextFilter(): void {
  const filters = [...document.querySelectorAll<HTMLElement>('[data-filter]')]
  const at = filters.findIndex((filter) => filter.getAttribute('aria-pressed') === 'true')
  filters[(at + 1) % filters.length]?.click()
}

function changeRegion(): void {
  const timeline = document.querySelector<HTMLElement>('[data-region="timeline"]')
  const to =
    timeline?.contains(document.activeElement) === true
      ? document.querySelector<HTMLElement>('[data-section] h2')
      : (timeline?.querySelector<HTMLElement>('[data-event]') ??
        timeline?.querySelector<HTMLElement>('[data-search]'))
  to?.focus()
}

/** Listens to the keys of a report while it is shown. */
export function useReportKeys(keys: ReportKeys): void {
  const press = useEffectEvent((key: string): boolean => {
    switch (key) {
      case 'j':
        moveSection(1)
        return true
      case 'k':
        moveSection(-1)
        return true
      case 'l':
        keys.onTimeline()
        return true
      case 'f':
        nextFilter()
        return true
      case 'e':
        keys.onExport()
        return true
      case '?':
        keys.onKeys()
        return true
      case 'Escape':
        keys.onClose()
        return true
      default:
        return false
    }
  })
  useEffect(() => {
    let afterPrefix = false
    const listen = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return
      if (event.key === 'F6') {
        event.preventDefault()
        changeRegion()
        return
      }
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return
      if (document.querySelector('dialog[open]') !== null) return
      if (takesText(event.target) || event.key === 'Escape') return
      // `g` begins a sequence of the frame: the key after it is not ours.
      const isOfFrame = afterPrefix
      afterPrefix = event.key === 'g'
      if (isOfFrame || event.key === 'g') return
      if (press(event.key)) event.preventDefault()
    }
    const close = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.defaultPrevented) press(event.key)
    }
    // Before the frame, which leaves alone what is handled here; a form in the report closes before the panel around it.
    window.addEventListener('keydown', listen, { capture: true })
    window.addEventListener('keydown', close)
    return () => {
      window.removeEventListener('keydown', listen, { capture: true })
      window.removeEventListener('keydown', close)
    }
  }, [])
}
