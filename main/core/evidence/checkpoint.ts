import { decodeBase64, encodeBase64 } from './base64.ts'

/**
 * A checkpoint in the form of C2SP (https://c2sp.org/tlog-checkpoint): which run, how many events, and the root of the
 * tree over their lines. Muster adds the head of the chain and the time, as extension lines.
 */
export interface Checkpoint {
  /** Which log: `muster/<device>/<run>`. */
  readonly origin: string
  /** How many events the tree has. */
  readonly size: number
  /** Root of the tree, 32 bytes. */
  readonly root: Uint8Array
  /** Hash of the last of these events, hex. */
  readonly head: string
  /** When it was made, by the wall clock of the laptop: epoch milliseconds. */
  readonly wall: number
}

/** What a checkpoint was made for. `asked`: a person wanted words to read out; `afterwards`: the run was over. */
export const CHECKPOINT_REASONS = [
  'start',
  'approval',
  'point-of-no-return',
  'handover',
  'pause',
  'suspend',
  'reopen',
  'interval',
  'close',
  'asked',
  'afterwards',
] as const
export type CheckpointReason = (typeof CHECKPOINT_REASONS)[number]

const HASH_BYTES = 32

export function originOf(device: string, run: string): string {
  return `muster/${device}/${run}`
}

/** The text that is signed, with its last newline. */
export function formatCheckpoint({ origin, size, root, head, wall }: Checkpoint): string {
  return `${origin}\n${size}\n${encodeBase64(root)}\nhead ${head}\nwall ${wall}\n`
}

/** What the text says, or undefined when it is not a checkpoint of Muster. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const groups =
    /^(?<origin>[^\n]+)\n(?<size>0|[1-9]\d{0,14})\n(?<root>[^\n]+)\nhead (?<head>[0-9a-f]{64})\nwall (?<wall>0|[1-9]\d{0,15})\n$/u.exec(
      text,
    )?.groups
  if (groups === undefined) return undefined
  const root = decodeBase64(groups['root'] ?? '')
  if (root?.length !== HASH_BYTES) return undefined
  return {
    origin: groups['origin'] ?? '',
    size: Number(groups['size']),
    root,
    head: groups['head'] ?? '',
    wall: Number(groups['wall']),
  }
}
