/** Splits an excerpt of a search at the marks around its matches (U+E000 and U+E001). */
export function excerptParts(
  excerpt: string,
): readonly { readonly text: string; readonly match: boolean }[] {
  const parts: { text: string; match: boolean }[] = []
  for (const [index, piece] of excerpt.split('\uE000').entries()) {
    const end = piece.indexOf('\uE001')
    if (index === 0 || end === -1) parts.push({ text: piece, match: false })
    else
      parts.push(
        { text: piece.slice(0, end), match: true },
        { text: piece.slice(end + 1), match: false },
      )
  }
  return parts.filter(({ text }) => text !== '')
}
