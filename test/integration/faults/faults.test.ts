import { afterAll, expect, test } from 'vitest'
import { temporaryFolder } from '../../harness/temporary-folder.ts'
import { allSubjects, type Subject } from './subjects.ts'
import { randomOf, told, trialsOf, untruth } from './trials.ts'

/**
 * Connections that are cut, reset or silenced at random moments: what is recorded is true, and nothing runs twice.
 * `npm run faults -- --trials N --seed S` makes more of them, and repeats some.
 */

const PER_SUBJECT = 50
const SEED = Date.now() % 1_000_000

const folder = temporaryFolder('faults')
const subjects: Subject[] = []
afterAll(async () => {
  await Promise.all(subjects.map((subject) => subject.close()))
  folder.remove()
})

test(`${PER_SUBJECT} random faults for each kind of connection (seed ${SEED})`, async () => {
  subjects.push(...(await allSubjects(folder.path)))
  const results = await Promise.all(
    subjects.map((subject, index) => trialsOf(subject, PER_SUBJECT, randomOf(SEED + index))),
  )
  for (const trials of results) {
    // Without a fault everything works: the trials try what they say.
    const [first, ...rest] = trials
    expect(first && [first.outcome.kind, first.effects, untruth(first)]).toEqual([
      expect.stringMatching(/^(?:exited|responded)$/u),
      1,
      undefined,
    ])
    expect(rest.filter((trial) => untruth(trial) !== undefined).map(told)).toEqual([])
    // Faults came at more than one moment. A plain HTTP request has none before it is sent.
    const kinds = new Set(rest.map(({ outcome }) => outcome.kind))
    const wanted = first?.subject === 'http' ? 'disconnected' : 'not-started'
    expect([...kinds], trials.map(told).join('\n')).toContain(wanted)
    expect(kinds.size).toBeGreaterThan(1)
  }
  expect(results.flat().length - results.length).toBeGreaterThanOrEqual(4 * PER_SUBJECT)
}, 600_000)
