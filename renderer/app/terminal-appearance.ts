import { client } from '../api/index.ts'
import { appearanceOf } from '../ui/terminal/appearance.ts'
import type { Appearance } from '../ui/terminal/screen.ts'

const DEFAULT_FONT_SIZE = 14

/** Tells the window's theme and the font size of the settings, now and whenever they change. Returns the way to stop. */
export function followTerminalAppearance(tell: (appearance: Appearance) => void): () => void {
  let fontSize = DEFAULT_FONT_SIZE
  const apply = (): void => {
    tell(appearanceOf(document.documentElement, fontSize))
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
}
