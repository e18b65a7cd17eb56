import { afterAll, expect, test } from 'vitest'
import { temporaryFolder } from '../../harness/temporary-folder.ts'
import { httpSubject, postgresSubject, redisSubject, sshSubject, type Subject } from './subjects.ts'
import { randomOf, trialsOf, untruth, type Trial } from './trials.ts'

/**
 * Connections that are cut, reset or silenced at random moments: what is recorded is true, and nothing runs twice.
 * MUSTER_SEED repeats a run; `npm run faults -- --trials N` makes more of them.
 */

const PER_SUBJECT = Number(process.env['MUSTER_FAULT_TRIALS'] ?? 50)
const SEED = Number(process.env['MUSTER_SEED'] ?? Date.now() % 1_000_000)

const folder = temporaryFolder('faults')
const subjects: Subject[] = []
afterAll(async () => {
  await Promise.all(subjects.map((subject) => subject.close()))
  folder.remove()
})

function told(trial: Trial): string {
  const { fault, outcome } = trial
  const where =
    fault === undefined ? 'no fault' : `${fault.kind} ${fault.direction} after ${fault.after} bytes`
  const detail = 'detail' in outcome ? `: ${outcome.detail}` : ''
  return `${trial.subject} #${trial.number}, ${where}: ${outcome.kind}${detail}; ${trial.effects} effects, ${untruth(trial) ?? 'true'}`
}

test(`${PER_SUBJECT} random faults for each kind of connection (seed ${SEED})`, async () => {
  subjects.push(
    ...(await Promise.all([
      sshSubject(folder.path, 'ssh2'),
      sshSubject(folder.path, 'openssh'),
      postgresSubject(),
      redisSubject(),
      httpSubject(),
    ])),
  )
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
