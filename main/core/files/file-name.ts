/** Names of files that came from elsewhere, made safe to keep, to show and to write to any disk. */

const LONGEST_BYTES = 200
/** Controls, marks that change direction or cannot be seen, separators, halves of characters. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu
/** What a file system of some computer does not take. */
const FORBIDDEN = /[<>:"|?*]/gu
/** Names that are devices on Windows, whatever their ending. */
const DEVICES = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/iu

function bytesOf(character: string): number {
  const code = character.codePointAt(0) ?? 0
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
}

function cut(text: string, most: number): string {
  let kept = ''
  let bytes = 0
  for (const character of text) {
    bytes += bytesOf(character)
    if (bytes > most) break
    kept += character
  }
  return kept
}

/**
 * The last part of a path, without anything that cannot be seen or that would lead elsewhere; never empty, at most 200
 * bytes of UTF-8, and its ending is kept.
 */
export function safeFileName(given: string): string {
  const last = given.split(/[/\\]/u).findLast((part) => part.trim() !== '') ?? ''
  const clean = last
    .normalize('NFC')
    .replaceAll(UNSEEN, '')
    .replaceAll(FORBIDDEN, '_')
    .replaceAll(/\s+/gu, ' ')
    .trim()
    // A leading dot hides a file; Windows drops trailing ones.
    .replace(/^\.+/u, '')
    .replace(/[. ]+$/u, '')
    .trim()
    .replace(DEVICES, '_$&')
  if (clean === '') return 'file'
  const ending = /\.[^. ]{1,16}$/u.exec(clean)?.[0] ?? ''
  const stem = clean.slice(0, clean.length - ending.length)
  return `${cut(stem, LONGEST_BYTES - Array.from(ending).reduce((sum, one) => sum + bytesOf(one), 0))}${ending}`
}
