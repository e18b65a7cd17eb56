import { writeFileSync } from 'node:fs'
import process from 'node:process'

/** A vitest reporter that writes what `npm test` counts: see `counts.mjs`. MUSTER_TEST_REPORT names the file. */
export default class CountReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const tests = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => {
        const result = test.result()
        return {
          file: module.relativeModuleId,
          name: test.fullName,
          state: result.state,
          ...(result.state === 'skipped' && result.note ? { reason: result.note } : {}),
        }
      }),
    )
    // A file that cannot be loaded, a hook that fails, a promise that nobody waits for.
    const errors = [
      ...modules.flatMap((module) =>
        [...module.errors(), ...[...module.children.allSuites()].flatMap((s) => s.errors())].map(
          (error) => `${module.relativeModuleId}: ${error.message}`,
        ),
      ),
      ...unhandledErrors.map((error) => `outside of any test: ${error.message}`),
    ]
    const files = modules.map((module) => ({
      file: module.relativeModuleId,
      ms: Math.round(module.diagnostic().duration),
    }))
    writeFileSync(process.env.MUSTER_TEST_REPORT ?? '', JSON.stringify({ tests, errors, files }))
  }
}
