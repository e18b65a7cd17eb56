import type { Report } from './report.ts'
import { element, fragment, type Child, type Element, type Tree } from './tree.ts'
import type { ReportClock } from './zone.ts'

/** Parts that the sections of a report are put together from. */

export interface Column {
  readonly title: string
  /** `number` stands to the right, `time` does not break, `state` has room for a word. */
  readonly look?: 'number' | 'time' | 'state'
}

/** The cell of a table with a look of its own. */
export interface Cell {
  readonly look: string
  readonly content: Child
}

export function cell(look: string, ...content: readonly Child[]): Cell {
  return { look, content }
}

function isCell(content: Child | Cell): content is Cell {
  return typeof content === 'object' && 'look' in content
}

const classOf = (look: string): { readonly class?: string } => (look === '' ? {} : { class: look })

/** The cells of a row with their looks: its column's, and its own. */
export function placed(
  columns: readonly Column[],
  row: readonly (Child | Cell)[],
): readonly { readonly look: string; readonly content: readonly Tree[] }[] {
  return columns.map(({ look }, index) => {
    const content = row[index]
    return isCell(content)
      ? { look: `${look ?? ''} ${content.look}`.trim(), content: fragment(content.content) }
      : { look: look ?? '', content: fragment(content) }
  })
}

const SHORT = 6

/** A table with its headings; a plain cell has the look of its column. */
export function table(
  caption: string | undefined,
  columns: readonly Column[],
  rows: readonly (readonly (Child | Cell)[])[],
): Element {
  return element(
    'table',
    // A short one stays whole on paper.
    rows.length <= SHORT ? { class: 'short' } : {},
    caption !== undefined && element('caption', {}, caption),
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        columns.map(({ title, look }) =>
          element('th', { scope: 'col', ...classOf(look === 'number' ? look : '') }, title),
        ),
      ),
    ),
    element(
      'tbody',
      {},
      rows.map((row) =>
        element(
          'tr',
          {},
          placed(columns, row).map(({ look, content }) => element('td', classOf(look), content)),
        ),
      ),
    ),
  )
}

export function paragraph(...content: readonly Child[]): Element {
  return element('p', {}, ...content)
}

/** Words that somebody wrote or said. */
export function quoted(words: string | undefined): Element | undefined {
  return words === undefined ? undefined : element('div', { class: 'quote' }, words)
}

/** A link to an event of the timeline. */
export function eventLink(seq: number): Element {
  return element('a', { href: `#e${seq}` }, `event ${seq}`)
}

/** A moment in a table: UTC, and the local time below it. */
export function moment(clock: ReportClock, at: number): Child {
  const local = clock.local?.(at)
  return [clock.utc(at), local !== undefined && [element('br', {}), element('small', {}, local)]]
}

/** A moment with the event that says so. */
export function momentOf(clock: ReportClock, at: number, seq: number): Child {
  return [moment(clock, at), ' (', eventLink(seq), ')']
}

/** Who did something, by name. */
export function whoText(who: string): string {
  return who === 'muster' ? 'Muster' : who
}

/** A report's name for a step, leading to it. */
export function stepLink({ steps }: Pick<Report, 'steps'>, id: string | undefined): Child {
  const step = steps.find((one) => one.id === id)
  return step === undefined ? (id ?? '') : element('a', { href: `#s${step.number}` }, step.title)
}

/** A list of what is called what. Rows without a value are left out. */
export function facts(rows: readonly (readonly [string, Child])[]): Element {
  return element(
    'dl',
    {},
    rows.flatMap(([name, value]) =>
      value === undefined || value === ''
        ? []
        : [element('dt', {}, name), element('dd', {}, value)],
    ),
  )
}
