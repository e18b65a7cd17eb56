import { openAttach } from '../attachments/open-attach.ts'
import type { Key } from './key.ts'
import {
  changeSeverity,
  higherSeverity,
  lowerSeverity,
  meetDeadline,
  openInject,
  togglePause,
} from './run-actions.ts'

/** Keys that act on the run as a whole. */
export const RUN_KEYS: readonly Key[] = [
  {
    key: 'n',
    does: 'Write a note',
    group: 'Run',
    press: ({ view }) => view.screen.getState().set({ noteOpen: true, timelineOpen: true }),
  },
  {
    key: 'A',
    does: 'Attach a file or a screenshot; Ctrl V pastes one',
    group: 'Run',
    reading: true,
    press: ({ view }) => openAttach(view, []),
  },
  {
    key: '+',
    does: 'Raise the severity',
    group: 'Run',
    press: ({ view }) => {
      const to = higherSeverity(view.state.severity)
      if (to !== undefined) changeSeverity(view, to)
    },
  },
  {
    key: '-',
    does: 'Lower the severity (asks why)',
    group: 'Run',
    press: ({ view }) => {
      const to = lowerSeverity(view.state.severity)
      if (to !== undefined) changeSeverity(view, to)
    },
  },
  {
    key: 'h',
    does: 'Roles and handover',
    group: 'Run',
    press: ({ view }) => view.screen.getState().open({ kind: 'roles' }),
  },
  {
    key: 'i',
    does: 'Change who acts at this window',
    group: 'Run',
    press: ({ view }) => view.screen.getState().open({ kind: 'person' }),
  },
  {
    key: 'b',
    does: 'Roll back',
    group: 'Run',
    press: ({ view }) => view.screen.getState().open({ kind: 'rollback' }),
  },
  {
    key: 'v',
    does: 'Read the words of the record to someone',
    group: 'Run',
    press: ({ view }) => view.screen.getState().open({ kind: 'words' }),
  },
  {
    key: 'p',
    does: 'Pause or resume the run',
    group: 'Run',
    press: ({ view }) => togglePause(view),
  },
  {
    key: 'q',
    does: 'End the run: finish or abort',
    group: 'Run',
    press: ({ view }) => view.screen.getState().open({ kind: 'end' }),
  },
  {
    key: 'm',
    does: 'Record the due update or escalation as done',
    group: 'Run',
    press: ({ view }) => meetDeadline(view),
  },
  {
    key: 'I',
    does: 'Give an inject, in an exercise that has some',
    group: 'Run',
    press: ({ view }) => openInject(view),
  },
]
