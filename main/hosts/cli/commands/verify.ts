import type { Console } from '../console.ts'
import { EXIT } from '../exit-codes.ts'
import { printable } from '../printable.ts'
import { findRun } from '../record/find-run.ts'
import { openToRead } from '../record/open.ts'
import { DATA_OPTION, onlyWord, readWords } from '../words.ts'

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
      console.out(
        'Whoever had this disk could have rewritten all of it: compare the head with a copy that somebody else keeps.',
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
