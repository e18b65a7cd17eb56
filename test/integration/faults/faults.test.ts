import { afterAll, expect, test } from 'vitest'
import { temporaryFolder } from '../../harness/temporary-folder.ts'
import { allSubjects, type Subject } from './subjects.ts'
import { CONTROLS, randomOf, told, trialsOf, untruth } from './trials.ts'

/**
 * Connections that are cut, reset or silenced at random moments: what is recorded is true, and nothing runs twice.
 * `npm run faults -- --trials N --seed S` makes more of them, and repeats some.
 */

/** So many that at least two hundred come before their block has ended. */
const PER_SUBJECT = 50
const SEED = Date.now() % 1_000_000

const folder = temporaryFolder('faults')
const subjects: Subject[] = []
afterAll(async () => {
  await Promise.all(subjects.map((subject) => subject.close()))
  folder.remove()
})

test(`random faults on every kind of connection (seed ${SEED})`, async () => {
  subjects.push(...(await allSubjects(folder.path)))
  const results = await Promise.all(
    subjects.map((subject, index) => trialsOf(subject, PER_SUBJECT, randomOf(SEED + index))),
  )
  for (const trials of results) {
    // Without a fault everything works: the trials try what they say.
    for (const control of trials.slice(0, CONTROLS)) {
      expect([control.outcome.kind, control.effects, untruth(control)], told(control)).toEqual([
        expect.stringMatching(/^(?:exited|responded)$/u),
        1,
        undefined,
      ])
    }
    const rest = trials.slice(CONTROLS)
    expect(rest.filter((trial) => untruth(trial) !== undefined).map(told)).toEqual([])
    // Faults came while the block was on its way, and it was said that nobody knows.
    const lost = rest.filter(
      ({ fired, outcome }) =>
        fired && /^(?:disconnected|unknown|cancelled|timed-out)$/u.test(outcome.kind),
    )
    expect(lost.length, trials.map(told).join('\n')).toBeGreaterThan(PER_SUBJECT / 10)
  }
  const fired = results.flat().filter((trial) => trial.fired)
  expect(fired.length).toBeGreaterThanOrEqual(200)
}, 600_000)
