import { blobsOf, timingsOf } from '../../../core/evidence/blobs.ts'
import { quotedIn } from '../../../core/evidence/quoted.ts'
import { REDACTION_KINDS, type RunEvent } from '../../../core/run/events.ts'
import type { Connection } from '../../../engine/engine.ts'
import { CliError, usage } from '../cli-error.ts'
import type { Console } from '../console.ts'
import { EXIT } from '../exit-codes.ts'
import { printable } from '../printable.ts'
import { findRun } from '../record/find-run.ts'
import { eventsOf } from '../record/read-run.ts'
import { openToWrite } from '../record/open.ts'
import { DATA_OPTION, readWords, wholeNumber } from '../words.ts'

/** `muster redact RUN EVENT --kind KIND --reason TEXT [--as NAME]` */
export async function run(words: readonly string[], console: Console): Promise<number> {
  const { values, positionals } = readWords(words, {
    ...DATA_OPTION,
    kind: { type: 'string' },
    reason: { type: 'string' },
    as: { type: 'string' },
  })
  const [word, number, ...more] = positionals
  if (word === undefined || number === undefined || more.length > 0)
    throw usage('Give the run and the number of the event whose outputs are taken out.')
  const seq = wholeNumber('event', number, 1, 1_000_000_000)
  const kind = REDACTION_KINDS.find((known) => known === values.kind)
  if (kind === undefined) throw usage(`--kind is one of ${REDACTION_KINDS.join(', ')}.`)
  const { reason } = values
  if (reason === undefined || reason.trim() === '')
    throw usage('Why? Give --reason; it stays in the record.')
  let trouble: string | undefined
  const opened = await openToWrite(values.data, (push) => {
    if (push.push === 'engine.trouble') trouble = push.data.message
  })
  try {
    const { connection } = opened
    const { run } = await findRun(connection, word)
    const event = await eventAt(connection, run, seq)
    const { user } = await connection.request('session.info', {})
    // When which stream grew by how much is no output; the runbook cannot be taken out.
    const timings = new Set(timingsOf(event))
    const outputs = blobsOf(event).filter(({ sha256 }) => !timings.has(sha256))
    if (event.type === 'attachment.added' && event.data.source !== undefined)
      throw new CliError(
        EXIT.problems,
        `This file was collected by ${printable(event.data.source.block)}, and is its output: take out event ${await whereOutput(connection, run, event.data.blob.sha256)}.`,
      )
    if (outputs.length === 0)
      throw new CliError(
        EXIT.problems,
        `Event ${seq} has no output. muster show RUN --events lists them.`,
      )
    for (const { sha256 } of outputs) {
      const result = await connection.request('runs.command', {
        run,
        actor: values.as ?? user,
        command: { type: 'output.redact', event: seq, sha256, kind, reason },
      })
      if (!result.ok) throw new CliError(EXIT.problems, printable(result.message))
    }
    if (trouble !== undefined) throw new CliError(EXIT.problems, printable(trouble))
    const many = outputs.length === 1 ? 'The output' : `The ${outputs.length} outputs`
    console.out(
      `${many} of event ${seq} ${outputs.length === 1 ? 'is' : 'are'} gone from this data folder. Who did it and why is recorded.`,
    )
    const left = quotedIn(event)
    if (left.length > 0)
      console.say(`The event itself still has ${left.join(', ')}: events are never changed.`)
    console.say('Reports, exports and backups made before still have it.')
    return EXIT.ok
  } finally {
    await opened.close()
  }
}

async function eventAt(connection: Connection, run: string, seq: number): Promise<RunEvent> {
  const [event] = await connection.request('runs.events', { run, after: seq - 1, limit: 1 })
  if (event === undefined) throw new CliError(EXIT.problems, `The run has no event ${seq}.`)
  return event
}

/** The event that has this output. */
async function whereOutput(connection: Connection, run: string, sha256: string): Promise<number> {
  for await (const event of eventsOf(connection, run))
    if (blobsOf(event).some((blob) => blob.sha256 === sha256)) return event.seq
  throw new CliError(EXIT.problems, 'No event of the run has this output.')
}
