import type { RunEvent } from './events.ts'
import type { RunState } from './state.ts'

type EventOf<T extends RunEvent['type']> = Extract<RunEvent, { readonly type: T }>

/** An event that names a checkpoint says that one was made over everything before it. */
export function withCheckpoint(state: RunState, event: RunEvent): RunState {
  if (event.checkpoint === undefined) return state
  const made = { size: event.seq - 1, head: event.prev, at: event.wall }
  return { ...state, checkpoints: [...(state.checkpoints ?? []), made] }
}

export function witnessed(
  state: RunState,
  event: EventOf<'checkpoint.witnessed' | 'checkpoint.countersigned'>,
): RunState {
  const { size, head, by } = event.data
  const common = { seq: event.seq, size, head, by, at: event.wall }
  const witness =
    event.type === 'checkpoint.witnessed'
      ? {
          ...common,
          kind: 'words' as const,
          ...(event.data.how !== undefined && { how: event.data.how }),
        }
      : { ...common, kind: event.data.kind }
  return { ...state, witnesses: [...(state.witnesses ?? []), witness] }
}

export function redacted(state: RunState, event: EventOf<'output.redacted'>): RunState {
  const { sha256, event: of, kind, reason } = event.data
  return {
    ...state,
    redactions: {
      ...state.redactions,
      [sha256]: { event: of, kind, reason, by: event.actor, at: event.wall },
    },
  }
}
