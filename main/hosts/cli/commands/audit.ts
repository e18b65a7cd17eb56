import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { PACK_FORMATS, type PackFormat } from '../../../contract/audit.ts'
import type { RequestResult } from '../../../contract/requests.ts'
import { bytesText } from '../../../core/report/duration.ts'
import type { Period } from '../../../core/report/pack/pack.ts'
import { endingsText } from '../../../core/report/pack/words.ts'
import { PERIOD_FORMS, periodBetween } from '../../../core/report/period.ts'
import { noZone, zoneNamed } from '../../../core/report/zone.ts'
import { usage } from '../cli-error.ts'
import type { Console } from '../console.ts'
import { EXIT } from '../exit-codes.ts'
import { printable } from '../printable.ts'
import { openToRead } from '../record/open.ts'
import { DATA_OPTION, readWords } from '../words.ts'
import { formatOf, oneOf } from './export.ts'

const TICKET = 'audit'

/** `muster audit --from WHEN [--to WHEN] [--format F] [-o PATH] [--zone ZONE] [--replace]` */
export async function run(words: readonly string[], console: Console): Promise<number> {
  const { values, positionals } = readWords(words, {
    ...DATA_OPTION,
    from: { type: 'string' },
    to: { type: 'string' },
    format: { type: 'string', short: 'f' },
    output: { type: 'string', short: 'o' },
    zone: { type: 'string' },
    replace: { type: 'boolean' },
  })
  if (positionals.length > 0)
    throw usage(`audit takes no ${positionals.join(' ')}. It is about a period: --from 2026-Q3.`)
  const zone = zoneOf(values.zone)
  const period = periodOf(values.from, values.to, zone)
  const format = oneOf<PackFormat>(
    'format',
    values.format ?? formatOf(values.output) ?? 'md',
    PACK_FORMATS,
  )
  const opened = openToRead(values.data, {
    answers: false,
    push: ({ push, data }) => {
      if (push !== 'export.progress') return
      if (data.unit === 'runs') console.progress(`${data.done} of ${data.total ?? '?'} runs read`)
      if (data.unit === 'bytes') console.progress(`${bytesText(data.done)} written`)
    },
  })
  const stopping = (): void => {
    void opened.connection.request('exports.cancel', { ticket: TICKET })
  }
  process.once('SIGINT', stopping)
  const toOutput = (values.output ?? '-') === '-'
  const folder = toOutput ? await mkdtemp(join(tmpdir(), 'muster-audit-')) : undefined
  try {
    const written = await opened.connection.request('audit.write', {
      ...period,
      zone,
      format,
      ticket: TICKET,
      path:
        folder === undefined ? resolve(values.output ?? '') : join(folder, `audit-pack.${format}`),
      replace: values.replace === true,
    })
    console.progress('')
    if (folder === undefined) {
      console.out(`${written.path}\n${bytesText(written.bytes)}, sha256 ${written.sha256}`)
      console.out(totalsText(written))
    } else await pipeline(createReadStream(written.path), process.stdout, { end: false })
    for (const problem of written.problems) console.say(console.saying('red', printable(problem)))
    return written.problems.length === 0 ? EXIT.ok : EXIT.problems
  } finally {
    process.removeListener('SIGINT', stopping)
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
    await opened.close()
  }
}

function totalsText({ totals }: RequestResult<'audit.write'>): string {
  const { population, verified, notVerified } = totals
  return `${population} ${population === 1 ? 'run' : 'runs'} began in the period: ${endingsText(totals)}; ${verified} verified${notVerified === 0 ? '' : `, ${notVerified} not`}`
}

function zoneOf(word: string | undefined): string {
  const wanted = word ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  const zone = zoneNamed(wanted)
  if (zone === undefined) throw usage(noZone(wanted))
  return zone
}

/** `--to` includes what it names; without it the period ends with what `--from` names. */
function periodOf(from: string | undefined, to: string | undefined, zone: string): Period {
  if (from === undefined)
    throw usage(`Which period? --from takes ${PERIOD_FORMS}; --to the same, and includes it.`)
  const period = periodBetween(from, to, zone)
  switch (period) {
    case 'from':
      throw usage(`--from is ${PERIOD_FORMS}, not “${from}”.`)
    case 'to':
      throw usage(`--to is ${PERIOD_FORMS}, not “${to ?? from}”.`)
    case 'moment':
      throw usage(`“${from}” is one moment: give --to as well.`)
    case 'order':
      throw usage(`The period would end before it begins: --from ${from} --to ${to ?? from}.`)
    default:
      return period
  }
}
