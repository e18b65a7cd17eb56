import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import {
  EXPORT_FORMATS,
  extensionOf,
  type CastChoice,
  type ExportFormat,
} from '../../../contract/reports.ts'
import { bytesText } from '../../../core/report/duration.ts'
import { REPORT_KINDS, type ReportKind } from '../../../core/run/reports.ts'
import { similar } from '../../../core/runbook/similar.ts'
import { usage } from '../cli-error.ts'
import type { Console } from '../console.ts'
import { EXIT } from '../exit-codes.ts'
import { findRun } from '../record/find-run.ts'
import { openToRead } from '../record/open.ts'
import { DATA_OPTION, onlyWord, readWords } from '../words.ts'

const TICKET = 'export'

/** `muster export RUN --format F [--report KIND] [-o PATH] [--zone ZONE] [--recording EVENT [--host HOST]] [--asciicast 2] [--replace]` */
export async function run(words: readonly string[], console: Console): Promise<number> {
  const { values, positionals } = readWords(words, {
    ...DATA_OPTION,
    format: { type: 'string', short: 'f' },
    report: { type: 'string' },
    output: { type: 'string', short: 'o' },
    zone: { type: 'string' },
    recording: { type: 'string' },
    host: { type: 'string' },
    asciicast: { type: 'string' },
    replace: { type: 'boolean' },
  })
  const word = onlyWord(positionals, 'run')
  const format = oneOf<ExportFormat>(
    'format',
    values.format ?? formatOf(values.output),
    EXPORT_FORMATS,
  )
  const kind =
    values.report === undefined
      ? undefined
      : oneOf<ReportKind>('report', values.report, REPORT_KINDS)
  return await exportRun(console, {
    word,
    format,
    kind,
    zone: values.zone,
    output: values.output,
    replace: values.replace === true,
    data: values.data,
    cast: castOf(format, values),
  })
}

/** What is exported where. `output`: a path, `-` for standard output; undefined: beside, named after the run. */
export interface ExportOrder {
  readonly word: string
  readonly format: ExportFormat
  /** Undefined: what fits the mode of the run. */
  readonly kind: ReportKind | undefined
  readonly zone: string | undefined
  readonly output: string | undefined
  readonly replace: boolean
  readonly data: string | undefined
  readonly cast?: CastChoice | undefined
}

/** What the format `cast` is made of. Throws a usage error where another format is to be written. */
function castOf(
  format: ExportFormat,
  { recording, host, asciicast }: { recording?: string; host?: string; asciicast?: string },
): CastChoice | undefined {
  if (recording === undefined && host === undefined && asciicast === undefined) return undefined
  if (format !== 'cast') throw usage('--recording, --host and --asciicast belong to --format cast.')
  if (recording !== undefined && !/^[1-9]\d{0,8}$/u.test(recording))
    throw usage('--recording is the number of an event, as “muster show RUN --events” prints it.')
  if (host !== undefined && recording === undefined)
    throw usage('--host says which recording of an event: it goes with --recording.')
  if (asciicast !== undefined && asciicast !== '2' && asciicast !== '3')
    throw usage('--asciicast is 3, or 2 for asciinema from before its version 3.')
  return {
    ...(recording !== undefined && { recording: Number(recording) }),
    ...(host !== undefined && { host }),
    ...(asciicast !== undefined && { version: asciicast === '2' ? 2 : 3 }),
  }
}

/** Writes the file, or prints it. Ctrl-C cancels, and leaves nothing half written. */
export async function exportRun(console: Console, order: ExportOrder): Promise<number> {
  const { word, format, kind, output, replace } = order
  const zone = order.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  const opened = openToRead(order.data, {
    answers: false,
    push: ({ push, data }) => {
      if (push === 'export.progress' && data.unit === 'bytes')
        console.progress(`${bytesText(data.done)} written`)
    },
  })
  const stopping = (): void => {
    void opened.connection.request('exports.cancel', { ticket: TICKET })
  }
  process.once('SIGINT', stopping)
  try {
    const { run: id, mode } = await findRun(opened.connection, word)
    const toOutput = output === '-'
    const folder = toOutput ? await mkdtemp(join(tmpdir(), 'muster-export-')) : undefined
    try {
      const path =
        folder === undefined
          ? resolve(output ?? `${id}.${extensionOf(format)}`)
          : join(folder, `run.${format}`)
      const written = await opened.connection.request('exports.write', {
        run: id,
        format,
        report: kind ?? (mode === 'live' ? 'post-mortem' : 'after-action'),
        zone,
        ...(order.cast !== undefined && { cast: order.cast }),
        path,
        ticket: TICKET,
        replace,
      })
      console.progress('')
      if (folder === undefined)
        console.out(`${written.path}\n${bytesText(written.bytes)}, sha256 ${written.sha256}`)
      else await pipeline(createReadStream(written.path), process.stdout, { end: false })
      return EXIT.ok
    } finally {
      if (folder !== undefined) await rm(folder, { recursive: true, force: true })
    }
  } finally {
    process.removeListener('SIGINT', stopping)
    await opened.close()
  }
}

/** The format that the name of the file tells. */
export function formatOf(output: string | undefined): string | undefined {
  const extension = /\.(?<extension>\w+)$/u.exec(output ?? '')?.groups?.['extension']
  return EXPORT_FORMATS.find((format) => extensionOf(format) === extension) ?? extension
}

/** The word, where it is one of those known. Throws a usage error that names them. */
export function oneOf<T extends string>(
  option: string,
  word: string | undefined,
  known: readonly T[],
): T {
  const found = known.find((candidate) => candidate === word)
  if (found !== undefined) return found
  if (word === undefined) throw usage(`Which ${option}? --${option} is one of ${known.join(', ')}.`)
  const near = similar(word, known)
  throw usage(
    `--${option} is one of ${known.join(', ')}, not “${word}”.${near === undefined ? '' : ` Did you mean ${near}?`}`,
  )
}
