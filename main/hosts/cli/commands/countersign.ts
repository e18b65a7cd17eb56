import { readFile, writeFile } from 'node:fs/promises'
import { CliError } from '../cli-error.ts'
import type { Console } from '../console.ts'
import { EXIT } from '../exit-codes.ts'
import { printable } from '../printable.ts'
import { openToRead } from '../record/open.ts'
import { timeText } from '../record/run-text.ts'
import { reading } from '../validate/runbook-files.ts'
import { DATA_OPTION, onlyWord, readWords } from '../words.ts'

/** `muster countersign FILE [-o OUT]` */
export async function run(words: readonly string[], console: Console): Promise<number> {
  const { values, positionals } = readWords(words, {
    ...DATA_OPTION,
    output: { type: 'string', short: 'o' },
  })
  const file = onlyWord(positionals, 'file')
  const text = await reading(file, () => readFile(file, 'utf8'))
  const out = values.output ?? `${file}.signed`
  const opened = openToRead(values.data)
  try {
    const signed = await opened.connection.request('device.countersign', { note: text })
    try {
      await writeFile(out, signed.note, { flag: 'wx' })
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      throw new CliError(EXIT.problems, `The signed checkpoint was not written: ${why}`)
    }
    console.out(
      `Signed: ${printable(signed.origin)}, ${signed.size} events, made ${timeText(signed.wall)}.`,
    )
    console.out(`Its words: ${signed.words.join(' ')}`)
    console.out('Compare them with those you were read. Send back this file and this key:')
    console.out(`  ${printable(out)}`)
    console.out(`  ${signed.key}`)
    return EXIT.ok
  } finally {
    await opened.close()
  }
}
