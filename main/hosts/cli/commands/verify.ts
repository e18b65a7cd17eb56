import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { foundByComparing } from '../../../core/evidence/findings.ts'
import { wordsOf } from '../../../core/evidence/words.ts'
import type { RequestResult } from '../../../contract/requests.ts'
import type { Console } from '../console.ts'
import { usage } from '../cli-error.ts'
import { EXIT } from '../exit-codes.ts'
import { printable } from '../printable.ts'
import { findingsText, vouchingLines } from '../record/findings-text.ts'
import { findRun } from '../record/find-run.ts'
import { openToRead } from '../record/open.ts'
import { verifyBundleAt, type Kept } from '../record/verify-bundle.ts'
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

/** What somebody kept, from the command line. */
async function keptOf(
  files: readonly string[] = [],
  words: readonly string[] = [],
  keys: readonly string[] = [],
): Promise<Kept> {
  const notes = await Promise.all(
    files.map(async (file) => {
      try {
        return await readFile(file, 'utf8')
      } catch (error) {
        throw usage(`${file} cannot be read: ${error instanceof Error ? error.message : 'why?'}`)
      }
    }),
  )
  return { notes, words: [...words], keys: [...keys] }
}

/** `muster verify RUN|BUNDLE [--checkpoint FILE] [--words "…"] [--key LINE] [--json]` */
export async function run(words: readonly string[], console: Console): Promise<number> {
  const { values, positionals } = readWords(words, {
    ...DATA_OPTION,
    json: { type: 'boolean' },
    checkpoint: { type: 'string', multiple: true },
    words: { type: 'string', multiple: true },
    key: { type: 'string', multiple: true },
  })
  const word = onlyWord(positionals, 'run or bundle')
  const kept = await keptOf(values.checkpoint, values.words, values.key)
  if (existsSync(word)) {
    const found = await verifyBundleAt(word, kept)
    console.out(
      values.json === true ? JSON.stringify(found, null, 2) : findingsText(found, console),
    )
    return found.ok ? EXIT.ok : EXIT.problems
  }
  const opened = openToRead(values.data)
  try {
    const { run } = await findRun(opened.connection, word)
    const checked = await opened.connection.request('runs.verify', { run })
    const compared = await opened.connection.request('runs.compare', { run, ...kept })
    const { witnesses, unknown } = compared
    const problems: Result['problems'] = [
      ...checked.problems,
      ...foundByComparing(compared).map(({ seq, message }) =>
        seq === undefined ? { message } : { seq, message },
      ),
    ]
    const result = { ...checked, ok: problems.length === 0, problems }
    if (values.json === true) {
      console.out(JSON.stringify({ run, ...result, witnesses, unknown }, null, 2))
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
      for (const line of vouchingLines(compared)) console.out(line)
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
