import type { NoteSigner } from '../../../main/core/evidence/signed-note.ts'
import {
  chained,
  checkpointSizes,
  eventsOf,
  keyLine,
  linesOf,
  rewritten,
  strangerOf,
  withLines,
  type Event,
  type Files,
} from './variants.ts'

/** Ways to change a bundle. Each says from which event on it is another record (0: what lies beside the events). */

export interface Tampered {
  readonly files: Files
  /** Events before this one are as they were. */
  readonly from: number
  /** Words of a head do not show who signed: only a checkpoint or a key does. */
  readonly signatureOnly?: boolean
}

export interface Ground {
  readonly files: Files
  /** The same run, exported when it was younger. */
  readonly older: Files
  readonly holder: NoteSigner
}

export type Pick = (below: number) => number
type Tamper = (ground: Ground, pick: Pick) => Tampered

function remade(files: Files, change: (copy: Map<string, Buffer>) => void): Files {
  const copy = new Map(files)
  change(copy)
  return copy
}

function changedEvent(event: Event, pick: Pick): Event {
  const fields = ['actor', 'wall', 'mono', 'boot', 'data'] as const
  const field = fields[pick(fields.length)] ?? 'actor'
  const value = event[field]
  if (field === 'data')
    return { ...event, data: { ...(typeof value === 'object' ? value : {}), forged: pick(1e6) } }
  return {
    ...event,
    [field]: typeof value === 'number' ? value + 1 + pick(9999) : `${String(value)}${pick(1e6)}`,
  }
}

/** Lines with one of these changes, numbered and chained anew, and where the change begins. */
function moved(events: readonly Event[], pick: Pick): { events: readonly Event[]; from: number } {
  // The first event stays the first: without it this is no run.
  const at = 1 + pick(events.length - 2)
  const one = events[at] ?? {}
  switch (pick(4)) {
    case 0:
      return { events: events.with(at, changedEvent(one, pick)), from: at + 1 }
    case 1:
      return { events: events.toSpliced(at, 1), from: at + 1 }
    case 2:
      return { events: events.toSpliced(at, 0, changedEvent(one, pick)), from: at + 1 }
    default: {
      const next = events[at + 1] ?? {}
      return { events: events.with(at, next).with(at + 1, one), from: at + 1 }
    }
  }
}

const blobNames = (files: Files): readonly string[] =>
  [...files.keys()].filter((name) => name.startsWith('blobs/'))

function one(names: readonly string[], pick: Pick): string {
  return names[pick(names.length)] ?? ''
}

export const TAMPERS: Readonly<Record<string, Tamper>> = {
  'edit a byte of the events'({ files }, pick) {
    const bytes = Buffer.from(files.get('events.jsonl') ?? Buffer.alloc(0))
    const at = pick(bytes.length)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << pick(8))
    return { files: remade(files, (copy) => copy.set('events.jsonl', bytes)), from: 0 }
  },
  'edit an event, and chain anew'({ files }, pick) {
    const events = eventsOf(files)
    const at = pick(events.length)
    const changed = events.with(at, changedEvent(events[at] ?? {}, pick))
    return { files: withLines(files, chained(changed)), from: at + 1 }
  },
  'delete an event'({ files }, pick) {
    const at = pick(linesOf(files).length)
    return { files: withLines(files, linesOf(files).toSpliced(at, 1)), from: at + 1 }
  },
  'insert an event'({ files }, pick) {
    const lines = linesOf(files)
    const [at, from] = [pick(lines.length), pick(lines.length)]
    return { files: withLines(files, lines.toSpliced(at, 0, lines[from] ?? '')), from: at + 1 }
  },
  'reorder events'({ files }, pick) {
    const lines = linesOf(files)
    const at = pick(lines.length - 1)
    const [left = '', right = ''] = lines.slice(at, at + 2)
    return { files: withLines(files, lines.with(at, right).with(at + 1, left)), from: at + 1 }
  },
  'delete, insert, reorder or edit, and chain anew'({ files }, pick) {
    const { events, from } = moved(eventsOf(files), pick)
    return { files: withLines(files, chained(events)), from }
  },
  'truncate, with the checkpoints'({ files }, pick) {
    const lines = linesOf(files)
    const left = 1 + pick(lines.length - 1)
    const cut = withLines(files, lines.slice(0, left))
    for (const size of checkpointSizes(files))
      if (size > left) cut.delete(`checkpoints/${size}.note`)
    return { files: cut, from: left + 1 }
  },
  'swap an output'({ files }, pick) {
    const names = blobNames(files)
    const name = one(names, pick)
    const others = names.filter(
      (other) => !files.get(other)?.equals(files.get(name) ?? Buffer.of()),
    )
    return {
      files: remade(files, (copy) => copy.set(name, files.get(one(others, pick)) ?? Buffer.of())),
      from: 0,
    }
  },
  'edit an output, a salt or the runbook'({ files }, pick) {
    const name = one([...blobNames(files), 'blobs.jsonl', 'runbook.md', 'manifest.json'], pick)
    const bytes = Buffer.from(files.get(name) ?? Buffer.alloc(0))
    const at = pick(Math.max(1, bytes.length))
    const changed = bytes.length === 0 ? Buffer.of(65) : bytes
    if (bytes.length > 0) changed[at] = (changed[at] ?? 0) ^ (1 << pick(8))
    return { files: remade(files, (copy) => copy.set(name, changed)), from: 0 }
  },
  'take a file away'({ files }, pick) {
    // Of the keys, one that was replaced may have signed nothing here.
    const names = [...files.keys()].filter((name) =>
      /^(?:blobs\/|checkpoints\/|keys\/1\.key)/u.test(name),
    )
    const last = Math.max(...checkpointSizes(files))
    const name = one(
      names.filter((known) => known !== `checkpoints/${last}.note`),
      pick,
    )
    return { files: remade(files, (copy) => copy.delete(name)), from: 0 }
  },
  'edit a checkpoint or a key'({ files }, pick) {
    const names = [...files.keys()].filter((name) => /^(?:checkpoints\/|keys\/1\.key)/u.test(name))
    const name = one(names, pick)
    const bytes = Buffer.from(files.get(name) ?? Buffer.alloc(0))
    const at = pick(bytes.length)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << pick(8))
    return { files: remade(files, (copy) => copy.set(name, bytes)), from: 0 }
  },
  'swap the key'({ files, holder }) {
    const line = `${keyLine(strangerOf(holder.key.name))}\n`
    return { files: remade(files, (copy) => copy.set('keys/1.key', Buffer.from(line))), from: 0 }
  },
  're-sign the same events with another key'({ files, holder }) {
    const signer = strangerOf(holder.key.name)
    return { files: rewritten(files, eventsOf(files), signer), from: 2, signatureOnly: true }
  },
  'rewrite, and re-sign with another key'({ files, holder }, pick) {
    const { events, from } = moved(eventsOf(files), pick)
    return { files: rewritten(files, events, strangerOf(holder.key.name)), from }
  },
  'rewrite, and re-sign with the key itself'({ files, holder }, pick) {
    const { events, from } = moved(eventsOf(files), pick)
    return { files: rewritten(files, events, holder), from }
  },
  'replay an older bundle'({ older }) {
    return { files: older, from: eventsOf(older).length + 1 }
  },
}
