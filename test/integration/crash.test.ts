import { describe, expect, it } from 'vitest'
import { crashTrial, randomNumbers, type Trial } from './crash-trials.ts'

/** `npm run crash -- --trials N` runs more, with another seed each time. */
const TRIALS = 100
const AT_ONCE = 2

describe('the program killed in the middle of a run', () => {
  it(`loses nothing that it acknowledged and repeats nothing, ${TRIALS} times`, async () => {
    const random = randomNumbers(20_261_120)
    const trials: Trial[] = []
    let next = 1
    const worker = async (): Promise<void> => {
      while (next <= TRIALS) trials.push(await crashTrial(next++, random))
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
    expect(trials.filter(({ problems }) => problems.length > 0)).toEqual([])
    // The trials mean something only when they hit different moments.
    expect(trials.filter(({ inFlight }) => inFlight).length).toBeGreaterThan(TRIALS / 4)
    expect(new Set(trials.map(({ recorded }) => recorded)).size).toBeGreaterThan(8)
  }, 300_000)
})
