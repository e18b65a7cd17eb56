import type { Command } from '../../../../main/core/run/commands.ts'

/** The same command with a reason. Commands that have no reason come back as they are. */
export function withReason(command: Command, reason: string): Command {
  switch (command.type) {
    case 'block.run':
      return command.edit === undefined
        ? { ...command, reason }
        : { ...command, reason, edit: { ...command.edit, reason } }
    case 'step.begin':
    case 'step.skip':
    case 'step.mark':
    case 'step.reopen':
    case 'block.resolve':
    case 'approval.refuse':
    case 'decision.make':
    case 'severity.change':
    case 'rollback.begin':
    case 'rollback.complete':
    case 'run.pause':
    case 'run.finish':
    case 'run.abort':
    case 'report.move':
    case 'output.redact':
      return { ...command, reason }
    case 'step.complete':
    case 'block.stop':
    case 'item.confirm':
    case 'item.unconfirm':
    case 'approval.grant':
    case 'role.offer':
    case 'role.accept':
    case 'note.add':
    case 'inject.give':
    case 'report.edit':
    case 'timeline.pin':
    case 'checkpoint.witness':
    case 'run.resume':
      return command
  }
}

/** What a person is about to do, as the title of the field that asks why. */
export function reasonTitle(command: Command): string {
  switch (command.type) {
    case 'block.run':
      return command.edit === undefined ? 'Why run it now?' : 'Why run an edited command?'
    case 'step.begin':
      return 'Why begin this step now?'
    case 'step.skip':
      return 'Why skip this step?'
    case 'step.mark':
      return command.outcome === 'done' ? 'Why is it done?' : 'Why has it failed?'
    case 'step.reopen':
      return 'Why open this step again?'
    case 'block.resolve':
      return command.as === 'done'
        ? 'How do you know that it is done?'
        : 'How do you know that it failed?'
    case 'approval.refuse':
      return 'Why refuse it?'
    case 'decision.make':
      return 'Why this decision?'
    case 'severity.change':
      return `Why change the severity to ${command.to}?`
    case 'rollback.begin':
      return 'Why roll this step back?'
    case 'rollback.complete':
      return 'How did the rollback end?'
    case 'run.pause':
      return 'Why pause?'
    case 'run.finish':
      return 'Why finish with steps still open?'
    case 'run.abort':
      return 'Why abort the run?'
    case 'report.move':
      return 'Why put the report back?'
    case 'output.redact':
      return 'Why take this output out?'
    case 'step.complete':
    case 'block.stop':
    case 'item.confirm':
    case 'item.unconfirm':
    case 'approval.grant':
    case 'role.offer':
    case 'role.accept':
    case 'note.add':
    case 'inject.give':
    case 'report.edit':
    case 'timeline.pin':
    case 'checkpoint.witness':
    case 'run.resume':
      return 'Why?'
  }
}
