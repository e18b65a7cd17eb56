import { wordsOf } from '../../../core/evidence/words.ts'
import type { RequestResult } from '../../../contract/requests.ts'
import type { Console } from '../console.ts'
import { EXIT } from '../exit-codes.ts'
import { printable } from '../printable.ts'
import { findRun } from '../record/find-run.ts'
import { openToRead } from '../record/open.ts'
import { DATA_OPTION, onlyWord, readWords } from '../words.ts'

type Result = RequestResult<'runs.verify'>

/** What is signed, witnessed and taken out. */
function signedLines({ events, redacted, signed }: Result): readonly string[] {
  const lines: string[] = []
  if (signed !== undefined && signed.checkpoints > 0) {
    const rest = events - signed.upTo
    lines.push(
      `${signed.checkpoints} signed ${signed.checkpoints === 1 ? 'checkpoint' : 'checkpoints'} by ${signed.by.join(', ')}, up to event ${signed.upTo}${rest === 0 ? ', the last' : `; ${rest} after it ${rest === 1 ? 'is' : 'are'} not signed`}`,
    )
  } else if (signed !== undefined) lines.push('Nothing of this run is signed.')
  if (signed !== undefined && signed.witnesses > 0)
    lines.push(
      `${signed.witnesses} recorded ${signed.witnesses === 1 ? 'witness agrees' : 'witnesses agree'} with it`,
    )
  if (redacted > 0)
    lines.push(
      `${redacted} recorded ${redacted === 1 ? 'output was' : 'outputs were'} taken out, with a reason`,
    )
  return lines
}

/** `muster verify RUN [--json]` */
export async function run(words: readonly string[], console: Console): Promise<number> {
  const { values, positionals } = readWords(words, { ...DATA_OPTION, json: { type: 'boolean' } })
  const word = onlyWord(positionals, 'run')
  const opened = openToRead(values.data)
  try {
    const { run } = await findRun(opened.connection, word)
    const result = await opened.connection.request('runs.verify', { run })
    if (values.json === true) {
      console.out(JSON.stringify({ run, ...result }, null, 2))
      return result.ok ? EXIT.ok : EXIT.problems
    }
    const { style } = console
    if (result.ok) {
      console.out(
        `${style('green', 'The record holds together.')} ${run}: ${result.events} events in one chain, ${result.blobs} recorded outputs as named.`,
      )
      console.out(`head ${result.head}`)
      console.out(`in words: ${wordsOf(result.head).join(' ')}`)
      for (const line of signedLines(result)) console.out(printable(line))
      console.out(
        'Whoever has this disk and its key could have rewritten all of it: compare with the words or a signature that somebody else keeps.',
      )
      return EXIT.ok
    }
    console.out(`${style('red', 'The record does not hold together.')} ${run}`)
    for (const { seq, message } of result.problems)
      console.out(`  ${seq === undefined ? '' : `event ${seq}: `}${printable(message)}`)
    return EXIT.problems
  } finally {
    await opened.close()
  }
}
