/**
 * Headings, fences and task items of a guide, counted line by line and without any Markdown library, so that the count
 * can be compared with the model. Good enough for text that people write; not for hostile text.
 */
export interface Count {
  headings: number
  fences: number
  items: number
}

export function countGuide(source: string): Count {
  const count: Count = { headings: 0, fences: 0, items: 0 }
  let open: { readonly mark: string; readonly length: number } | undefined
  let paragraph = false
  for (const line of source.split(/\r\n|\n|\r/u)) {
    const fence = /^[ \t]*(?<mark>`{3,}|~{3,})(?<rest>.*)$/u.exec(line)?.groups
    const mark = fence?.['mark'] ?? ''
    if (open) {
      if (mark.startsWith(open.mark.repeat(open.length)) && fence?.['rest']?.trim() === '')
        open = undefined
      continue
    }
    if (fence && !(mark.startsWith('`') && fence['rest']?.includes('`'))) {
      count.fences++
      open = { mark: mark.charAt(0), length: mark.length }
      paragraph = false
      continue
    }
    const underlined: boolean = paragraph && /^ {0,3}(?:=+|-+)[ \t]*$/u.test(line)
    if (/^ {0,3}#{1,6}(?:[ \t]|$)/u.test(line) || underlined) count.headings++
    if (/^[ \t]*(?:\d+[.)][ \t]+)?(?:[-*+]|\d+[.)])[ \t]+\[[ xX]\][ \t]+\S/u.test(line))
      count.items++
    // Only the text of a paragraph can be underlined.
    paragraph =
      line.trim() !== '' &&
      !underlined &&
      !/^\s*(?:[#>|<]|[-*+][ \t]|\d+[.)][ \t]|-{3,}|\*{3,})/u.test(line)
  }
  return count
}
