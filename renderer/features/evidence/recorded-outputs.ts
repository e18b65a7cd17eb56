import { blobsOf, timingsOf } from '../../../main/core/evidence/blobs.ts'
import { quotedIn } from '../../../main/core/evidence/quoted.ts'
import { namesOf } from '../../../main/core/report/names.ts'
import { shownLine } from '../../../main/core/report/hostile.ts'
import { own } from '../../../main/core/own.ts'
import type { RunEvent } from '../../../main/core/run/events.ts'
import type { RunState } from '../../../main/core/run/state.ts'

/** The outputs of one event, which are taken out together. */
export interface RecordedOutputs {
  readonly seq: number
  readonly wall: number
  /** What made them. */
  readonly title: string
  readonly bytes: number
  /** Where it can be looked at. */
  readonly step: string | undefined
  /** Names of those that are still in the record. */
  readonly present: readonly string[]
  /** What the event itself still says of them once they are gone; in words. */
  readonly quoted: readonly string[]
  /** Who took out those that are gone. */
  readonly gone:
    | { readonly by: string; readonly kind: string; readonly reason: string; readonly at: number }
    | undefined
}

/** Everything of a run that can be taken out of it, in the order in which it was recorded. */
export function recordedOutputs(
  events: readonly RunEvent[],
  state: RunState,
): readonly RecordedOutputs[] {
  const names = namesOf(state.plan)
  return events.flatMap((event): readonly RecordedOutputs[] => {
    // The runbook cannot be taken out: without it nothing could be read.
    if (event.type === 'run.started') return []
    const timings = new Set(timingsOf(event))
    const outputs = blobsOf(event).filter(({ sha256, bytes }) => !timings.has(sha256) && bytes > 0)
    if (outputs.length === 0) return []
    const redactions = outputs.flatMap(({ sha256 }) => own(state.redactions ?? {}, sha256) ?? [])
    const [gone] = redactions
    return [
      {
        seq: event.seq,
        wall: event.wall,
        title: titleOf(event, names.blockName),
        step: stepOf(event, state),
        bytes: outputs.reduce((sum, { bytes }) => sum + bytes, 0),
        present: outputs.flatMap(({ sha256 }) =>
          own(state.redactions ?? {}, sha256) === undefined ? [sha256] : [],
        ),
        quoted: quotedIn(event),
        gone,
      },
    ]
  })
}

function stepOf({ data }: RunEvent, state: RunState): string | undefined {
  return 'block' in data && data.block !== undefined ? state.blocks[data.block]?.step : undefined
}

function titleOf(event: RunEvent, blockName: (block: string) => string): string {
  switch (event.type) {
    case 'block.finished':
      return `${blockName(event.data.block)}${event.data.attempt > 1 ? `, attempt ${event.data.attempt}` : ''}`
    case 'block.host-finished':
      return `${blockName(event.data.block)} on ${shownLine(event.data.host)}`
    case 'block.batch-checked':
      return `${blockName(event.data.block)}, checks between batches`
    case 'attachment.added':
      return `Attachment ${shownLine(event.data.name)}`
    case 'terminal.closed':
      return 'A terminal that a person typed into'
    default:
      return event.type
  }
}
