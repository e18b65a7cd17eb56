import { reportField, type ReportKind, type ReportStatus } from '../run/reports.ts'
import { quoted, type BodyOf, type Sentence } from './sentence.ts'

/** The reports by name. */
export const REPORT_WORDS: Readonly<Record<ReportKind, string>> = {
  'post-mortem': 'Post-mortem',
  'after-action': 'After-action report',
  audit: 'Audit record',
}

export const REPORT_STATUS_WORDS: Readonly<Record<ReportStatus, string>> = {
  draft: 'Draft',
  'in-review': 'In review',
  reviewed: 'Reviewed',
  closed: 'Closed',
}

/** What people wrote about the run. */
export function reportSentence(
  body: BodyOf<'report.edited' | 'report.moved' | 'timeline.pinned'>,
  who: string,
): Sentence {
  switch (body.type) {
    case 'report.edited': {
      const { report, field, text } = body.data
      const label = reportField(report, field)?.label ?? field
      const did = text === '' ? 'emptied' : 'wrote'
      return {
        text: `${who} ${did} “${label}” of the ${lower(REPORT_WORDS[report])}.`,
        ...quoted(text),
        tone: 'neutral',
        groups: ['people'],
      }
    }
    case 'report.moved': {
      const { report, from, to, reason } = body.data
      return {
        text: `${who} moved the ${lower(REPORT_WORDS[report])} from ${lower(REPORT_STATUS_WORDS[from])} to ${lower(REPORT_STATUS_WORDS[to])}.`,
        ...quoted(reason),
        tone: 'info',
        groups: ['people'],
        strong: true,
      }
    }
    case 'timeline.pinned': {
      const { event, pinned } = body.data
      return {
        text: `${who} ${pinned ? 'put' : 'took'} event ${event} ${pinned ? 'into' : 'out of'} the summary.`,
        tone: 'neutral',
        groups: [],
      }
    }
  }
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
