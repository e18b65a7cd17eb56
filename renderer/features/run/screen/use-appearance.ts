import { useEffect } from 'react'
import { followTerminalAppearance } from '../../../app/terminal-appearance.ts'
import type { TerminalStore } from '../terminal/terminal-store.ts'

/** Keeps the terminals in the window's theme and in the font size of the settings. */
export function useAppearance(terminals: TerminalStore): void {
  useEffect(
    () => followTerminalAppearance((appearance) => terminals.getState().setAppearance(appearance)),
    [terminals],
  )
}
