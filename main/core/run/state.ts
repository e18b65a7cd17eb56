import type { Chunked } from '../chunked.ts'
import type { CertificateFacts } from '../certificate/expectation.ts'
import type { ActionVerb } from '../runbook/model.ts'
import type {
  BlobReference,
  EventData,
  GateResult,
  HttpFacts,
  RedisFacts,
  Mode,
  Outcome,
  RedactionKind,
  Severity,
  StopRung,
} from './events.ts'
import type { FileFacts } from '../files/transfer.ts'
import type { SqlFacts } from './sql-facts.ts'
import type { Plan } from './plan.ts'
import type { ReportRow } from './report-rows.ts'
import type { ReportKind, ReportStatus } from './reports.ts'

/** The state of a run, computed from its events by `evolve` and from nothing else. Never mutated. */

export const RUN_PHASES = ['none', 'running', 'paused', 'finished', 'aborted'] as const
export type RunPhase = (typeof RUN_PHASES)[number]

export const STEP_STATUSES = [
  'pending',
  'active',
  'done',
  'failed',
  'skipped',
  'not-needed',
  'rolling-back',
  'rolled-back',
] as const
export type StepStatus = (typeof STEP_STATUSES)[number]

/** `unknown`: it was started and nobody knows how it ended. `done` and `gave-up`: a person resolved it. */
export const BLOCK_STATUSES = [
  'idle',
  'running',
  'passed',
  'failed',
  'unknown',
  'done',
  'gave-up',
] as const
export type BlockStatus = (typeof BLOCK_STATUSES)[number]

export interface StepState {
  readonly id: string
  readonly status: StepStatus
  readonly begunAt?: number
  readonly endedAt?: number
  readonly reason?: string
  readonly outOfOrder: boolean
  /** Not needed: the step whose decision made it so. */
  readonly because?: string
}

export interface ApprovalState {
  readonly by: string
  readonly at: number
  readonly target: string
  readonly text: string
  /** Where the target is several hosts. */
  readonly hosts?: readonly string[]
}

/** `unknown` has a result that says so, or Muster stopped while it ran; `waiting`: nothing was sent to it. */
export type HostStatus = 'waiting' | 'running' | BlockStatus

/** One host of a fan-out. */
export interface HostState {
  readonly host: string
  readonly status: HostStatus
  readonly batch?: number
  readonly stopping?: StopRung
  readonly startedAt?: number
  readonly endedAt?: number
  readonly outcome?: Outcome
  readonly passed?: boolean
  readonly gates: readonly GateResult[]
  readonly durationMs?: number
  readonly stdout?: BlobReference
  readonly stderr?: BlobReference
  readonly timing?: BlobReference
  readonly polls?: number
  readonly place?: string
  readonly unrecorded?: number
  readonly notice?: string
  readonly files?: FileFacts
  readonly resolution?: Resolution
}

/** What a person found out about an outcome that was unknown or a failure. */
export interface Resolution {
  readonly as: 'done' | 'failed'
  readonly reason: string
  readonly by: string
}

/** A check that was run between two batches, on the hosts of the one before. */
export interface BatchCheck {
  /** From 1. */
  readonly batch: number
  readonly check: string
  readonly passed: boolean
  readonly hosts: readonly HostState[]
}

/** One execution of a block. */
export interface Attempt {
  readonly number: number
  readonly startedAt: number
  readonly target: string
  readonly text: string
  readonly edited: boolean
  readonly actor: string
  /** Of a fan-out, in the order of the hosts. */
  readonly hosts?: readonly HostState[]
  readonly batchChecks?: readonly BatchCheck[]
  readonly stopping?: StopRung
  readonly endedAt?: number
  readonly outcome?: Outcome
  readonly passed?: boolean
  readonly gates: readonly GateResult[]
  readonly durationMs?: number
  readonly stdout?: BlobReference
  readonly stderr?: BlobReference
  readonly timing?: BlobReference
  readonly polls?: number
  /** Where it was sent, in one line. */
  readonly place?: string
  readonly http?: HttpFacts
  readonly redis?: RedisFacts
  readonly sql?: SqlFacts
  readonly certificate?: CertificateFacts
  readonly files?: FileFacts
  /** Bytes of output that the disk refused, and that are nowhere. */
  readonly unrecorded?: number
  /** What is worth knowing beside the outcome, in words. */
  readonly notice?: string
  readonly resolution?: Resolution
}

export interface BlockState {
  readonly id: string
  readonly step: string
  readonly verb: ActionVerb
  readonly status: BlockStatus
  readonly attempts: readonly Attempt[]
  /** Approvals not yet used by a start. */
  readonly approvals: readonly ApprovalState[]
}

export interface ItemState {
  readonly id: string
  readonly step: string
  readonly confirmed?: { readonly by: string; readonly at: number }
}

export type DeviationKind =
  | 'skipped'
  | 'out-of-order'
  | 'edited'
  | 'marked'
  | 'failed'
  | 'resolved'
  | 'run-again'
  | 'finished-open'
  | 'reopened'
  | 'decided-again'
  | 'refused'

/** Something the runbook did not foresee, with the words that justified it. */
export interface Deviation {
  readonly kind: DeviationKind
  readonly seq: number
  readonly at: number
  readonly by: string
  readonly step?: string
  readonly block?: string
  readonly reason: string
}

export interface RunState {
  readonly phase: RunPhase
  readonly run: string
  readonly plan: Plan
  readonly mode: Mode
  readonly runbook: {
    readonly path: string
    readonly sha256: string
    readonly source: BlobReference
  }
  readonly commander: string
  /** Role -> holder. */
  readonly roles: Readonly<Record<string, string>>
  /** Role -> an offer that nobody has accepted yet. */
  readonly offers: Readonly<
    Record<string, { readonly to: string; readonly from?: string; readonly brief: string }>
  >
  readonly inputs: Readonly<Record<string, string>>
  readonly secretInputs: readonly string[]
  readonly captures: Readonly<Record<string, string>>
  readonly environment?: string
  readonly production?: boolean
  /** Target -> the profile it led to when the run started. */
  readonly connections?: Readonly<
    Record<
      string,
      {
        readonly profile: string
        readonly summary: string
        readonly hosts?: readonly string[] | undefined
      }
    >
  >
  readonly severity?: Severity
  readonly severities: readonly { readonly severity: Severity; readonly from: number }[]
  readonly declaredAt?: number
  readonly startedAt: number
  readonly endedAt?: number
  readonly pauses: readonly {
    readonly from: number
    readonly to?: number
    readonly reason?: string
  }[]
  readonly suspended: boolean
  readonly steps: Readonly<Record<string, StepState>>
  readonly blocks: Readonly<Record<string, BlockState>>
  readonly items: Readonly<Record<string, ItemState>>
  readonly decisions: Readonly<
    Record<
      string,
      {
        readonly option: string
        readonly by: string
        readonly at: number
        readonly reason?: string
      }
    >
  >
  /** In the order they were written. */
  readonly notes: Chunked<{
    readonly seq: number
    readonly kind: 'note' | 'todo' | 'evidence'
    readonly text: string
    readonly by: string
    readonly at: number
  }>
  /** Injects that were given, in the order they were; absent before the first. */
  readonly injects?: readonly ({
    readonly seq: number
    readonly at: number
    readonly by: string
  } & EventData<'inject.given'>)[]
  /** Files kept with the run, in the order they came; absent before the first. */
  readonly attachments?: readonly ({
    readonly seq: number
    readonly at: number
    readonly by: string
  } & EventData<'attachment.added'>)[]
  /** What people wrote into the reports, by kind; a kind that nobody touched is absent. */
  readonly reports?: Readonly<
    Partial<
      Record<
        ReportKind,
        {
          readonly status: ReportStatus
          readonly fields: Readonly<
            Record<
              string,
              {
                readonly text: string
                readonly by: string
                readonly at: number
                readonly rows?: readonly ReportRow[]
              }
            >
          >
        }
      >
    >
  >
  /** Numbers of the events that the summary of the reports shows, ascending. */
  readonly pins?: readonly number[]
  /** Signed checkpoints that an event of this run names, oldest first. The newest one may have no event after it. */
  readonly checkpoints?: readonly {
    readonly size: number
    /** Hash of the last event it covers. */
    readonly head: string
    /** When the event after it was recorded. */
    readonly at: number
  }[]
  /** Who else holds a head of this run, or has signed one. */
  readonly witnesses?: readonly {
    readonly seq: number
    readonly size: number
    readonly head: string
    readonly kind: 'words' | 'muster' | 'ssh' | 'timestamp'
    readonly by: string
    readonly how?: string
    readonly at: number
  }[]
  /** Outputs that were taken out, by their names. */
  readonly redactions?: Readonly<
    Record<
      string,
      {
        readonly event: number
        readonly kind: RedactionKind
        readonly reason: string
        readonly by: string
        readonly at: number
      }
    >
  >
  readonly terminals: Readonly<
    Record<string, { readonly target: string; readonly host?: string; readonly open: boolean }>
  >
  readonly deviations: readonly Deviation[]
  /** Sequence number and hash of the last event. */
  readonly seq: number
  readonly head: string
}

/** Steps in these states are behind us. */
export function isSettled(status: StepStatus): boolean {
  return status !== 'pending' && status !== 'active' && status !== 'rolling-back'
}
