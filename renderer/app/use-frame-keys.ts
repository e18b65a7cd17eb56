import { useCallback, useEffect, useState } from 'react'
import { tinykeys } from 'tinykeys'
import { go } from './route.ts'

/** True where a letter is text, not a command. */
function isTyping(event: KeyboardEvent): boolean {
  const { target } = event
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      /^(?:INPUT|TEXTAREA|SELECT)$/u.test(target.tagName) ||
      target.closest('.xterm') !== null)
  )
}

function unlessTyping(act: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    if (isTyping(event) || event.defaultPrevented) return
    event.preventDefault()
    act()
  }
}

/** The keys that work everywhere, and whether their list is shown. */
export function useFrameKeys(): {
  readonly shown: boolean
  readonly show: () => void
  readonly hide: () => void
} {
  const [shown, setShown] = useState(false)
  const show = useCallback(() => setShown(true), [])
  const hide = useCallback(() => setShown(false), [])
  useEffect(
    () =>
      tinykeys(window, {
        'g l': unlessTyping(() => go({ screen: 'library' })),
        'g r': unlessTyping(() => go({ screen: 'runs' })),
        'g s': unlessTyping(() => go({ screen: 'settings' })),
        'Shift+?': unlessTyping(show),
        '/': unlessTyping(() => {
          const field = document.querySelector('[data-search]')
          if (field instanceof HTMLElement) field.focus()
        }),
      }),
    [show],
  )
  return { shown, show, hide }
}
