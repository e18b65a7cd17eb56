import { useSyncExternalStore } from 'react'

/** True where keys belong to what has the focus: fields, and terminals. */
export function takesText(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.matches('input:not([type="radio"]):not([type="checkbox"]), textarea, select') ||
      target.isContentEditable ||
      target.closest('.xterm') !== null)
  )
}

/** What a connection asks has its own keys: none of them may act on the run meanwhile. */
export function isQuestion(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('[data-region="prompts"]') !== null
}

/** True where Enter and Space already mean something. */
export function isControl(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.matches('button, a[href], summary, input, [role="tab"], [data-own-enter]')
  )
}

/** True when Enter does something else than the next thing. On the button of the next thing it does just that. */
function isTaken(): boolean {
  const { activeElement } = document
  if (activeElement?.querySelector('[data-primary]') && activeElement.matches('button'))
    return false
  return takesText(activeElement) || isQuestion(activeElement) || isControl(activeElement)
}

function subscribe(listener: () => void): () => void {
  document.addEventListener('focusin', listener)
  document.addEventListener('focusout', listener)
  return () => {
    document.removeEventListener('focusin', listener)
    document.removeEventListener('focusout', listener)
  }
}

/**
 * True while Enter belongs to what has the focus (a step of the list, a field, a terminal): then no other part of the
 * screen may show it as its key.
 */
export function useEnterTaken(): boolean {
  return useSyncExternalStore(subscribe, isTaken)
}
