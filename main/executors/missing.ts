import type { Executor } from '../engine/ports.ts'

/** What each kind of target needs before anything can run on it. */
const NEEDS: Readonly<Record<string, string>> = {
  ssh: 'an SSH connection',
  postgres: 'a PostgreSQL connection',
  redis: 'a Redis connection',
}

/**
 * Stands last among the executors: accepts nothing, and says what is missing. A block on such a target is recorded as
 * not started, with these words.
 */
export function createMissingExecutor(): Executor {
  const words = (targetKind: string): string =>
    `This needs a connection: ${NEEDS[targetKind] ?? `a ${targetKind} connection`}, which this version of Muster cannot make yet. Nothing was sent. Run it by hand in a terminal and record the outcome with a reason.`
  return {
    accepts: ({ targetKind }) => words(targetKind),
    start: () => ({
      result: Promise.resolve({ outcome: { kind: 'not-started', detail: words('') } }),
      stop: () => undefined,
    }),
    closeRun: () => Promise.resolve(),
  }
}
