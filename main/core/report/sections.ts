import { ganttOf } from './gantt.ts'
import type { Report } from './report.ts'
import { attachments } from './sections-attachments.ts'
import { approvals, decisions, exceptions, notes } from './sections-choices.ts'
import { incidentTable, particulars } from './sections-head.ts'
import { injects } from './sections-injects.ts'
import { people } from './sections-people.ts'
import { controls, moves, verification } from './sections-record.ts'
import { earlierRuns, stepTable } from './sections-steps.ts'
import { fragment, type Tree } from './tree.ts'
import type { ReportClock } from './zone.ts'

/**
 * The sections of a report in the order they are read, with what was computed of each. The window and the files show
 * the same; what people write stands in `summary` and `written`.
 */

export const SECTION_TITLES = {
  summary: 'Summary',
  written: 'What was learned',
  particulars: 'Particulars',
  steps: 'Steps',
  injects: 'Injects',
  people: 'People, severity, pauses',
  decisions: 'Decisions',
  approvals: 'Approvals',
  exceptions: 'Deviations and unknown outcomes',
  notes: 'To do and evidence',
  attachments: 'Attachments',
  earlier: 'Against earlier runs',
  controls: 'Controls this run is evidence for',
  commands: 'Every step in full',
  verification: 'Verification',
} as const
export type SectionId = keyof typeof SECTION_TITLES

/** Fields that belong to the head of a report. */
export const HEAD_FIELDS: ReadonlySet<string> = new Set(['owner', 'approver', 'summary', 'purpose'])

/** Which sections a report has, in their order. */
export function sectionsOf(report: Report): readonly SectionId[] {
  const all: readonly SectionId[] = [
    'summary',
    'exceptions',
    'steps',
    'injects',
    'decisions',
    'approvals',
    'people',
    'written',
    'notes',
    'attachments',
    'earlier',
    'controls',
    'particulars',
    'commands',
    'verification',
  ]
  return all.filter(
    (id) =>
      (id !== 'earlier' || report.earlier.length > 0) &&
      (id !== 'injects' || report.injects.length > 0) &&
      (id !== 'attachments' || report.attachments.length > 0) &&
      (id !== 'controls' || report.kind !== 'post-mortem'),
  )
}

export function sectionTitle({ kind }: Report, id: SectionId): string {
  return id === 'written' && kind === 'audit' ? 'For the auditor' : SECTION_TITLES[id]
}

/** What was computed of a section. `steps` has its chart apart in the window, where the table is long. */
export function sectionBody(report: Report, id: SectionId, clock: ReportClock): readonly Tree[] {
  switch (id) {
    case 'summary':
      return fragment(incidentTable(report, clock), moves(report, clock))
    case 'particulars':
      return particulars(report, clock)
    case 'steps':
      return [...ganttOf(report, clock), stepTable(report, clock)]
    case 'injects':
      return injects(report, clock)
    case 'people':
      return people(report, clock)
    case 'decisions':
      return decisions(report, clock)
    case 'approvals':
      return approvals(report, clock)
    case 'exceptions':
      return exceptions(report, clock)
    case 'notes':
      return notes(report, clock)
    case 'attachments':
      return attachments(report, clock)
    case 'earlier':
      return earlierRuns(report, clock)
    case 'controls':
      return controls(report)
    case 'verification':
      return verification(report, clock)
    case 'written':
    case 'commands':
      return []
  }
}
