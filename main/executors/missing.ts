import type { Executor } from '../engine/ports.ts'

/** Answers for kinds of target that this version cannot reach yet, so that a person reads why and not only that. */
function words(language: string, executor: string, targetKind: string): string {
  switch (targetKind) {
    case 'ssh':
      return `A ${language} block cannot be run on an ssh target. Give it a ${executor === 'sql' ? 'postgres' : executor} target, which can go through the same host with “via”.`
    case 'postgres':
      return `A ${language} block cannot be sent to a postgres target. Give the block another target.`
    case 'redis':
      return `A ${language} block cannot be sent to a redis target. Give the block another target.`
    case 'local':
      return `A ${language} block needs a ${executor === 'sql' ? 'postgres' : executor} target, and this laptop is none. Give the block another target.`
    case 'http':
      return `A ${language} block cannot be sent to an http target. Give the block another target.`
    default:
      return `Nothing in this version of Muster can run ${language} on a ${targetKind} target.`
  }
}

/** The executor of last resort: it accepts nothing, and says what would be needed. Put it last. */
export function createMissingExecutor(): Executor {
  return {
    accepts: ({ block, targetKind }) => words(block.language, block.executor, targetKind),
    start: ({ block, connection }) => ({
      result: Promise.resolve({
        outcome: {
          kind: 'not-started',
          detail: `Nothing in this version of Muster can run ${block.language} on ${connection}.`,
        },
      }),
      stop: () => undefined,
    }),
    closeRun: () => Promise.resolve(),
  }
}
