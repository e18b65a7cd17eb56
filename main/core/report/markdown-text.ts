import { shownText } from './hostile.ts'

/** Text of people and machines in Markdown: escaped, so that it cannot become markup. */

/** Text within a line. */
export function inline(text: string): string {
  return shownText(text)
    .replaceAll(/\s*\n\s*/gu, ' ')
    .replaceAll(/[\\`*_{}[\]<>#|~!&]/gu, (character) => `\\${character}`)
}

/** Text with its lines, as a quotation. */
export function quote(text: string): string {
  return text
    .split('\n')
    .map((line) => `> ${inline(line)}`)
    .join('\n')
}

/** A fence that no line of the text can close. */
export function fence(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/gu)].map(([run]) => run.length))
  const ticks = '`'.repeat(longest + 1)
  return `${ticks}\n${shownText(text)}\n${ticks}`
}

/** A table of GFM; its cells are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
