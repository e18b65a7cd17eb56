import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Files that take longest are begun first, so that at the end no worker waits for one of them alone. Vitest knows how long
 * files took only where they ran before, which a fresh clone's did not.
 */

const LONGEST = [
  '/integration/faults/',
  '/integration/crash',
  '/integration/',
  '/core/runbook/costs',
  '/executors/shell/flood',
  '/hosts/',
]

function rank({ moduleId }: TestSpecification): number {
  const found = LONGEST.findIndex((part) => moduleId.includes(`/test${part}`))
  return found === -1 ? LONGEST.length : found
}

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((left, right) => rank(left) - rank(right))
  }
}
