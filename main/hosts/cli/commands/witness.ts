import type { CheckpointView } from '../../../contract/evidence.ts'
import { readWords as readSpoken } from '../../../core/evidence/words.ts'
import type { Connection } from '../../../engine/engine.ts'
import { CliError, usage } from '../cli-error.ts'
import type { Console } from '../console.ts'
import { EXIT } from '../exit-codes.ts'
import { printable } from '../printable.ts'
import { findRun } from '../record/find-run.ts'
import { openToWrite } from '../record/open.ts'
import { DATA_OPTION, onlyWord, readWords } from '../words.ts'

/** `muster witness RUN --by NAME [--how TEXT] [--words "…"] [--as NAME]` */
export async function run(words: readonly string[], console: Console): Promise<number> {
  const { values, positionals } = readWords(words, {
    ...DATA_OPTION,
    by: { type: 'string' },
    how: { type: 'string' },
    words: { type: 'string' },
    as: { type: 'string' },
  })
  const word = onlyWord(positionals, 'run')
  const { by, how } = values
  if (by === undefined || by.trim() === '')
    throw usage('Who took down the words? Name them with --by NAME.')
  const opened = await openToWrite(values.data, () => undefined)
  try {
    const { connection } = opened
    const { run } = await findRun(connection, word)
    const checkpoint = await chosen(connection, run, values.words)
    const info = await connection.request('session.info', {})
    const result = await connection.request('runs.command', {
      run,
      actor: values.as ?? info.user,
      command: {
        type: 'checkpoint.witness',
        size: checkpoint.size,
        head: checkpoint.head,
        by,
        ...(how !== undefined && { how }),
      },
    })
    if (!result.ok) throw new CliError(EXIT.problems, printable(result.message))
    console.out(
      `Recorded: ${printable(by)} has the words of event ${checkpoint.size}: ${checkpoint.words.join(' ')}`,
    )
    return EXIT.ok
  } finally {
    await opened.close()
  }
}

/** The checkpoint with the words the witness reads back; without any, the newest. */
async function chosen(
  connection: Connection,
  run: string,
  spoken: string | undefined,
): Promise<CheckpointView> {
  const checkpoints = await connection.request('runs.checkpoints', { run })
  if (spoken === undefined) {
    const newest = checkpoints.at(-1)
    if (newest === undefined)
      throw new CliError(EXIT.problems, 'This run has no signed checkpoint, so there are no words.')
    return newest
  }
  const read = readSpoken(spoken)
  if (read === undefined)
    throw usage('These are not eight words of the list. Ask the witness to read them again.')
  const found = checkpoints.find(({ words }) => words.join(' ') === read.join(' '))
  if (found === undefined)
    throw new CliError(
      EXIT.problems,
      'No checkpoint of this run has these words: either they were taken down wrong, or the record was changed since.',
    )
  return found
}
