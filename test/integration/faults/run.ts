import { parseArgs } from 'node:util'
import { temporaryFolder } from '../../harness/temporary-folder.ts'
import { allSubjects } from './subjects.ts'
import { randomOf, told, trialsOf, untruth } from './trials.ts'

/** `npm run faults -- [--trials N] [--seed S]`: as many faults for each kind of connection as one has time for. */

const { values } = parseArgs({
  options: { trials: { type: 'string', default: '200' }, seed: { type: 'string' } },
})
const trials = Number(values.trials)
const seed = Number(values.seed ?? Date.now() % 1_000_000)
if (!Number.isSafeInteger(trials) || trials < 1 || !Number.isSafeInteger(seed)) {
  process.stderr.write('--trials and --seed are whole numbers.\n')
  process.exit(2)
}

const folder = temporaryFolder('faults')
const subjects = await allSubjects(folder.path)
try {
  process.stdout.write(`${trials} faults for each of ${subjects.length}, seed ${seed}\n`)
  const results = await Promise.all(
    subjects.map((subject, index) => trialsOf(subject, trials, randomOf(seed + index))),
  )
  for (const [index, ofSubject] of results.entries()) {
    const counts = new Map<string, number>()
    for (const { outcome } of ofSubject)
      counts.set(outcome.kind, (counts.get(outcome.kind) ?? 0) + 1)
    const summary = [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ')
    process.stdout.write(`${subjects[index]?.name}: ${summary}\n`)
  }
  const untrue = results.flat().filter((trial) => untruth(trial) !== undefined)
  for (const trial of untrue) process.stdout.write(`${told(trial)}\n`)
  process.stdout.write(`${results.flat().length} trials, ${untrue.length} recorded untruly\n`)
  process.exitCode = untrue.length === 0 ? 0 : 1
} finally {
  await Promise.all(subjects.map((subject) => subject.close()))
  folder.remove()
}
