import { useEffect, useEffectEvent } from 'react'

export interface PlayerActions {
  readonly toggle: () => void
  /** By so many milliseconds. */
  readonly seekBy: (milliseconds: number) => void
  readonly seekTo: (end: 'begin' | 'end') => void
  /** To the stop before or after. */
  readonly step: (by: 1 | -1) => void
  /** To the next slower or faster speed. */
  readonly faster: (by: 1 | -1) => void
}

const SEEK_MS = 5_000
const FAR_MS = 60_000

/** Keys that elements use themselves. */
function isUsed(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false
  // The terminal's own field takes no keys here.
  if (target.closest('.xterm') !== null) return false
  if (target instanceof HTMLInputElement && target.type === 'range')
    return key.startsWith('Arrow') || key === 'Home' || key === 'End'
  if (target.matches('input, textarea, select'))
    return !(target instanceof HTMLInputElement && target.type === 'checkbox') || key === ' '
  return (key === ' ' || key === 'Enter') && target.matches('button, a, summary')
}

function actOn(event: KeyboardEvent, actions: PlayerActions): boolean {
  const far = event.shiftKey ? FAR_MS : SEEK_MS
  switch (event.key) {
    case ' ':
      actions.toggle()
      return true
    case 'ArrowLeft':
      actions.seekBy(-far)
      return true
    case 'ArrowRight':
      actions.seekBy(far)
      return true
    case 'Home':
      actions.seekTo('begin')
      return true
    case 'End':
      actions.seekTo('end')
      return true
    case '[':
      actions.step(-1)
      return true
    case ']':
      actions.step(1)
      return true
    case '-':
      actions.faster(-1)
      return true
    case '+':
    case '=':
      actions.faster(1)
      return true
    default:
      return false
  }
}

/** The keys of the player, wherever the focus is in the window. */
export function usePlayerKeys(actions: PlayerActions): void {
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    if (document.querySelector('[role="dialog"]') !== null) return
    if (!isUsed(event.target, event.key) && actOn(event, actions)) event.preventDefault()
  })
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => pressed(event)
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [])
}
