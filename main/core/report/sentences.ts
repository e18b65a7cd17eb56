import type { EventBody, RunEvent } from '../run/events.ts'
import type { PlanNames } from './names.ts'
import { blockSentence } from './sentence-block.ts'
import { evidenceSentence } from './sentence-evidence.ts'
import { peopleSentence } from './sentence-people.ts'
import { reportSentence } from './sentence-report.ts'
import { runSentence } from './sentence-run.ts'
import { stepSentence } from './sentence-step.ts'
import type { MomentText, Sentence } from './sentence.ts'

/** The sentence for one event. Every type has one: a new type does not compile without. */
export function sentenceOf(event: RunEvent, names: PlanNames, moment: MomentText): Sentence {
  const who = event.actor === 'muster' ? 'Muster' : event.actor
  // The switch wants the body alone; the envelope's fields do not take part in the union.
  const body: EventBody = event
  switch (body.type) {
    case 'run.started':
    case 'run.paused':
    case 'run.resumed':
    case 'run.suspended':
    case 'run.reopened':
    case 'run.finished':
    case 'run.aborted':
      return runSentence(body, who, names, moment)
    case 'step.begun':
    case 'step.finished':
    case 'step.skipped':
    case 'step.not-needed':
    case 'step.reopened':
    case 'rollback.begun':
    case 'rollback.finished':
      return stepSentence(body, who, names)
    case 'block.started':
    case 'block.finished':
    case 'attachment.added':
    case 'block.stopping':
    case 'block.batch-started':
    case 'block.host-finished':
    case 'block.batch-checked':
    case 'block.resolved':
    case 'terminal.opened':
    case 'terminal.closed':
      return blockSentence(body, who, names)
    case 'report.edited':
    case 'report.moved':
    case 'timeline.pinned':
      return reportSentence(body, who)
    case 'checkpoint.witnessed':
    case 'checkpoint.countersigned':
    case 'output.redacted':
      return evidenceSentence(body, who)
    case 'item.confirmed':
    case 'item.unconfirmed':
    case 'approval.granted':
    case 'approval.refused':
    case 'decision.made':
    case 'severity.changed':
    case 'role.offered':
    case 'role.accepted':
    case 'note.added':
    case 'inject.given':
      return peopleSentence(body, who, names)
  }
}
