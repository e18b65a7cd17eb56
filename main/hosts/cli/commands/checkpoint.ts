import { writeFile } from 'node:fs/promises'
import { CliError } from '../cli-error.ts'
import type { Console } from '../console.ts'
import { EXIT } from '../exit-codes.ts'
import { printable } from '../printable.ts'
import { findRun } from '../record/find-run.ts'
import { openToRead } from '../record/open.ts'
import { wordsText } from '../record/words-text.ts'
import { DATA_OPTION, onlyWord, readWords } from '../words.ts'

/** `muster checkpoint RUN [-o FILE] [--json]` */
export async function run(words: readonly string[], console: Console): Promise<number> {
  const { values, positionals } = readWords(words, {
    ...DATA_OPTION,
    output: { type: 'string', short: 'o' },
    json: { type: 'boolean' },
  })
  const word = onlyWord(positionals, 'run')
  const opened = openToRead(values.data)
  try {
    const { run } = await findRun(opened.connection, word)
    const { checkpoint, notice } = await opened.connection.request('runs.checkpoint', { run })
    if (checkpoint === undefined) throw new CliError(EXIT.problems, printable(notice))
    if (values.output === '-') {
      console.out(checkpoint.note.trimEnd())
      return EXIT.ok
    }
    if (values.output !== undefined) await write(values.output, checkpoint.note)
    if (values.json === true) console.out(JSON.stringify({ run, ...checkpoint }, null, 2))
    else {
      console.out(console.style('bold', run))
      console.out(wordsText(checkpoint))
      console.out(`muster witness ${run} --by NAME records who has them.`)
    }
    return EXIT.ok
  } finally {
    await opened.close()
  }
}

async function write(path: string, note: string): Promise<void> {
  try {
    await writeFile(path, note, { flag: 'wx' })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new CliError(EXIT.problems, `The checkpoint was not written: ${why}`)
  }
}
