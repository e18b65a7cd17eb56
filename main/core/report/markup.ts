import { shownText } from './hostile.ts'

/** HTML that is safe to write: made only by `markup`, which escapes everything that is not markup itself. */
export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Part = Markup | string | number | undefined | false | readonly Part[]

/** Text for the content or a quoted attribute of HTML, SVG and XML; controls are shown as what they are. */
export function escaped(text: string): string {
  return shownText(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

function written(part: Part): string {
  if (part === undefined || part === false) return ''
  if (part instanceof Markup) return part.text
  if (typeof part === 'string') return escaped(part)
  if (typeof part === 'number') return String(part)
  return part.map(written).join('')
}

/** A template whose values are escaped, markup and lists of it aside. `undefined` and `false` leave nothing. */
export function markup(template: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(
    template
      .map((piece, index) => `${piece}${written(index < parts.length ? parts[index] : '')}`)
      .join(''),
  )
}
