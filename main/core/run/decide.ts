import { attach } from './attachments.ts'
import { commandSchema, type AnyCommand } from './commands.ts'
import { decideApproval } from './decide-approval.ts'
import { decideBlock } from './decide-block.ts'
import { decideEvidence } from './decide-evidence.ts'
import { AFTERWARDS, decideReport } from './decide-report.ts'
import { decideRun, start } from './decide-run.ts'
import { decideStep } from './decide-step.ts'
import { refuse, refusedBy, type DecideContext, type Decision } from './decision.ts'
import { giveInject } from './injects.ts'
import { isMuster } from './people.ts'
import { phaseOf } from './rules.ts'
import { RUN_TABLE } from './table.ts'
import type { RunState } from './state.ts'
import { wellFormed } from './well-formed.ts'

export type { DecideContext, Decision } from './decision.ts'
export { MUSTER } from './people.ts'

/** What the world reports is taken down even while nobody has opened the run again. */
const WHILE_SUSPENDED: ReadonlySet<AnyCommand['type']> = new Set([
  'run.reopen',
  'block.report',
  'terminal.closed',
  'checkpoint.countersign',
  'attachment.add',
  ...AFTERWARDS,
])

/**
 * What follows from a command in a state: events, or a refusal in words. Pure and total.
 * Without a state only `run.start` can follow.
 */
export function decide(
  state: RunState | undefined,
  command: AnyCommand,
  context: DecideContext,
): Decision {
  const decision = answer(state, command, context)
  return decision.ok ? { ok: true, events: wellFormed(decision.events) } : decision
}

function answer(
  state: RunState | undefined,
  command: AnyCommand,
  context: DecideContext,
): Decision {
  const refused = refusedBy(RUN_TABLE[command.type][phaseOf(state)])
  if (refused) return refused
  if (isMuster(context.actor) && commandSchema.safeParse(command).success) {
    return refuse(
      'not-a-person',
      'This is for a person to say: the program may not do it by itself.',
    )
  }
  if (command.type === 'run.start') {
    return start(command)
  }
  // The table has refused everything but a start for a run that does not exist.
  if (state === undefined) return refuse('not-started', 'The run has not started yet.')
  if (state.suspended && !WHILE_SUSPENDED.has(command.type)) {
    return refuse('run-suspended', 'Muster was closed while this run was open. Resume it first.')
  }
  switch (command.type) {
    case 'step.begin':
    case 'step.complete':
    case 'step.skip':
    case 'step.mark':
    case 'step.reopen':
    case 'item.confirm':
    case 'item.unconfirm':
    case 'decision.make':
    case 'rollback.begin':
    case 'rollback.complete':
      return decideStep(state, command, context)
    case 'block.run':
    case 'block.retry':
    case 'block.stop':
    case 'block.report':
    case 'block.resolve':
    case 'block.batch':
    case 'block.host-report':
    case 'block.batch-report':
      return decideBlock(state, command, context)
    case 'approval.grant':
    case 'approval.refuse':
      return decideApproval(state, command)
    case 'report.edit':
    case 'report.move':
    case 'timeline.pin':
      return decideReport(state, command)
    case 'checkpoint.witness':
    case 'checkpoint.countersign':
    case 'output.redact':
      return decideEvidence(state, command, context)
    case 'inject.give':
      return giveInject(state, command)
    case 'attachment.add':
      return attach(state, command, context)
    case 'run.pause':
    case 'run.resume':
    case 'run.finish':
    case 'run.abort':
    case 'run.suspend':
    case 'run.reopen':
    case 'severity.change':
    case 'role.offer':
    case 'role.accept':
    case 'note.add':
    case 'terminal.opened':
    case 'terminal.closed':
      return decideRun(state, command)
  }
}
