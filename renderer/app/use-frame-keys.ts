import { useEffect, useEffectEvent } from 'react'
import { tinykeys } from 'tinykeys'
import { go } from './route.ts'

/** True where a letter is text, not a command. */
function isTyping(event: KeyboardEvent): boolean {
  const { target } = event
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      /^(?:INPUT:(?!radio|checkbox)|TEXTAREA|SELECT)/u.test(kindOf(target)) ||
      target.closest('.xterm') !== null)
  )
}

function kindOf(element: HTMLElement): string {
  return element instanceof HTMLInputElement ? `INPUT:${element.type}` : element.tagName
}

function unlessTyping(act: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    // While a dialog asks something, its keys are its own.
    if (isTyping(event) || event.defaultPrevented || document.querySelector('dialog[open]')) return
    event.preventDefault()
    act()
  }
}

export interface FrameKeys {
  /** The list of keys. */
  readonly onKeys: () => void
  /** The command palette. */
  readonly onPalette: () => void
  /** Back to the run that is going on. */
  readonly onRun: () => void
}

/** The keys that work on every screen. A screen that handles a key itself prevents its default first. */
export function useFrameKeys(keys: FrameKeys): void {
  const onKeys = useEffectEvent(keys.onKeys)
  const onPalette = useEffectEvent(keys.onPalette)
  const onRun = useEffectEvent(keys.onRun)
  useEffect(() => {
    const toKeys = unlessTyping(() => onKeys())
    return tinykeys(window, {
      'g l': unlessTyping(() => go({ screen: 'library' })),
      'g r': unlessTyping(() => go({ screen: 'runs' })),
      'g v': unlessTyping(() => go({ screen: 'verify' })),
      'g a': unlessTyping(() => go({ screen: 'audit' })),
      'g n': unlessTyping(() => go({ screen: 'connections' })),
      'g s': unlessTyping(() => go({ screen: 'settings' })),
      'g c': unlessTyping(() => onRun()),
      '?': toKeys,
      'Shift+?': toKeys,
      '$mod+k': (event) => {
        // In a terminal this key belongs to the shell.
        const inTerminal = event.target instanceof Element && event.target.closest('.xterm')
        if (inTerminal !== null || document.querySelector('dialog[open]')) return
        event.preventDefault()
        onPalette()
      },
      '/': unlessTyping(() => {
        const field = document.querySelector('[data-search]')
        if (field instanceof HTMLElement) field.focus()
      }),
    })
  }, [])
}
