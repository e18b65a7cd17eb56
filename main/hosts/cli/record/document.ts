import { own } from '../../../core/own.ts'
import type { Outcome } from '../../../core/run/events.ts'
import type { PlanBlock, PlanStep } from '../../../core/run/plan.ts'
import type { RunState, StepStatus } from '../../../core/run/state.ts'
import { hostDocuments, type HostDocument } from './hosts-text.ts'
import type { RunStatus } from './read-run.ts'

/** `muster show RUN --json`. Scripts rely on this shape: add to it, change nothing. */
export interface RunDocument {
  readonly run: string
  readonly runbook: { readonly path: string; readonly sha256: string }
  readonly mode: RunState['mode']
  readonly status: RunStatus
  readonly steps: readonly {
    readonly id: string
    readonly title: string
    readonly state: StepStatus
    readonly blocks: readonly {
      readonly verb: PlanBlock['verb']
      readonly target: string | null
      /** Of the last attempt; null when it never ran, or is running now. */
      readonly outcome: Outcome | null
      /** Where its target is several hosts and it has been started. */
      readonly hosts?: readonly HostDocument[]
    }[]
    readonly items: readonly {
      readonly id: string
      readonly text: string
      readonly confirmed: boolean
      readonly by: string | null
      /** Epoch milliseconds. */
      readonly at: number | null
    }[]
  }[]
  /** Files kept with the run, where there are any. */
  readonly attachments?: readonly {
    readonly name: string
    readonly mediaType: string
    readonly size: number
    /** Of the file as it came, hex; where `redacted`, of what is kept. */
    readonly sha256: string
    /** Where it was collected; null: a person gave it. */
    readonly from: { readonly path: string; readonly host: string | null } | null
    /** Number of the event. */
    readonly event: number
    readonly by: string
    /** Epoch milliseconds. */
    readonly at: number
    /** The step it belongs to; null: the whole run. */
    readonly step: string | null
    readonly caption: string | null
    /** Secrets stood in it and were taken out when it came. */
    readonly redacted: boolean
    /** Its bytes were taken out of the record afterwards. */
    readonly gone: boolean
  }[]
  /** How many events the record has. */
  readonly events: number
  /** Hash of the last event. */
  readonly head: string
}

export const INTERRUPTED: Outcome = {
  kind: 'unknown',
  detail: 'Muster stopped while this ran. Whether it took effect is not known.',
}

/** How the last attempt of a block ended. One that an interruption cut off is unknown, also before anyone resumes. */
export function lastOutcome(
  state: RunState,
  block: PlanBlock,
  status: RunStatus,
): Outcome | undefined {
  const attempt = state.blocks[block.id]?.attempts.at(-1)
  if (attempt === undefined) return undefined
  return attempt.outcome ?? (status === 'interrupted' ? INTERRUPTED : undefined)
}

function targetOfBlock(state: RunState, step: PlanStep, block: PlanBlock): string | null {
  const attempt = state.blocks[block.id]?.attempts.at(-1)
  return attempt?.target ?? block.target ?? step.target ?? null
}

function withHosts(
  state: RunState,
  block: PlanBlock,
): { readonly hosts?: readonly HostDocument[] } {
  const hosts = hostDocuments(state, state.blocks[block.id])
  return hosts === undefined ? {} : { hosts }
}

export function runDocument(state: RunState, status: RunStatus): RunDocument {
  return {
    run: state.run,
    runbook: { path: state.runbook.path, sha256: state.runbook.sha256 },
    mode: state.mode,
    status,
    steps: state.plan.steps.map((step) => ({
      id: step.id,
      title: step.title,
      state: state.steps[step.id]?.status ?? 'pending',
      blocks: step.blocks.map((block) => ({
        verb: block.verb,
        target: targetOfBlock(state, step, block),
        outcome: lastOutcome(state, block, status) ?? null,
        ...withHosts(state, block),
      })),
      items: step.items.map(({ id, text }) => {
        const confirmed = state.items[id]?.confirmed
        return {
          id,
          text,
          confirmed: confirmed !== undefined,
          by: confirmed?.by ?? null,
          at: confirmed?.at ?? null,
        }
      }),
    })),
    ...(state.attachments && {
      attachments: state.attachments.map((attachment) => ({
        name: attachment.name,
        mediaType: attachment.mediaType,
        size: attachment.size,
        sha256: attachment.sha256,
        from:
          attachment.source === undefined
            ? null
            : { path: attachment.source.path, host: attachment.source.host ?? null },
        event: attachment.seq,
        by: attachment.by,
        at: attachment.at,
        step: attachment.step ?? attachment.source?.step ?? null,
        caption: attachment.caption ?? null,
        redacted: attachment.redacted === true,
        gone: own(state.redactions ?? {}, attachment.blob.sha256) !== undefined,
      })),
    }),
    events: state.seq,
    head: state.head,
  }
}
