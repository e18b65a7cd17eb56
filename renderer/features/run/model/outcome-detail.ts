import type { Outcome } from '../../../../main/core/run/events.ts'

/** Reasons of more than a line stand in a paragraph of their own, so that the sentence above stays one. */

const LONGEST_BRIEF = 110
const FINGERPRINT = /(SHA256:[A-Za-z0-9+/=]{20,})/u

/** The reason an execution ended as it did, where it is too long for a sentence. */
export function longDetail(outcome: Outcome): string | undefined {
  return 'detail' in outcome && outcome.detail.length > LONGEST_BRIEF ? outcome.detail : undefined
}

/** What the sentence above has not said yet. */
export function restOfDetail(outcome: Outcome): string | undefined {
  const detail = longDetail(outcome)
  const brief = briefOutcome(outcome)
  if (detail === undefined || !('detail' in brief) || !detail.startsWith(brief.detail))
    return detail
  return detail.slice(brief.detail.length).replace(/^[.;:]\s*/u, '')
}

/** The outcome with its reason only where that is short; else its first words. */
export function briefOutcome(outcome: Outcome): Outcome {
  if (!('detail' in outcome) || longDetail(outcome) === undefined) return outcome
  const first = /^.{1,110}?[.;:](?=\s)/su.exec(outcome.detail)?.[0].slice(0, -1)
  return { ...outcome, detail: first ?? 'the reason stands below' }
}

/** Text with what has to be compared character by character taken apart. */
export function fingerprintParts(
  text: string,
): readonly { readonly text: string; readonly fingerprint: boolean }[] {
  return text
    .split(FINGERPRINT)
    .filter((part) => part !== '')
    .map((part) => ({ text: part, fingerprint: FINGERPRINT.test(part) }))
}
