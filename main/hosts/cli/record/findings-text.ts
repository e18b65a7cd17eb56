import type { RecordFindings, WitnessFinding } from '../../../core/evidence/findings.ts'
import { wordsOf } from '../../../core/evidence/words.ts'
import type { Console } from '../console.ts'
import { printable } from '../printable.ts'

const MOST_LINES = 20

function witnessText({ kind, size, by, how }: WitnessFinding): string {
  const name = printable(by)
  switch (kind) {
    case 'held':
      return `the checkpoint you hold agrees up to event ${size}`
    case 'words':
      return `the words you hold are those of event ${size}`
    case 'witnessed':
      return `${name} has the words of event ${size}, says the record: ask them`
    case 'muster':
    case 'ssh':
      return how === 'verified'
        ? `signed up to event ${size} by ${name}: make sure that it is their key`
        : `a signature by ${name} up to event ${size} was not checked`
    case 'timestamp':
      return `a time stamp up to event ${size} (${name}): check the service with openssl ts`
  }
}

/** Who vouches for a record, and what cannot be known from it. */
export function vouchingLines({ witnesses, unknown }: RecordFindings): readonly string[] {
  return [
    ...witnesses.slice(0, MOST_LINES).map((witness) => `witness: ${witnessText(witness)}`),
    ...unknown.map((line) => `not known: ${printable(line)}`),
  ]
}

/** Everything that was found out about a record. */
export function findingsText(found: RecordFindings, { style }: Pick<Console, 'style'>): string {
  const { ok, run, events, outputs, head, problems, signed, redacted, from } = found
  const lines = [
    ok
      ? `${style('green', 'The record holds together.')} ${printable(run)}: ${events} events in one chain, ${outputs} recorded outputs.`
      : `${style('red', 'The record does not hold together.')} ${printable(run)}`,
  ]
  for (const { seq, message } of problems.slice(0, MOST_LINES))
    lines.push(`  ${seq === undefined ? '' : `event ${seq}: `}${printable(message)}`)
  if (problems.length > MOST_LINES) lines.push(`  and ${problems.length - MOST_LINES} more`)
  if (from !== undefined && from > 1) lines.push(`The first problem is at event ${from}.`)
  lines.push(`head ${head}`, `in words: ${wordsOf(head).join(' ')}`)
  if (signed.checkpoints > 0)
    lines.push(
      `${signed.checkpoints} signed checkpoints hold, the newest up to event ${signed.upTo}`,
    )
  for (const key of signed.keys) lines.push(`signed by ${printable(key)}`)
  for (const { seq, by, kind, reason } of redacted.slice(0, MOST_LINES))
    lines.push(`taken out in event ${seq} by ${printable(by)} (${kind}): ${printable(reason)}`)
  return [...lines, ...vouchingLines(found)].join('\n')
}
