import { stepsDoneText } from './outcome-words.ts'
import type { Report } from './report.ts'

/** What a run is evidence for in the frameworks auditors ask about; what it shows, never that a control is fulfilled. */

export interface Control {
  readonly framework: string
  readonly control: string
  readonly asks: string
  /** What of this run speaks to it. */
  readonly shows: (report: Report) => string
}

const count = (number: number, one: string, many: string): string =>
  `${number} ${number === 1 ? one : many}`

export const CONTROLS: readonly Control[] = [
  {
    framework: 'SOC 2',
    control: 'A1.3',
    asks: 'Recovery plan procedures are tested.',
    shows: (report) =>
      `The runbook was gone through ${report.mode === 'live' ? 'for real' : `as a ${report.mode}`}: ${stepsDoneText(report)}, ${count(report.deviations.length, 'deviation', 'deviations')} recorded.`,
  },
  {
    framework: 'ISO 22301',
    control: '8.5',
    asks: 'Business continuity procedures are exercised and tested, and the results reported.',
    shows: (report) =>
      `This record: objective and actual recovery time, people in their roles, decisions, deviations; what was learned is ${report.written.some(({ text }) => text !== '') ? 'written below' : 'not written yet'}.`,
  },
  {
    framework: 'DORA, RTS (EU) 2024/1774',
    control: 'Article 25',
    asks: 'Response and recovery plans are tested, with their results documented.',
    shows: (report) =>
      `${count(report.counts.executions, 'execution', 'executions')} with exact text and outcome, ${count(report.unknowns.length, 'outcome', 'outcomes')} that nobody saw, recovery time against its objective.`,
  },
  {
    framework: 'NIST CSF 2.0',
    control: 'RS.AN-06',
    asks: 'Actions during an investigation are recorded, and the integrity of the records is preserved.',
    shows: (report) =>
      `${count(report.counts.events, 'event', 'events')} in a hash chain that ends in ${report.head.slice(0, 16)}…${report.verification === undefined ? '; not verified for this report' : report.verification.ok ? '; verified when this report was made' : '; the verification found problems'}.`,
  },
]
