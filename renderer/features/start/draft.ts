import { createStore } from 'zustand/vanilla'
import type { Mode, Severity } from '../../../main/core/run/events.ts'
import type { Declared } from './check-inputs.ts'

/**
 * What was typed into a start form. It is kept for as long as the window is open, so that looking something up elsewhere
 * loses nothing; it never leaves memory, because secrets are among it.
 */
export interface Draft {
  readonly mode: Mode
  readonly commander: string | undefined
  readonly severity: Severity | undefined
  readonly declared: Declared
  readonly minutes: string
  readonly time: string
  readonly values: Readonly<Record<string, string>>
  /** undefined: as last time. Empty: none. */
  readonly environment: string | undefined
  /** Target -> profile, where another than the runbook's was chosen. undefined: as last time. */
  readonly connections: Readonly<Record<string, string>> | undefined
  /** Hash of the content that was read and accepted: other content has to be read again. */
  readonly accepted: string | undefined
}

export const EMPTY_DRAFT: Draft = {
  mode: 'live',
  commander: undefined,
  severity: undefined,
  declared: 'no',
  minutes: '5',
  time: '',
  values: {},
  environment: undefined,
  connections: undefined,
  accepted: undefined,
}

/** Drafts by path of the runbook. */
export const draftStore = createStore<Readonly<Record<string, Draft>>>(() => ({}))

export function changeDraft(path: string, change: Partial<Draft>): void {
  draftStore.setState((drafts) => ({
    [path]: { ...(drafts[path] ?? EMPTY_DRAFT), ...change },
  }))
}

/** A run was started with it: the next one begins afresh. */
export function forgetDraft(path: string): void {
  draftStore.setState(
    (drafts) => Object.fromEntries(Object.entries(drafts).filter(([known]) => known !== path)),
    true,
  )
}
