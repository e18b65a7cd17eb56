import { appended } from '../chunked.ts'
import { deviating, withBlock, withStep } from './change.ts'
import { finished, resolved, started } from './evolve-block.ts'
import { batchChecked, batchStarted, hostFinished, hostResolved, stopping } from './evolve-host.ts'
import { redacted, withCheckpoint, witnessed } from './evolve-evidence.ts'
import { first } from './evolve-start.ts'
import { decided, itemChanged, reopened, rolledBack, rollingBack, settled } from './evolve-step.ts'
import type { RunEvent } from './events.ts'
import type { RunState } from './state.ts'

export { statusAfter } from './evolve-block.ts'

/** The state after one more event. Total: any event of the log's schema is folded, in any order it was written. */
export function evolve(state: RunState | undefined, event: RunEvent): RunState {
  const next = state === undefined ? first(event) : fold(state, event)
  return { ...withCheckpoint(next, event), seq: event.seq, head: event.hash }
}

function fold(state: RunState, event: RunEvent): RunState {
  switch (event.type) {
    case 'run.started':
      return state
    case 'run.paused':
      return {
        ...state,
        phase: 'paused',
        pauses: [
          ...state.pauses,
          {
            from: event.wall,
            ...(event.data.reason !== undefined && { reason: event.data.reason }),
          },
        ],
      }
    case 'run.resumed':
      return {
        ...state,
        phase: 'running',
        pauses: state.pauses.map((pause, index) =>
          index === state.pauses.length - 1 ? { ...pause, to: event.wall } : pause,
        ),
      }
    case 'run.suspended':
      return { ...state, suspended: true }
    case 'run.reopened':
      return { ...state, suspended: false }
    case 'run.finished': {
      const next: RunState = { ...state, phase: 'finished', endedAt: event.wall }
      return event.data.open.length === 0
        ? next
        : deviating(next, event, 'finished-open', event.data.reason ?? 'steps were left open')
    }
    case 'run.aborted':
      return { ...state, phase: 'aborted', endedAt: event.wall }

    case 'step.begun': {
      const { step, outOfOrder } = event.data
      const next = withStep(state, step, {
        status: 'active',
        begunAt: event.wall,
        outOfOrder: outOfOrder !== undefined,
      })
      return outOfOrder ? deviating(next, event, 'out-of-order', outOfOrder.reason, { step }) : next
    }
    case 'step.finished':
      return settled(state, event, event.data)
    case 'step.skipped': {
      const { step, reason } = event.data
      const next = withStep(state, step, { status: 'skipped', endedAt: event.wall, reason })
      return deviating(next, event, 'skipped', reason, { step })
    }
    case 'step.not-needed':
      return withStep(state, event.data.step, {
        status: 'not-needed',
        endedAt: event.wall,
        because: event.data.decision,
      })
    case 'step.reopened':
      return reopened(state, event, event.data)

    case 'block.started':
      return started(state, event, event.data)
    case 'block.finished':
      return finished(state, event, event.data)
    case 'block.stopping':
      return stopping(state, event.data)
    case 'block.batch-started':
      return batchStarted(state, event, event.data)
    case 'block.host-finished':
      return hostFinished(state, event, event.data)
    case 'block.batch-checked':
      return batchChecked(state, event.data)
    case 'block.resolved':
      return event.data.host === undefined
        ? resolved(state, event, event.data)
        : hostResolved(state, event, event.data, event.data.host)

    case 'item.confirmed':
      return itemChanged(state, event, event.data.item, true)
    case 'item.unconfirmed':
      return itemChanged(state, event, event.data.item, false)

    case 'approval.granted': {
      const { block, by, target, text, hosts } = event.data
      const approval = { by, at: event.wall, target, text, ...(hosts && { hosts }) }
      return withBlock(state, block, ({ approvals }) => ({ approvals: [...approvals, approval] }))
    }
    case 'approval.refused': {
      const { step, block, reason } = event.data
      return deviating(
        withBlock(state, block, () => ({ approvals: [] })),
        event,
        'refused',
        reason,
        { step, block },
      )
    }
    case 'decision.made':
      return decided(state, event, event.data)

    case 'severity.changed':
      return {
        ...state,
        severity: event.data.to,
        severities: [...state.severities, { severity: event.data.to, from: event.wall }],
      }
    case 'role.offered': {
      const { role, to, from, brief } = event.data
      const offer = { to, brief, ...(from !== undefined && { from }) }
      return { ...state, offers: { ...state.offers, [role]: offer } }
    }
    case 'role.accepted': {
      const { role, by } = event.data
      const { [role]: _accepted, ...offers } = state.offers
      return {
        ...state,
        offers,
        roles: { ...state.roles, [role]: by },
        ...(role === 'commander' && { commander: by }),
      }
    }
    case 'note.added':
      return {
        ...state,
        notes: appended(state.notes, {
          seq: event.seq,
          kind: event.data.kind,
          text: event.data.text,
          by: event.actor,
          at: event.wall,
        }),
      }
    case 'inject.given': {
      const given = { ...event.data, seq: event.seq, at: event.wall, by: event.actor }
      return { ...state, injects: [...(state.injects ?? []), given] }
    }

    case 'attachment.added': {
      const attachment = { ...event.data, seq: event.seq, at: event.wall, by: event.actor }
      return { ...state, attachments: [...(state.attachments ?? []), attachment] }
    }
    case 'report.edited': {
      const { report, field, text, rows } = event.data
      const before = state.reports?.[report]
      const written = {
        text,
        by: event.actor,
        at: event.wall,
        ...(rows !== undefined && { rows }),
      }
      return {
        ...state,
        reports: {
          ...state.reports,
          [report]: {
            status: before?.status ?? 'draft',
            fields: { ...before?.fields, [field]: written },
          },
        },
      }
    }
    case 'report.moved': {
      const { report, to } = event.data
      const fields = state.reports?.[report]?.fields ?? {}
      return { ...state, reports: { ...state.reports, [report]: { status: to, fields } } }
    }
    case 'timeline.pinned': {
      const pins = (state.pins ?? []).filter((pin) => pin !== event.data.event)
      return {
        ...state,
        pins: event.data.pinned
          ? [...pins, event.data.event].toSorted((left, right) => left - right)
          : pins,
      }
    }

    case 'checkpoint.witnessed':
    case 'checkpoint.countersigned':
      return witnessed(state, event)
    case 'output.redacted':
      return redacted(state, event)

    case 'rollback.begun':
      return rollingBack(state, event, event.data)
    case 'rollback.finished':
      return rolledBack(state, event, event.data)

    case 'terminal.opened':
      return {
        ...state,
        terminals: {
          ...state.terminals,
          [event.data.terminal]: {
            target: event.data.target,
            ...(event.data.host !== undefined && { host: event.data.host }),
            open: true,
          },
        },
      }
    case 'terminal.closed':
      return {
        ...state,
        terminals: {
          ...state.terminals,
          [event.data.terminal]: { target: event.data.target, open: false },
        },
      }
  }
}
