import type { CheckpointReason } from '../../../main/core/evidence/checkpoint.ts'
import type { RedactionKind } from '../../../main/core/run/events.ts'
import type { RunState } from '../../../main/core/run/state.ts'

/** The core's words about evidence, for a person. */

export const WHY_WORDS: Readonly<Record<CheckpointReason, string>> = {
  start: 'at the start',
  approval: 'at an approval',
  'point-of-no-return': 'before a point of no return',
  handover: 'at a handover',
  pause: 'at a pause',
  suspend: 'when Muster was closed',
  reopen: 'when the run went on',
  interval: 'every five minutes',
  close: 'at the end',
  asked: 'when somebody asked',
  afterwards: 'after the end',
}

export const KIND_WORDS: Readonly<Record<RedactionKind, string>> = {
  secret: 'A secret',
  personal: 'Personal data',
  customer: 'A customer’s data',
  other: 'Something else',
}

type Witness = NonNullable<RunState['witnesses']>[number]

/** Who vouches, and how. */
export function witnessLine({ kind, by, how }: Witness): string {
  switch (kind) {
    case 'words':
      return `${by} has the words${how === undefined ? '' : ` (${how})`}`
    case 'muster':
      return `${by} signed it with another Muster`
    case 'ssh':
      return `${by} signed it with an SSH key`
    case 'timestamp':
      return `a time stamp: ${by}`
  }
}

/** A hash in hex as groups of four, which the eye can compare. */
export function groupedHash(hash: string): string {
  return hash.match(/.{1,4}/gu)?.join(' ') ?? hash
}
