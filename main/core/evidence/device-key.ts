import { formatKey, parseNote, verifyNote, type PublicKey, type Verify } from './signed-note.ts'
import type { HashBytes } from './merkle.ts'

/** The key of a device, and the statement that one takes the place of another. */

/** The name a device signs under. */
export function deviceKeyName(device: string): string {
  return `muster/${device}`
}

/** What the old and the new key sign when one replaces the other. `wall`: epoch milliseconds. */
export function formatReplacement(
  { key, replaces, wall }: { key: PublicKey; replaces: PublicKey; wall: number },
  hash: HashBytes,
): string {
  return `muster/device-key\n${formatKey(key, hash)}\nreplaces ${formatKey(replaces, hash)}\nwall ${wall}\n`
}

/** Whether the note says that `key` takes the place of `replaces`, and both have signed it. */
export function verifyReplacement(
  note: string,
  { key, replaces }: { readonly key: PublicKey; readonly replaces: PublicKey },
  tools: { readonly hash: HashBytes; readonly verify: Verify },
): boolean {
  const parsed = parseNote(note)
  const wall = /\nwall (?<wall>0|[1-9]\d{0,14})\n$/u.exec(parsed?.text ?? '')?.groups?.['wall']
  if (parsed === undefined || wall === undefined) return false
  const text = formatReplacement({ key, replaces, wall: Number(wall) }, tools.hash)
  const { signers, wrong } = verifyNote(parsed, [key, replaces], tools)
  return (
    parsed.text === text &&
    wrong.length === 0 &&
    signers.includes(key) &&
    signers.includes(replaces)
  )
}
