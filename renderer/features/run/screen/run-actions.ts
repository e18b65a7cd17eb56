import { SEVERITIES, type Severity } from '../../../../main/core/run/events.ts'
import { injectsLeft } from '../../../../main/core/run/injects.ts'
import { deadlinesOf } from '../model/deadlines.ts'
import { reasonTitle } from '../model/reason.ts'
import type { RunView } from './run-context.ts'

/** Commands about the run as a whole that more than one place of the screen gives. */

const RUN = { kind: 'run' } as const

/** Raising goes through at once; lowering asks why. */
export function changeSeverity(view: RunView, to: Severity): void {
  const { severity } = view.state
  const command = { type: 'severity.change', to } as const
  const lowers = severity !== undefined && SEVERITIES.indexOf(to) > SEVERITIES.indexOf(severity)
  if (lowers) {
    view.screen.getState().open({
      kind: 'reason',
      title: reasonTitle(command),
      command,
      at: RUN,
      action: `Lower to ${to}`,
    })
  } else void view.perform(command, RUN)
}

/** The next level up from the present one; undefined at the top. */
export function higherSeverity(severity: Severity | undefined): Severity | undefined {
  return SEVERITIES[(severity === undefined ? SEVERITIES.length : SEVERITIES.indexOf(severity)) - 1]
}

export function lowerSeverity(severity: Severity | undefined): Severity | undefined {
  return severity === undefined ? undefined : SEVERITIES[SEVERITIES.indexOf(severity) + 1]
}

/** Pauses with an optional reason, or resumes at once. */
export function togglePause(view: RunView): void {
  void view.perform({ type: view.state.phase === 'paused' ? 'run.resume' : 'run.pause' }, RUN)
}

/** Opens the panel that gives an inject; nothing where none is left. */
export function openInject(view: RunView): void {
  if (injectsLeft(view.state).length > 0) view.screen.getState().open({ kind: 'inject' })
}

/** Records the most pressing update or escalation as done. */
export function meetDeadline(view: RunView): void {
  const [deadline] = deadlinesOf(view.state)
  if (deadline === undefined) return
  void view.perform({ type: 'note.add', kind: 'note', text: deadline.note }, RUN, {
    keepPanel: true,
  })
}
