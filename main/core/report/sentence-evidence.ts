import type { RedactionKind } from '../run/events.ts'
import { quoted, type BodyOf, type Sentence } from './sentence.ts'

/** What an output had in it that was taken out. */
export const REDACTION_WORDS: Readonly<Record<RedactionKind, string>> = {
  secret: 'a secret',
  personal: 'personal data',
  customer: "a customer's data",
  other: 'something that may not be kept',
}

const SIGNED = {
  muster: 'with the key of another Muster',
  ssh: 'with an SSH key',
  timestamp: 'as a timestamp service',
} as const

/** What was done to the record itself. */
export function evidenceSentence(
  body: BodyOf<'checkpoint.witnessed' | 'checkpoint.countersigned' | 'output.redacted'>,
  who: string,
): Sentence {
  switch (body.type) {
    case 'checkpoint.witnessed':
      return {
        text: `${body.data.by} took down the words of the record as it was after event ${body.data.size}.`,
        ...quoted(body.data.how),
        tone: 'good',
        groups: ['people'],
        strong: true,
      }
    case 'checkpoint.countersigned':
      return {
        text: `${body.data.by} signed the record as it was after event ${body.data.size}, ${SIGNED[body.data.kind]}.`,
        tone: 'good',
        groups: ['people'],
        strong: true,
      }
    case 'output.redacted':
      return {
        text: `${who} took an output of event ${body.data.event} out of the record: it had ${REDACTION_WORDS[body.data.kind]} in it.`,
        quote: body.data.reason,
        tone: 'warning',
        groups: ['people'],
        strong: true,
      }
  }
}
