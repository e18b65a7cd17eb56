/** Keys that mean something to the window although a terminal has the focus. */

type Key = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>

/** F6 moves on to the next region: Tab belongs to the shell, so there has to be another way out. */
export function leavesTerminal(event: Key): boolean {
  return event.key === 'F6'
}

/** Ctrl-C with no other modifier interrupts, whatever is selected. */
export function isInterrupt(event: Key): boolean {
  return (
    event.key.toLowerCase() === 'c' &&
    event.ctrlKey &&
    !event.shiftKey &&
    !event.metaKey &&
    !event.altKey
  )
}

/** Ctrl+Shift+C, or Command-C on a Mac, copies the selection. */
export function isCopy(event: Key): boolean {
  if (event.key.toLowerCase() !== 'c' || event.altKey) return false
  return event.metaKey ? !event.ctrlKey : event.ctrlKey && event.shiftKey
}
