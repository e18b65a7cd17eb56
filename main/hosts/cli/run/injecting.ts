import { plannedText } from '../../../core/report/report-injects.ts'
import { asSentence } from '../../../core/report/sentence.ts'
import { injectsLeft } from '../../../core/run/injects.ts'
import type { Asking } from './asking.ts'
import type { InteractiveOptions } from './interactive-options.ts'

/** Injects of an exercise: “inject” says which are left, “inject 2 WORDS” gives one. A number is always said. */
export async function giveInject(
  { session }: InteractiveOptions,
  asking: Asking,
  given: string,
): Promise<void> {
  const number = /^[1-9]\d{0,5}(?=\s|$)/u.exec(given)?.[0]
  if (number === undefined) {
    const left = injectsLeft(session.state)
    for (const { number: place, atMs, fault, expected } of left)
      asking.tell(
        `${place}, planned ${plannedText({ atMs })}: ${asSentence(fault)} Expected: ${asSentence(expected)}`,
      )
    asking.tell(
      left.length === 0 ? 'No inject is left to give.' : '“inject NUMBER” gives one, with a note.',
    )
    return
  }
  const note = given.slice(number.length).trim()
  const inject = Number(number)
  const sent = await asking.send(() => ({
    type: 'inject.give',
    inject,
    ...(note !== '' && { note }),
  }))
  if (sent) asking.tell(`Inject ${inject} is given.`)
}
