import type { ReportKind } from '../../../core/run/reports.ts'
import { EXPORT_FORMATS } from '../../../contract/reports.ts'
import { usage } from '../cli-error.ts'
import type { Console } from '../console.ts'
import { DATA_OPTION, readWords } from '../words.ts'
import { exportRun, formatOf, oneOf } from './export.ts'

/** What people call the reports. */
const KINDS: Readonly<Record<string, ReportKind>> = {
  postmortem: 'post-mortem',
  'post-mortem': 'post-mortem',
  aar: 'after-action',
  'after-action': 'after-action',
  audit: 'audit',
}

/** `muster report KIND RUN [-o PATH]`: a report to read at once, as Markdown, or a file of any format. */
export async function run(words: readonly string[], console: Console): Promise<number> {
  const { values, positionals } = readWords(words, {
    ...DATA_OPTION,
    output: { type: 'string', short: 'o' },
    zone: { type: 'string' },
    replace: { type: 'boolean' },
  })
  const [name, word, ...more] = positionals
  if (name === undefined || word === undefined || more.length > 0)
    throw usage('Give the kind of report and one run: muster report postmortem last')
  const kind = KINDS[oneOf('report', name, Object.keys(KINDS))]
  return await exportRun(console, {
    word,
    format: oneOf('format', formatOf(values.output) ?? 'md', EXPORT_FORMATS),
    kind,
    zone: values.zone,
    output: values.output ?? '-',
    replace: values.replace === true,
    data: values.data,
  })
}
