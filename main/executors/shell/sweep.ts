import { setTimeout as sleep } from 'node:timers/promises'
import { describeProcesses, familyOf, signalFamily } from './processes.ts'

/** How long what a stopped block left behind has to end by itself. */
const GRACE_MS = 2_000
const LOOK_EVERY_MS = 50

/**
 * Ends what a stopped block left behind after its leader: terminate, then kill. Gives the names of those that had to
 * be killed, or undefined.
 */
export async function sweep(leader: number): Promise<string | undefined> {
  if (familyOf(leader, false).length === 0) return undefined
  signalFamily(leader, false, 'SIGTERM')
  const until = performance.now() + GRACE_MS
  while (performance.now() < until) {
    await sleep(LOOK_EVERY_MS)
    if (familyOf(leader, false).length === 0) return undefined
  }
  const stubborn = describeProcesses(familyOf(leader, false))
  signalFamily(leader, false, 'SIGKILL')
  return stubborn
}
