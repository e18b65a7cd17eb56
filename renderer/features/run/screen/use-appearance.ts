import { useEffect } from 'react'
import { client } from '../../../api/index.ts'
import { appearanceOf } from '../terminal/appearance.ts'
import type { TerminalStore } from '../terminal/terminal-store.ts'

const DEFAULT_FONT_SIZE = 14

/** Keeps the terminals in the window's theme and in the font size of the settings. */
export function useAppearance(terminals: TerminalStore): void {
  useEffect(() => {
    let fontSize = DEFAULT_FONT_SIZE
    const apply = (): void => {
      terminals.getState().setAppearance(appearanceOf(document.documentElement, fontSize))
    }
    const read = (): void => {
      client.request('settings.get', {}).then(
        (settings) => {
          fontSize = settings.terminalFontSize
          apply()
        },
        () => undefined,
      )
    }
    const theme = new MutationObserver(apply)
    theme.observe(document.documentElement, {
      attributes: true,
      attributeFilter: ['data-theme', 'style'],
    })
    const stops = [
      client.on('settings.changed', read),
      client.onState(({ connected }) => connected && read()),
    ]
    apply()
    return () => {
      theme.disconnect()
      for (const stop of stops) stop()
    }
  }, [terminals])
}
