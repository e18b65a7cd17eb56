import { FitAddon } from '@xterm/addon-fit'
import { SearchAddon } from '@xterm/addon-search'
import { WebglAddon } from '@xterm/addon-webgl'
import { Terminal, type ITheme } from '@xterm/xterm'
import { dropReachingSequences } from './escapes.ts'

/** One xterm.js screen. It draws from its first byte on, whether or not it is shown at the time. */
export interface Screen {
  readonly terminal: Terminal
  /** Draws bytes; `drawn` is called when they are parsed, which is the moment to acknowledge them. */
  write(bytes: Uint8Array, drawn?: () => void): void
  /** Puts the screen into an element and fits it. The element belongs to it until `detach`. */
  attach(parent: HTMLElement): void
  detach(): void
  /** Keeps this size from now on, whatever room there is; letters are as small as that takes. */
  keepSize(size: ScreenSize): void
  /** Columns and rows for the room there is now; undefined while it is not shown. */
  fit(): ScreenSize | undefined
  find(text: string, backwards: boolean): boolean
  clearFind(): void
  setAppearance(appearance: Appearance): void
  dispose(): void
}

export interface ScreenSize {
  readonly columns: number
  readonly rows: number
}

export interface Appearance {
  readonly fontSize: number
  readonly fontFamily: string
  readonly theme: ITheme
}

export interface ScreenOptions {
  readonly appearance: Appearance
  /** Keys are passed on; without it nothing can be typed. */
  readonly interactive: boolean
  /** Bytes come from a pipe, not from a terminal device: a line feed also returns the carriage. */
  readonly pipe: boolean
  readonly label: string
}

const SCROLLBACK = 8000
/** Letters are not made smaller than this, in CSS pixels: a larger screen is scrolled. */
const SMALLEST_LETTERS = 9
/** How often a lost WebGL context is asked for again before the DOM renderer stays. */
const WEBGL_ATTEMPTS = 3

/** Opens a screen. */
export function createScreen(options: ScreenOptions): Screen {
  const terminal = new Terminal({
    allowProposedApi: true,
    convertEol: options.pipe,
    cursorBlink: false,
    cursorInactiveStyle: options.interactive ? 'outline' : 'none',
    disableStdin: !options.interactive,
    fontFamily: options.appearance.fontFamily,
    fontSize: options.appearance.fontSize,
    linkHandler: { activate: () => undefined },
    logLevel: 'off',
    minimumContrastRatio: 4.5,
    scrollback: SCROLLBACK,
    theme: options.appearance.theme,
  })
  const fit = new FitAddon()
  const search = new SearchAddon()
  terminal.loadAddon(fit)
  terminal.loadAddon(search)
  const undrop = dropReachingSequences(terminal)
  // Its own element, moved between parents: xterm.js can be opened once only.
  const element = document.createElement('div')
  element.style.width = '100%'
  element.style.height = '100%'
  let opened = false
  let disposed = false
  let webgl: WebglAddon | undefined
  let kept: ScreenSize | undefined
  let wantedFontSize = options.appearance.fontSize

  // Only what is shown has a context: browsers keep few of them and take the oldest away.
  const useWebgl = (attempt: number): void => {
    if (disposed || !element.isConnected || webgl !== undefined || attempt > WEBGL_ATTEMPTS) return
    try {
      const addon = new WebglAddon()
      addon.onContextLoss(() => {
        addon.dispose()
        webgl = undefined
        setTimeout(() => useWebgl(attempt + 1), 500 * attempt)
      })
      terminal.loadAddon(addon)
      webgl = addon
    } catch {
      // No WebGL here: the DOM renderer is already in place.
      webgl = undefined
    }
  }

  const measure = (): ScreenSize | undefined => {
    if (!opened || element.clientWidth === 0 || element.clientHeight === 0) return undefined
    if (kept !== undefined) terminal.options.fontSize = wantedFontSize
    const proposed = fit.proposeDimensions()
    if (proposed === undefined || !Number.isFinite(proposed.cols)) return undefined
    if (kept !== undefined) {
      const share = Math.min(1, proposed.cols / kept.columns, proposed.rows / kept.rows)
      const size = Math.floor(wantedFontSize * share)
      terminal.options.fontSize = Math.max(SMALLEST_LETTERS, size)
      return kept
    }
    const columns = Math.min(1000, Math.max(2, proposed.cols))
    const rows = Math.min(1000, Math.max(2, proposed.rows))
    if (columns !== terminal.cols || rows !== terminal.rows) terminal.resize(columns, rows)
    return { columns, rows }
  }

  return {
    terminal,
    write: (bytes, drawn) => terminal.write(bytes, drawn),
    attach: (parent) => {
      parent.append(element)
      if (!opened) {
        opened = true
        terminal.open(element)
        terminal.textarea?.setAttribute('aria-label', options.label)
      }
      useWebgl(1)
      measure()
    },
    detach: () => {
      webgl?.dispose()
      webgl = undefined
      element.remove()
    },
    keepSize: (size) => {
      kept = size
      terminal.resize(size.columns, size.rows)
      measure()
    },
    fit: measure,
    find: (text, backwards) =>
      backwards ? search.findPrevious(text) : search.findNext(text, { incremental: true }),
    clearFind: () => search.clearDecorations(),
    setAppearance: ({ fontSize, fontFamily, theme }) => {
      wantedFontSize = fontSize
      terminal.options.fontSize = fontSize
      terminal.options.fontFamily = fontFamily
      terminal.options.theme = theme
      measure()
    },
    dispose: () => {
      disposed = true
      undrop()
      webgl?.dispose()
      terminal.dispose()
      element.remove()
    },
  }
}
