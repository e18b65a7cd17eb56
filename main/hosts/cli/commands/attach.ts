import { readFile } from 'node:fs/promises'
import { usage } from '../cli-error.ts'
import type { Console } from '../console.ts'
import { EXIT } from '../exit-codes.ts'
import { printable } from '../printable.ts'
import { findRun } from '../record/find-run.ts'
import { openToWrite } from '../record/open.ts'
import { reading } from '../validate/runbook-files.ts'
import { DATA_OPTION, readWords } from '../words.ts'

type Kind = 'muster' | 'ssh' | 'timestamp'

/** `muster attach RUN FILE [--key LINE] [--as NAME]` and `muster attach RUN --timestamp` */
export async function run(words: readonly string[], console: Console): Promise<number> {
  const { values, positionals } = readWords(words, {
    ...DATA_OPTION,
    key: { type: 'string' },
    timestamp: { type: 'boolean' },
    as: { type: 'string' },
  })
  const [word, file, ...more] = positionals
  const asked = values.timestamp === true
  if (word === undefined || more.length > 0 || (file === undefined) !== asked)
    throw usage('Give the run and the file with the signature, or the run and --timestamp.')
  const bytes = file === undefined ? undefined : await reading(file, () => readFile(file))
  const opened = await openToWrite(values.data, () => undefined)
  try {
    const { connection } = opened
    const { run } = await findRun(connection, word)
    const { user } = await connection.request('session.info', {})
    const actor = values.as ?? user
    const { size, by } =
      bytes === undefined
        ? await connection.request('runs.timestamp', { run, actor })
        : await connection.request('runs.countersign', {
            run,
            actor,
            ...signatureIn(bytes),
            ...(values.key !== undefined && { key: values.key }),
          })
    console.out(`Recorded: ${printable(by)} has signed the record as it was after event ${size}.`)
    return EXIT.ok
  } finally {
    await opened.close()
  }
}

/** A file says by itself what it is. */
function signatureIn(bytes: Buffer): { kind: Kind; signature: string } {
  const text = bytes.toString('utf8')
  if (text.startsWith('-----BEGIN SSH SIGNATURE-----')) return { kind: 'ssh', signature: text }
  if (text.includes('\n\u2014 ')) return { kind: 'muster', signature: text }
  return { kind: 'timestamp', signature: bytes.toString('base64') }
}
