import type { PlanNames } from './names.ts'
import { quoted, type BodyOf, type MomentText, type Sentence } from './sentence.ts'
import { MODE_WORDS } from './words.ts'

/** What happened to the run itself. */
export function runSentence(
  body: BodyOf<
    | 'run.started'
    | 'run.paused'
    | 'run.resumed'
    | 'run.suspended'
    | 'run.reopened'
    | 'run.finished'
    | 'run.aborted'
  >,
  who: string,
  names: PlanNames,
  moment: MomentText,
): Sentence {
  switch (body.type) {
    case 'run.started': {
      const { mode, commander, severity, declaredAt, answers } = body.data
      const parts = [
        severity === undefined ? undefined : severity,
        declaredAt === undefined ? undefined : `outage declared ${moment(declaredAt)}`,
        answers === undefined ? undefined : 'with answers given beforehand',
      ].filter((part) => part !== undefined)
      const tail = parts.length === 0 ? '' : `; ${parts.join(', ')}`
      return {
        text: `${commander} started the run, ${MODE_WORDS[mode].word.toLowerCase()}${tail}.`,
        tone: 'info',
        groups: ['people'],
        strong: true,
      }
    }
    case 'run.paused':
      return {
        text: `${who} paused the run.`,
        ...quoted(body.data.reason),
        tone: 'warning',
        groups: ['people'],
        strong: true,
      }
    case 'run.resumed':
      return { text: `${who} resumed the run.`, tone: 'info', groups: ['people'], strong: true }
    case 'run.suspended':
      return { text: 'Muster was closed while the run was open.', tone: 'warning', groups: [] }
    case 'run.reopened':
      return {
        text:
          body.data.after === 'crash'
            ? 'The run was opened again after Muster had ended without closing it.'
            : 'The run was opened again.',
        tone: 'warning',
        groups: [],
        strong: body.data.after === 'crash',
      }
    case 'run.finished': {
      const open = body.data.open.length
      return {
        text:
          open === 0
            ? `${who} finished the run.`
            : `${who} finished the run with ${open} ${open === 1 ? 'step' : 'steps'} still open.`,
        ...quoted(body.data.reason),
        tone: open === 0 ? 'good' : 'warning',
        groups: open === 0 ? ['people'] : ['people', 'deviations'],
        strong: true,
      }
    }
    case 'run.aborted': {
      const flight = body.data.inFlight.map((block) => names.blockName(block)).join(', ')
      return {
        text: `${who} aborted the run${flight === '' ? '' : ` while ${flight} was running`}.`,
        quote: body.data.reason,
        tone: 'bad',
        groups: ['people', 'deviations'],
        strong: true,
      }
    }
  }
}
