import { createStore } from 'zustand/vanilla'
import type { PackFormat } from '../../../main/contract/audit.ts'
import type { PushData } from '../../../main/contract/pushes.ts'
import type { RequestResult } from '../../../main/contract/requests.ts'
import type { AuditPack, Period } from '../../../main/core/report/pack/pack.ts'
import { client, RequestError } from '../../api/index.ts'
import { wordsOf } from '../../ui/words.ts'
import type { PeriodChoice } from './period-choice.ts'
import type { RunFilter } from './run-filter.ts'

/**
 * The pack that was made last. It outlives the screen: whoever looks at one of its runs and comes back finds it as it was,
 * and what is being read goes on being read.
 */

export type Progress = Pick<PushData<'export.progress'>, 'done' | 'total' | 'unit'>

/** Something that takes its time. */
export type Work<T> =
  | { readonly kind: 'idle' }
  | {
      readonly kind: 'working'
      readonly ticket: string
      readonly progress: Progress | undefined
      readonly cancelling: boolean
    }
  | { readonly kind: 'failed'; readonly message: string; readonly code: string | undefined }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'done'; readonly result: T }

export type WrittenPack = RequestResult<'audit.write'>

export const PACK_TABS = [
  'runs',
  'exceptions',
  'recovery',
  'approvals',
  'redactions',
  'gone',
  'runbooks',
  'controls',
] as const
export type PackTab = (typeof PACK_TABS)[number]

/** Which part of the pack is looked at. */
export interface PackView {
  readonly tab: PackTab
  readonly filter: RunFilter
  readonly query: string
}

const FIRST_VIEW: PackView = { tab: 'runs', filter: 'all', query: '' }

export interface AuditState {
  /** Undefined until a person looked at it: then it is the current quarter. */
  readonly choice: PeriodChoice | undefined
  readonly making: Work<AuditPack>
  /** The last pack that was made; it stays while another one is. */
  readonly pack: AuditPack | undefined
  readonly view: PackView
  readonly writing: Work<WrittenPack>
}

export const auditStore = createStore<AuditState>(() => ({
  choice: undefined,
  making: { kind: 'idle' },
  pack: undefined,
  view: FIRST_VIEW,
  writing: { kind: 'idle' },
}))

type Kind = 'making' | 'writing'

function withProgress<T>(work: Work<T>, ticket: string, progress: Progress): Work<T> {
  return work.kind === 'working' && work.ticket === ticket ? { ...work, progress } : work
}

client.on('export.progress', ({ ticket, done, total, unit }) => {
  const progress = { done, total, unit }
  auditStore.setState(({ making, writing }) => ({
    making: withProgress(making, ticket, progress),
    writing: withProgress(writing, ticket, progress),
  }))
})

function begun(ticket: string): Work<never> {
  return { kind: 'working', ticket, progress: undefined, cancelling: false }
}

function endOf(error: unknown): Work<never> {
  const code = error instanceof RequestError ? error.code : undefined
  return code === 'cancelled'
    ? { kind: 'cancelled' }
    : { kind: 'failed', message: wordsOf(error), code }
}

export interface PackOrder {
  readonly period: Period
  readonly zone: string
}

/** Reads and verifies every run of the period. */
export async function makePack({ period: { from, to }, zone }: PackOrder): Promise<void> {
  const ticket = crypto.randomUUID()
  auditStore.setState({ making: begun(ticket) })
  try {
    const pack = await client.request('audit.get', { from, to, zone, ticket })
    auditStore.setState({
      making: { kind: 'done', result: pack },
      pack,
      view: FIRST_VIEW,
      writing: { kind: 'idle' },
    })
  } catch (error) {
    auditStore.setState({ making: endOf(error) })
  }
}

export interface FileOrder extends PackOrder {
  readonly format: PackFormat
  /** Undefined: the folder for exports. */
  readonly path: string | undefined
  readonly replace: boolean
}

/** Makes the pack of the period again, as a file. */
export async function writePack({
  period: { from, to },
  zone,
  ...order
}: FileOrder): Promise<void> {
  const ticket = crypto.randomUUID()
  auditStore.setState({ writing: begun(ticket) })
  const { format, path, replace } = order
  try {
    const result = await client.request('audit.write', {
      from,
      to,
      zone,
      ticket,
      format,
      replace,
      ...(path !== undefined && { path }),
    })
    auditStore.setState({ writing: { kind: 'done', result } })
  } catch (error) {
    auditStore.setState({ writing: endOf(error) })
  }
}

/** Stops what is going on; what the engine says to it ends the work. */
export async function cancelWork(kind: Kind): Promise<void> {
  const work = auditStore.getState()[kind]
  if (work.kind !== 'working') return
  auditStore.setState({ [kind]: { ...work, cancelling: true } })
  // A lost connection ends the work by itself.
  await client.request('exports.cancel', { ticket: work.ticket }).catch(() => undefined)
}
