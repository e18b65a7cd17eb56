import type { ITheme } from '@xterm/xterm'
import type { Appearance } from './screen.ts'

/** Colours of the sixteen ANSI names on a dark and on a light ground; minimumContrastRatio does the rest. */
const ANSI_DARK = {
  black: '#1c2128',
  red: '#ff7b72',
  green: '#56d364',
  yellow: '#e3b341',
  blue: '#79c0ff',
  magenta: '#d2a8ff',
  cyan: '#56d4dd',
  white: '#d0d7de',
  brightBlack: '#8b949e',
  brightRed: '#ffa198',
  brightGreen: '#7ee787',
  brightYellow: '#f2cc60',
  brightBlue: '#a5d6ff',
  brightMagenta: '#e2c5ff',
  brightCyan: '#b3f0ff',
  brightWhite: '#ffffff',
} as const
const ANSI_LIGHT = {
  black: '#24292f',
  red: '#b42318',
  green: '#116329',
  yellow: '#7d4e00',
  blue: '#0550ae',
  magenta: '#6639ba',
  cyan: '#1b6e79',
  white: '#57606a',
  brightBlack: '#4f5962',
  brightRed: '#a40e26',
  brightGreen: '#1a7f37',
  brightYellow: '#633c01',
  brightBlue: '#0969da',
  brightMagenta: '#8250df',
  brightCyan: '#3192aa',
  brightWhite: '#24292f',
} as const

function property(style: CSSStyleDeclaration, name: string, fallback: string): string {
  const value = style.getPropertyValue(name).trim()
  return value === '' ? fallback : value
}

/** True when `colour` (as computed, `rgb(…)` or hex) is nearer black than white. */
function isDark(colour: string): boolean {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/i.exec(colour)
  const parts =
    hex === null
      ? (colour.match(/[\d.]+/g) ?? []).map(Number)
      : hex.slice(1, 4).map((part) => Number.parseInt(part, 16))
  const [red = 0, green = 0, blue = 0] = parts
  return red * 0.299 + green * 0.587 + blue * 0.114 < 128
}

/** The terminal's look from the tokens in force on `element`. `fontSize` in CSS pixels. */
export function appearanceOf(element: Element, fontSize: number): Appearance {
  const style = getComputedStyle(element)
  const background = property(style, '--color-terminal-background', style.backgroundColor)
  const foreground = property(style, '--color-terminal-text', style.color)
  const theme: ITheme = {
    ...(isDark(background) ? ANSI_DARK : ANSI_LIGHT),
    background,
    foreground,
    cursor: foreground,
    cursorAccent: background,
    selectionBackground: property(
      style,
      '--color-terminal-selection',
      isDark(background) ? '#3b5070' : '#b6d4fe',
    ),
  }
  return { fontSize, fontFamily: property(style, '--font-mono', 'monospace'), theme }
}
