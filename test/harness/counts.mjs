/**
 * How results are counted. A result is `{ passed, failed, failures, skipped }`: two numbers, and lines that name each
 * failure and each skip.
 */

const nothing = { passed: 0, failed: 0, failures: [], skipped: [] }

/** One that passed. */
export const pass = { ...nothing, passed: 1 }

export function failure(line) {
  return { ...nothing, failed: 1, failures: [line] }
}

export function skip(line) {
  return { ...nothing, skipped: [line] }
}

export function sum(results) {
  return results.reduce(
    (total, result) => ({
      passed: total.passed + result.passed,
      failed: total.failed + result.failed,
      failures: [...total.failures, ...result.failures],
      skipped: [...total.skipped, ...result.skipped],
    }),
    nothing,
  )
}

/**
 * Counts a vitest run. `report` is the text that the reporter wrote, or undefined when it wrote none: a run that cannot say
 * what it did has failed, whatever its exit code.
 */
export function countRun(what, report, code) {
  if (report === undefined) return failure(`${what}: ended without saying what it did`)
  const { tests, errors } = JSON.parse(report)
  const results = tests.map(({ file, name, state, reason }) => {
    switch (state) {
      case 'passed':
        return pass
      case 'failed':
        return failure(`${file}: ${name}`)
      case 'skipped':
        return skip(`${file}: ${name} (${reason ?? 'no reason given'})`)
      default:
        return failure(`${file}: ${name} did not end`)
    }
  })
  const total = sum([...results, ...errors.map((error) => failure(error))])
  if (total.failed === 0 && code !== 0) return sum([total, failure(`${what}: exit code ${code}`)])
  if (tests.length === 0 && errors.length === 0) return failure(`${what}: no test was found`)
  return total
}

/** The last line of all. Skips are only spoken of when there are some. */
export function lastLine({ passed, failed, skipped }) {
  const tail = skipped.length === 0 ? '' : `, ${skipped.length} skipped`
  return `${passed} passed, ${failed} failed${tail}`
}
