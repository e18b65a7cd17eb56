import type { PlanNames } from './names.ts'
import { asSentence, quoted, type BodyOf, type Sentence } from './sentence.ts'

/** What people confirmed, decided, handed over and noted. */
export function peopleSentence(
  body: BodyOf<
    | 'item.confirmed'
    | 'item.unconfirmed'
    | 'approval.granted'
    | 'approval.refused'
    | 'decision.made'
    | 'severity.changed'
    | 'role.offered'
    | 'role.accepted'
    | 'note.added'
    | 'inject.given'
  >,
  who: string,
  names: PlanNames,
): Sentence {
  switch (body.type) {
    case 'item.confirmed':
      return {
        text: `${who} confirmed: ${names.itemText(body.data.item) ?? body.data.item}`,
        tone: 'good',
        groups: ['people'],
      }
    case 'item.unconfirmed':
      return {
        text: `${who} took back: ${names.itemText(body.data.item) ?? body.data.item}`,
        tone: 'warning',
        groups: ['people'],
      }
    case 'approval.granted':
      return {
        text: `${body.data.by} approved ${names.blockName(body.data.block)} on ${placeText(body.data)}.`,
        tone: 'good',
        groups: ['people'],
        strong: true,
      }
    case 'approval.refused':
      return {
        text: `${body.data.by} refused ${names.blockName(body.data.block)} on ${placeText(body.data)}.`,
        quote: body.data.reason,
        tone: 'bad',
        groups: ['people', 'deviations'],
        strong: true,
      }
    case 'decision.made': {
      const { step, option, instead, reason, objections } = body.data
      const words = [reason, objections === undefined ? undefined : `Objections: ${objections}`]
      return {
        text: `${who} decided ${names.quoted(step)}${instead === undefined ? '' : ' anew'}: “${names.optionLabel(step, option)}”${instead === undefined ? '' : ` instead of “${names.optionLabel(step, instead)}”`}.`,
        ...quoted(words.filter((part) => part !== undefined).join('\n')),
        tone: 'info',
        groups: instead === undefined ? ['people'] : ['people', 'deviations'],
        strong: true,
      }
    }
    case 'severity.changed': {
      const { from, to, reason } = body.data
      const change =
        from === undefined
          ? `set the severity to ${to}`
          : `changed the severity from ${from} to ${to}`
      return {
        text: `${who} ${change}.`,
        ...quoted(reason),
        tone: 'warning',
        groups: ['people'],
        strong: true,
      }
    }
    case 'role.offered':
      return {
        text: `${body.data.from ?? who} offered the role of ${body.data.role} to ${body.data.to}.`,
        ...quoted(body.data.brief),
        tone: 'info',
        groups: ['people'],
        strong: true,
      }
    case 'role.accepted':
      return {
        text: `${body.data.by} is now ${body.data.role}.`,
        tone: 'info',
        groups: ['people'],
        strong: true,
      }
    case 'note.added':
      return {
        text: `${who} ${NOTE_VERBS[body.data.kind]}:`,
        quote: body.data.text,
        tone: body.data.kind === 'todo' ? 'warning' : 'info',
        groups: ['people'],
        strong: true,
      }
    case 'inject.given': {
      const { inject, fault, expected, note } = body.data
      return {
        text: `${who} gave inject ${inject}: ${asSentence(fault)} Expected: ${asSentence(expected)}`,
        ...quoted(note),
        tone: 'info',
        groups: ['people'],
        strong: true,
      }
    }
  }
}

/** A target, and its hosts where it is several. */
function placeText({
  target,
  hosts,
}: {
  readonly target: string
  readonly hosts?: readonly string[] | undefined
}): string {
  return hosts === undefined ? target : `${target} (${hosts.join(', ')})`
}

const NOTE_VERBS = { note: 'noted', todo: 'noted to do', evidence: 'recorded evidence' } as const
