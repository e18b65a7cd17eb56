import { plannedText } from '../../../core/report/report-injects.ts'
import type { MomentText } from '../../../core/report/sentence.ts'
import { givenInject, injectsOf } from '../../../core/run/injects.ts'
import type { RunState } from '../../../core/run/state.ts'
import { printable } from '../printable.ts'

/** The injects of an exercise, for `muster show`; none where there are none. */
export function injectLines(state: RunState, moment: MomentText): readonly string[] {
  const injects = injectsOf(state)
  if (injects.length === 0) return []
  return [
    '',
    'Injects:',
    ...injects.map((inject) => {
      const given = givenInject(state, inject.number)
      const when = given === undefined ? 'not given' : `${moment(given.at)} ${printable(given.by)}`
      const note = given?.note === undefined ? '' : ` (${printable(given.note)})`
      return `  ${inject.number} ${when}, planned ${plannedText(inject)}: ${printable(inject.fault)}${note}`
    }),
  ]
}
