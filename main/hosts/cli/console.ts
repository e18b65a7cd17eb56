import { styleText } from 'node:util'

/** Where a command writes. Answers go to `out`, which a script reads; everything said besides goes to `say`. */
export interface Console {
  /** One line, or several, on standard output. */
  out(text: string): void
  /** One line, or several, on standard error. */
  say(text: string): void
  /** A line that the next one replaces, for a person at a terminal; empty: it goes away. Nothing where there is none. */
  progress(text: string): void
  /** Styles text for standard output; plain where that is no terminal or NO_COLOR is set. */
  readonly style: Style
  /** The same for standard error. */
  readonly saying: Style
}

export type Look = Parameters<typeof styleText>[0]
export type Style = (look: Look, text: string) => string

type Stream = NodeJS.WriteStream & { readonly fd: 1 | 2 }

/** Whether colour belongs on a stream. NO_COLOR: https://no-color.org (any non-empty value). */
export function wantsColour(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  if ((environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb') return false
  return stream.isTTY === true
}

function styleFor(stream: Stream): Style {
  return wantsColour(stream, process.env)
    ? (look, text) => styleText(look, text, { validateStream: false })
    : (_look, text) => text
}

/** The console of this process. */
export function processConsole(): Console {
  return {
    out: (text) => void process.stdout.write(`${text}\n`),
    say: (text) => void process.stderr.write(`${text}\n`),
    progress: (text) => {
      if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${text}`)
    },
    style: styleFor(process.stdout),
    saying: styleFor(process.stderr),
  }
}
