import { counted } from '../../ui/counted.ts'
import type { Findings } from './record.ts'

/** What a check found, in words. */

type Witness = Findings['witnesses'][number]

export interface WitnessWords {
  readonly text: string
  /** good: compared or checked here. unknown: somebody has to be asked, or another tool. */
  readonly tone: 'good' | 'unknown'
}

/** One that vouches for the record, and what whoever reads it still has to do. */
export function witnessWords({ kind, size, by, how }: Witness): WitnessWords {
  switch (kind) {
    case 'held':
      return { text: `The checkpoint you hold agrees, up to event ${size}.`, tone: 'good' }
    case 'words':
      return { text: `The words you hold are those of event ${size}.`, tone: 'good' }
    case 'witnessed':
      return {
        text: `${by} has the words of event ${size}, says the record. Ask them to read the words back.`,
        tone: 'unknown',
      }
    case 'muster':
    case 'ssh':
      return how === 'verified'
        ? {
            text: `${by} signed up to event ${size}. Make sure that it is their key.`,
            tone: 'good',
          }
        : { text: `A signature by ${by} up to event ${size} was not checked.`, tone: 'unknown' }
    case 'timestamp':
      return {
        text: `A time stamp up to event ${size} (${by}). Check the service with openssl ts.`,
        tone: 'unknown',
      }
  }
}

/** The verdict in one line. */
export function verdictOf({ ok, problems, from }: Findings): string {
  if (ok) return 'The record holds together.'
  return `The record does not hold together: ${counted(problems.length, 'problem')}${from === undefined || from <= 1 ? '' : `, from event ${from} on`}.`
}

/** How far it is signed. */
export function signedWords({ events, signed }: Findings): string {
  if (signed.checkpoints === 0) return 'Nothing of it is signed.'
  const rest = events - signed.upTo
  const holds = signed.checkpoints === 1 ? 'checkpoint holds' : 'checkpoints hold'
  return `${signed.checkpoints} signed ${holds}, up to event ${signed.upTo}${rest <= 0 ? ', the last' : `; ${counted(rest, 'event')} after it ${rest === 1 ? 'is' : 'are'} not signed`}.`
}

/** `name+id+base64`: the name and the id, which a person compares. */
export function keyName(line: string): string {
  return line.split('+').slice(0, 2).join(' ')
}

/** What a person has in a field that takes several: one to a line. */
export function linesIn(text: string): readonly string[] {
  return text
    .split(/\r?\n/u)
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** Several signed notes in one field: each ends with its signature lines. */
export function notesIn(text: string): readonly string[] {
  const lines = `${text.replaceAll('\r\n', '\n').trim()}\n`.split('\n')
  const notes: string[] = []
  let note: string[] = []
  for (const [index, line] of lines.entries()) {
    note.push(line)
    const next = lines[index + 1] ?? ''
    if (line.startsWith('— ') && !next.startsWith('— ')) {
      notes.push(`${note.join('\n').replace(/^\n+/u, '')}\n`)
      note = []
    }
  }
  const rest = note.join('\n').trim()
  return rest === '' ? notes : [...notes, `${rest}\n`]
}
