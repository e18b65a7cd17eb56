import type { PlanNames } from './names.ts'
import { quoted, type BodyOf, type Sentence } from './sentence.ts'
import type { Tone } from './words.ts'

/** What happened to steps, rollbacks included. */
export function stepSentence(
  body: BodyOf<
    | 'step.begun'
    | 'step.finished'
    | 'step.skipped'
    | 'step.not-needed'
    | 'step.reopened'
    | 'rollback.begun'
    | 'rollback.finished'
  >,
  who: string,
  names: PlanNames,
): Sentence {
  switch (body.type) {
    case 'step.begun': {
      const { step, outOfOrder } = body.data
      if (outOfOrder === undefined) {
        return { text: `${who} began ${names.quoted(step)}.`, tone: 'info', groups: ['people'] }
      }
      const unmet = outOfOrder.unmet.map((id) => names.quoted(id)).join(', ')
      return {
        text: `${who} began ${names.quoted(step)} out of order${unmet === '' ? '' : `, before ${unmet}`}.`,
        quote: outOfOrder.reason,
        tone: 'warning',
        groups: ['people', 'deviations'],
      }
    }
    case 'step.finished': {
      const { step, outcome, basis, reason } = body.data
      const tone: Tone = outcome === 'failed' ? 'bad' : basis === 'marked' ? 'warning' : 'good'
      switch (basis) {
        case 'gates':
          return {
            text:
              outcome === 'done'
                ? `${names.quoted(step)} is done: nothing in it is open any more.`
                : `${names.quoted(step)} failed.`,
            ...quoted(reason),
            tone,
            groups: outcome === 'done' ? [] : ['deviations'],
          }
        case 'confirmed':
          return {
            text: `${who} completed ${names.quoted(step)}.`,
            ...quoted(reason),
            tone,
            groups: ['people'],
          }
        case 'marked':
          return {
            text: `${who} marked ${names.quoted(step)} as ${outcome}.`,
            ...quoted(reason),
            tone,
            groups: ['people', 'deviations'],
            strong: true,
          }
      }
      return basis satisfies never
    }
    case 'step.skipped':
      return {
        text: `${who} skipped ${names.quoted(body.data.step)}.`,
        quote: body.data.reason,
        tone: 'warning',
        groups: ['people', 'deviations'],
        strong: true,
      }
    case 'step.not-needed': {
      const { step, decision, option } = body.data
      return {
        text: `${names.quoted(step)} is not needed: ${names.quoted(decision)} was decided as “${names.optionLabel(decision, option)}”.`,
        tone: 'neutral',
        groups: [],
      }
    }
    case 'step.reopened':
      return {
        text: `${who} opened ${names.quoted(body.data.step)} again${body.data.undecided === true ? ', and its decision with it' : ''}.`,
        quote: body.data.reason,
        tone: 'warning',
        groups: ['people', 'deviations'],
      }
    case 'rollback.begun': {
      const later = (body.data.later ?? []).map((id) => names.quoted(id)).join(', ')
      return {
        text: `${who} began to roll back ${names.quoted(body.data.step)}${later === '' ? '' : ` before ${later}`}.`,
        quote: body.data.reason,
        tone: 'warning',
        groups: ['people', 'deviations'],
        strong: true,
      }
    }
    case 'rollback.finished':
      return {
        text: `The rollback of ${names.quoted(body.data.step)} is ${body.data.outcome}.`,
        ...quoted(body.data.reason),
        tone: body.data.outcome === 'done' ? 'good' : 'bad',
        groups: ['people', 'deviations'],
        strong: true,
      }
  }
}
