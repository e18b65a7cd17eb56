import { describe, expect, test } from 'vitest'
import type { ParsedRunbook } from '../../../main/core/runbook/model.ts'
import { parseRunbook } from '../../../main/core/runbook/parse.ts'
import { HOSTILE } from './support/hostile.ts'
import { NEAR_LIMITS } from './support/megabytes.ts'

/** A megabyte of anything is read, or refused in words, within a second. */

/**
 * Processor time, because others use this machine too. `npm run bench -- --only parse` shows the bound of one second
 * itself; here it has a margin for slow and busy machines. A cost that grows with the square of a megabyte is beyond
 * it by orders of magnitude.
 */
const BOUND = 3_000

function cost(source: string): { milliseconds: number; parsed: ParsedRunbook } {
  const before = process.cpuUsage()
  const parsed = parseRunbook(source)
  const { user, system } = process.cpuUsage(before)
  return { milliseconds: (user + system) / 1000, parsed }
}

describe('a megabyte of anything', () => {
  test.each(Object.entries(HOSTILE))('%s', (_name, source) => {
    expect(cost(source).milliseconds).toBeLessThan(BOUND)
    // The beginning alone may be within every limit, so that it is read.
    expect(cost(source.slice(0, 60_000)).milliseconds).toBeLessThan(BOUND)
  })

  test.each(Object.entries(NEAR_LIMITS))('%s: read to the end', (_name, source) => {
    const { milliseconds, parsed } = cost(source)
    expect(milliseconds).toBeLessThan(BOUND)
    const { runbook, diagnostics } = parsed
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(runbook.introduction.length + runbook.steps.length).toBeGreaterThan(0)
  })
})
