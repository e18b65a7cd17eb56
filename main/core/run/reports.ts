/**
 * What people write into the reports of a run: the fields only they can fill, and the states of a draft. Everything else
 * in a report is computed from the events.
 */

export const REPORT_KINDS = ['post-mortem', 'after-action', 'audit'] as const
export type ReportKind = (typeof REPORT_KINDS)[number]

/** In the order they are gone through. */
export const REPORT_STATUSES = ['draft', 'in-review', 'reviewed', 'closed'] as const
export type ReportStatus = (typeof REPORT_STATUSES)[number]

export interface ReportField {
  readonly id: string
  readonly label: string
  /** What belongs there, for whoever writes it. */
  readonly help: string
}

const field = (id: string, label: string, help: string): ReportField => ({ id, label, help })

const OWNER = field('owner', 'Owner', 'Who answers for this report.')
const APPROVER = field('approver', 'Approved by', 'Who has read it and agrees, and when.')
const RECOVERY_POINT = field(
  'recovery-point',
  'Recovery point',
  'How much data was lost, measured by what: the last transaction on the old side against the first on the new one.',
)

/** The fields of each kind of report, in the order they are read. */
export const REPORT_FIELDS: Readonly<Record<ReportKind, readonly ReportField[]>> = {
  'post-mortem': [
    OWNER,
    APPROVER,
    field('summary', 'Summary', 'Two or three sentences for a reader who was not there.'),
    field('impact', 'Impact', 'Who could not do what, from when to when, and how many.'),
    field('detection', 'Detection', 'What noticed it first, a person or an alarm, and when.'),
    RECOVERY_POINT,
    field('trigger', 'Trigger', 'What set it off.'),
    field(
      'contributing',
      'Contributing factors',
      'What made it possible, and what made it worse. No names: what would have let anybody do this?',
    ),
    field('mitigation', 'Mitigation', 'What ended the impact, and when.'),
    field('lasting-fix', 'Lasting fix', 'What keeps it from coming back.'),
    field('helped', 'What helped', 'What to keep.'),
    field('hurt', 'What hurt', 'What to change.'),
    field('luck', 'Where it was luck', 'What would have made it worse.'),
    field(
      'actions',
      'Actions',
      'One a line: prevent, mitigate, detect or process; what; owner; due date.',
    ),
    field('open-questions', 'Open questions', 'What nobody knows yet, and who finds out.'),
  ],
  'after-action': [
    OWNER,
    APPROVER,
    field(
      'exercise',
      'Type of exercise',
      'Walkthrough, simulation, partial or full failover, and why this one.',
    ),
    field('scenario', 'Scenario', 'What had happened, in the story of the exercise.'),
    field(
      'objectives',
      'Objectives and criteria',
      'What was to be shown, and by what it counts as shown.',
    ),
    field(
      'scope',
      'Scope and assumptions',
      'What was in, what was out, what was taken for granted.',
    ),
    field('participants', 'Participants', 'Who took part in which role, and who was missing.'),
    RECOVERY_POINT,
    field(
      'ratings',
      'Rating of each objective',
      'Performed, with some challenges, with major challenges, or unable to be performed.',
    ),
    field('strengths', 'Strengths', 'What went as it should and why.'),
    field('improvements', 'Improvements', 'One a line: what; owner; due date.'),
    field('change', 'Change since the last exercise', 'What was open then, and what came of it.'),
    field('clean-up', 'Clean-up', 'What was put back, and who checked.'),
    field('sign-off', 'Sign-off', 'Who accepts the result, and when.'),
  ],
  audit: [
    OWNER,
    APPROVER,
    field('purpose', 'Purpose', 'The change, request or control this run belongs to.'),
    RECOVERY_POINT,
    field('exceptions', 'Exceptions', 'Each deviation below, and why it is acceptable or not.'),
    field('follow-up', 'Follow-up', 'One a line: what; owner; due date.'),
    field('sign-off', 'Sign-off', 'Who accepts the record, and when.'),
  ],
}

/** The field of a kind of report; undefined where it has none of that id. */
export function reportField(kind: ReportKind, id: string): ReportField | undefined {
  return REPORT_FIELDS[kind].find((one) => one.id === id)
}
