import type { RowColumn } from './report-rows.ts'

/**
 * What people write into the reports of a run: the fields only they can fill, and the states of a draft. Everything else
 * in a report is computed from the events.
 */

export const REPORT_KINDS = ['post-mortem', 'after-action', 'audit'] as const
export type ReportKind = (typeof REPORT_KINDS)[number]

/** In the order they are gone through. */
export const REPORT_STATUSES = ['draft', 'in-review', 'reviewed', 'closed'] as const
export type ReportStatus = (typeof REPORT_STATUSES)[number]

/**
 * What a field takes. `line`: text without breaks. `moment`: a time in UTC, `2026-11-20T03:12:00Z`. `duration`: as in a
 * runbook, `45s`. `rows`: a list.
 */
export type FieldShape = 'text' | 'line' | 'moment' | 'duration' | 'rows'

export interface ReportField {
  readonly id: string
  readonly label: string
  /** What belongs there, for whoever writes it. */
  readonly help: string
  readonly shape: FieldShape
  /** Of a list, in the order they are read. */
  readonly columns?: readonly RowColumn[]
}

const field = (
  id: string,
  label: string,
  help: string,
  shape: FieldShape = 'text',
): ReportField => ({ id, label, help, shape })

const rows = (
  id: string,
  label: string,
  help: string,
  columns: readonly RowColumn[],
): ReportField => ({ id, label, help, shape: 'rows', columns })

const OWNER = field('owner', 'Owner', 'Who answers for this report.', 'line')
const APPROVER = field('approver', 'Approved by', 'Who has read it and agrees, and when.', 'line')
const DATA_LOSS = field(
  'data-loss',
  'Data lost, as a time',
  'How far the new side was behind when it took over: 45s, 3m, or 0s for nothing. It is compared with the recovery point objective.',
  'duration',
)
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
    field('began', 'Impact began', 'When the first of them was affected.', 'moment'),
    field('detected', 'Detected', 'When somebody, or an alarm, first knew.', 'moment'),
    field('mitigated', 'Mitigated', 'When the impact had ended for most.', 'moment'),
    field('recovered', 'Recovered', 'When everything was as it should be.', 'moment'),
    field('detection', 'Detection', 'What noticed it first, a person or an alarm, and when.'),
    DATA_LOSS,
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
    rows(
      'actions',
      'Actions',
      'What is done so that it does not come back, hurts less or is seen sooner. One without an owner and a date is not done.',
      ['kind', 'what', 'owner', 'due'],
    ),
    field('open-questions', 'Open questions', 'What nobody knows yet, and who finds out.'),
  ],
  'after-action': [
    OWNER,
    APPROVER,
    field('summary', 'Summary', 'Two or three sentences for a reader who was not there.'),
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
    field('participants', 'Participants', 'Who took part beside those whom the record names.'),
    field(
      'missing',
      'Who was missing',
      'Whom a real incident would have needed, and why not here.',
    ),
    DATA_LOSS,
    RECOVERY_POINT,
    rows(
      'ratings',
      'Rating of each objective',
      'How each objective went, and what was seen that says so.',
      ['what', 'rating', 'remark'],
    ),
    field('strengths', 'Strengths', 'What went as it should and why.'),
    rows(
      'improvements',
      'Improvements',
      'What is changed before the next exercise. One without an owner and a date is not done.',
      ['kind', 'what', 'owner', 'due'],
    ),
    field('change', 'Change since the last exercise', 'What was open then, and what came of it.'),
    field('clean-up', 'Clean-up', 'What was put back, and who checked.'),
    field('sign-off', 'Sign-off', 'Who accepts the result, and when.', 'line'),
  ],
  audit: [
    OWNER,
    APPROVER,
    field('purpose', 'Purpose', 'The change, request or control this run belongs to.'),
    DATA_LOSS,
    RECOVERY_POINT,
    field('exceptions', 'Exceptions', 'Each deviation, and why it is acceptable or not.'),
    rows('follow-up', 'Follow-up', 'What is still to be done because of this run.', [
      'what',
      'owner',
      'due',
    ]),
    field('sign-off', 'Sign-off', 'Who accepts the record, and when.', 'line'),
  ],
}

/** The field of a kind of report; undefined where it has none of that id. */
export function reportField(kind: ReportKind, id: string): ReportField | undefined {
  return REPORT_FIELDS[kind].find((one) => one.id === id)
}
