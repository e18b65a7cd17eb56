import { usage } from '../cli-error.ts'
import type { Console } from '../console.ts'
import { EXIT } from '../exit-codes.ts'
import { runDocument } from '../record/document.ts'
import { findRun } from '../record/find-run.ts'
import { openToRead } from '../record/open.ts'
import { eventsOf, stateOf, statusOf } from '../record/read-run.ts'
import { runText } from '../record/run-text.ts'
import { saveAttachment } from '../record/save-attachment.ts'
import { DATA_OPTION, onlyWord, readWords, wholeNumber } from '../words.ts'

/** `muster show RUN [--json | --events | --attachment N -o PATH]` */
export async function run(words: readonly string[], console: Console): Promise<number> {
  const { values, positionals } = readWords(words, {
    ...DATA_OPTION,
    json: { type: 'boolean' },
    events: { type: 'boolean' },
    attachment: { type: 'string' },
    output: { type: 'string', short: 'o' },
    replace: { type: 'boolean' },
  })
  const word = onlyWord(positionals, 'run')
  if (values.json === true && values.events === true)
    throw usage('Either --json or --events, not both.')
  const opened = openToRead(values.data)
  try {
    const { connection, readOnly } = opened
    const summary = await findRun(connection, word)
    if (values.events === true) {
      for await (const event of eventsOf(connection, summary.run))
        console.out(JSON.stringify(event))
      return EXIT.ok
    }
    const state = await stateOf(connection, summary.run)
    if (values.attachment !== undefined) {
      if (values.output === undefined) throw usage('Where to? Give -o PATH, or -o - to print it.')
      await saveAttachment(
        connection,
        state,
        wholeNumber('attachment', values.attachment, 1, 1e6),
        {
          output: values.output,
          replace: values.replace === true,
        },
      )
      return EXIT.ok
    }
    const status = statusOf(state.phase, summary.open, readOnly)
    console.out(
      values.json === true
        ? JSON.stringify(runDocument(state, status), null, 2)
        : runText(state, status, console.style),
    )
    return EXIT.ok
  } finally {
    await opened.close()
  }
}
