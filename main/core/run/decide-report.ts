import { z } from 'zod'
import { own } from '../own.ts'
import { parseDuration } from '../runbook/duration.ts'
import type { Command } from './commands.ts'
import { accept, needsReason, refuse, type Decision } from './decision.ts'
import { rowsText } from './report-rows.ts'
import { REPORT_FIELDS, REPORT_STATUSES, reportField, type ReportField } from './reports.ts'
import type { RunState } from './state.ts'

/** What people write about a run, while it goes on and after it has ended. */

export type ReportCommand = Extract<
  Command,
  { type: 'report.edit' | 'report.move' | 'timeline.pin' }
>

/** Commands that a run takes also when it is over: they are about it, not in it. */
export const AFTERWARDS: ReadonlySet<Command['type']> = new Set([
  'report.edit',
  'report.move',
  'timeline.pin',
  'checkpoint.witness',
  'output.redact',
])

function edit(state: RunState, command: Extract<ReportCommand, { type: 'report.edit' }>): Decision {
  const { report, field: id, rows } = command
  const field = reportField(report, id)
  if (field === undefined) {
    const known = REPORT_FIELDS[report].map((one) => one.id).join(', ')
    return refuse('no-field', `The ${report} has no field ${id}; it has ${known}.`)
  }
  const current = own(state.reports ?? {}, report)
  if (current !== undefined && (current.status === 'reviewed' || current.status === 'closed')) {
    return refuse(
      'report-reviewed',
      `The ${report} is ${current.status}. Put it back to draft before it is changed.`,
    )
  }
  if (rows !== undefined && field.shape !== 'rows')
    return refuse('no-list', `${field.label} is no list.`)
  const text = rows === undefined ? command.text : rowsText(rows)
  const problem = misfit(field, text)
  if (problem !== undefined) return refuse('misfit', problem)
  const written = own(current?.fields ?? {}, id)
  const now = written?.text ?? ''
  if (now === text) return refuse('same-text', 'That is what it says already.')
  if (command.before !== undefined && command.before !== now) {
    return refuse(
      'text-changed',
      `${written?.by ?? 'Somebody'} has written into ${field.label} meanwhile. Compare both before one replaces the other.`,
    )
  }
  return accept({
    type: 'report.edited',
    data: { report, field: id, text, ...(rows !== undefined && { rows }) },
  })
}

/** `2026-11-20T03:12:00Z`. */
const moment = z.iso.datetime()

/** Why a text is not what a field takes; undefined where it is. Every field may be empty. */
export function misfit({ shape, label }: ReportField, text: string): string | undefined {
  if (text === '') return undefined
  switch (shape) {
    case 'moment':
      return moment.safeParse(text).success
        ? undefined
        : `${label} takes a time in UTC, like 2026-11-20T03:12:00Z.`
    case 'duration':
      return parseDuration(text) === undefined
        ? `${label} takes a length of time, like 45s, 3m or 0s.`
        : undefined
    case 'line':
      return /[\r\n]/u.test(text) ? `${label} is one line.` : undefined
    case 'text':
    case 'rows':
      return undefined
  }
}

function move(state: RunState, command: Extract<ReportCommand, { type: 'report.move' }>): Decision {
  const { report, to, reason } = command
  const from = own(state.reports ?? {}, report)?.status ?? 'draft'
  if (from === to) return refuse('same-status', `The ${report} is ${to} already.`)
  const back = REPORT_STATUSES.indexOf(to) < REPORT_STATUSES.indexOf(from)
  if (back && reason === undefined) {
    return needsReason('report-back', `Putting the ${report} back from ${from} needs a reason.`)
  }
  const [next] = REPORT_STATUSES.slice(REPORT_STATUSES.indexOf(from) + 1)
  if (!back && next !== to)
    return refuse('report-order', `The ${report} is ${from}: the next is ${next}.`)
  if (to === 'closed' && state.phase !== 'finished' && state.phase !== 'aborted')
    return refuse('run-open', 'The run is still open, so no report of it can be closed.')
  return accept({
    type: 'report.moved',
    data: { report, from, to, ...(reason !== undefined && { reason }) },
  })
}

/** Commands about the reports. */
export function decideReport(state: RunState, command: ReportCommand): Decision {
  switch (command.type) {
    case 'report.edit':
      return edit(state, command)
    case 'report.move':
      return move(state, command)
    case 'timeline.pin': {
      const { event, pinned } = command
      if (event > state.seq) return refuse('no-event', `The run has no event ${event}.`)
      if ((state.pins ?? []).includes(event) === pinned)
        return refuse('same-pin', pinned ? 'It is pinned already.' : 'It is not pinned.')
      return accept({ type: 'timeline.pinned', data: { event, pinned } })
    }
  }
}
