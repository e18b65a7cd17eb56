import { useEffect, useRef } from 'react'
import { isControl, isQuestion, takesText } from './enter.ts'
import type { Moment } from './key.ts'
import { KEYS } from './keys.ts'

/** How long the frame waits for the second key of a sequence. */
const PREFIX_MS = 1000

/** How long an offer that can do harm has to stand before Enter takes it. */
const SETTLE_MS = 400

const REGIONS = ['prompts', 'band', 'steps', 'step', 'terminal', 'timeline'] as const

/** Moves the focus to the next region of the window, also out of a terminal. */
function nextRegion(backwards: boolean): void {
  const found = REGIONS.flatMap((name) => {
    const element = document.querySelector<HTMLElement>(`[data-region="${name}"]`)
    return element === null ? [] : [element]
  })
  const at = found.findIndex((element) => element.contains(document.activeElement))
  const next = found[(at + (backwards ? -1 : 1) + found.length) % found.length]
  if (next === undefined) return
  const inside = next.matches('[tabindex]')
    ? next
    : next.querySelector<HTMLElement>(
        'input[type="password"], [aria-current], button, [tabindex="0"]',
      )
  inside?.focus()
}

/** What is offered, as a text to tell one offer from the next. */
function offerKey({ next, step }: Moment): string {
  return `${step?.id ?? ''} ${next.kind} ${'block' in next ? next.block : ''} ${'label' in next ? next.label : ''}`
}

/** A second Enter that was meant for what was offered before must not run what can do harm. */
function tooSoon({ next, step }: Moment, since: number): boolean {
  const executes = next.kind === 'run' && next.need === 'nothing'
  return executes && step?.risk !== 'safe' && performance.now() - since < SETTLE_MS
}

/** Listens to the keys of the run screen while it is shown. */
export function useKeys(moment: Moment): void {
  const latest = useRef(moment)
  const offered = useRef({ key: '', at: 0 })
  useEffect(() => {
    latest.current = moment
    const key = offerKey(moment)
    if (offered.current.key !== key) offered.current = { key, at: performance.now() }
  })
  useEffect(() => {
    let prefixAt = -PREFIX_MS
    const listen = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return
      if (event.key === 'F6') {
        event.preventDefault()
        nextRegion(event.shiftKey)
        return
      }
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return
      // A dialog of the frame (settings, keys) keeps its own keys.
      if (document.querySelector('[role="dialog"][data-open], dialog[open]') !== null) return
      if (takesText(event.target) || isQuestion(event.target)) return
      if (event.key === 'Enter' && isControl(event.target)) return
      // `g` begins a sequence of the frame (`g l`, `g r`): the key after it is not ours.
      const afterPrefix = event.timeStamp - prefixAt < PREFIX_MS
      prefixAt = event.key === 'g' ? event.timeStamp : -PREFIX_MS
      if (afterPrefix || event.key === 'g') return
      const { view } = latest.current
      const { panel, close } = view.screen.getState()
      if (panel !== undefined && event.key === 'Escape') {
        event.preventDefault()
        close()
        return
      }
      if (/^[1-9]$/u.test(event.key)) {
        const choice = document.querySelector<HTMLElement>(
          `[data-panel] [aria-keyshortcuts="${event.key}"]`,
        )
        if (choice === null) return
        event.preventDefault()
        choice.click()
        return
      }
      const found = KEYS.find((one) => one.key === event.key)
      if (found === undefined) return
      const reads = found.reading === true || latest.current.next.kind === 'report'
      if (view.readOnly !== undefined && !(found.key === 'Enter' ? reads : found.reading === true))
        return
      event.preventDefault()
      if (event.key === 'Enter' && tooSoon(latest.current, offered.current.at)) return
      found.press(latest.current)
    }
    // Before the frame: what is handled here is prevented, and the frame leaves prevented keys alone.
    window.addEventListener('keydown', listen, { capture: true })
    return () => window.removeEventListener('keydown', listen, { capture: true })
  }, [])
}

/**
 * Keeps the focus inside the screen: when what had it goes away (a button that is no longer offered), it moves to the
 * step, so that keys and screen readers go on from there.
 */
export function useFocusKeeper(root: React.RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = root.current
    if (element === null) return undefined
    let had = false
    const focus = (): void => {
      had = true
    }
    const observer = new MutationObserver(() => {
      const lost = document.activeElement === null || document.activeElement === document.body
      if (!had || !lost) return
      element.querySelector<HTMLElement>('[data-region="step"]')?.focus({ preventScroll: true })
    })
    element.addEventListener('focusin', focus)
    observer.observe(element, { childList: true, subtree: true })
    return () => {
      element.removeEventListener('focusin', focus)
      observer.disconnect()
    }
  }, [root])
}
