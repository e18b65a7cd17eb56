import { CliError, usage } from '../cli-error.ts'
import type { Console } from '../console.ts'
import { EXIT } from '../exit-codes.ts'
import { printable } from '../printable.ts'
import { findRun } from '../record/find-run.ts'
import { openToWrite } from '../record/open.ts'
import { DATA_OPTION, onlyWord, readWords } from '../words.ts'

/** `muster delete RUN --reason TEXT --yes [--as NAME]` */
export async function run(words: readonly string[], console: Console): Promise<number> {
  const { values, positionals } = readWords(words, {
    ...DATA_OPTION,
    reason: { type: 'string' },
    yes: { type: 'boolean' },
    as: { type: 'string' },
  })
  const word = onlyWord(positionals, 'run')
  const { reason } = values
  if (reason === undefined || reason.trim() === '')
    throw usage('Why? Give --reason; it stays in the tombstone.')
  let trouble: string | undefined
  const opened = await openToWrite(values.data, (push) => {
    if (push.push === 'engine.trouble') trouble = push.data.message
  })
  try {
    const { connection } = opened
    const { run, title } = await findRun(connection, word)
    if (values.yes !== true)
      throw usage(`This deletes ${run}, “${printable(title)}”, for good. Say --yes if you mean it.`)
    const { user } = await connection.request('session.info', {})
    const left = await connection.request('runs.delete', {
      run,
      actor: values.as ?? user,
      reason,
    })
    if (trouble !== undefined) throw new CliError(EXIT.problems, printable(trouble))
    console.out(
      `${run} is gone: ${left.events} events and all their outputs. A signed tombstone stays.`,
    )
    return EXIT.ok
  } finally {
    await opened.close()
  }
}
