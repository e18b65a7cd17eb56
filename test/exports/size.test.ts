import { statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { EXPORT_FORMATS } from '../../main/contract/reports.ts'
import { exportCost, largeRun, type LargeRun } from '../harness/large-run.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'

/**
 * A run that is large is exported in bounded memory, in every format. `npm run bench -- --only exports` does it with a
 * hundred thousand events and a gigabyte.
 */

const EVENTS = 10_000
const OUTPUT_BYTES = 300_000_000
/** Less than the output alone. */
const MOST_GROWTH_MB = 250
/** Of a PDF the browser's memory is meant, which is its own; it is printed from the HTML. */
const FORMATS = EXPORT_FORMATS.filter((format) => format !== 'pdf')

const folder = temporaryFolder('export-size')
let small: LargeRun
let large: LargeRun
beforeAll(async () => {
  small = await largeRun(folder.path, { events: 10, outputBytes: 1_000_000 })
  large = await largeRun(folder.path, { events: EVENTS, outputBytes: OUTPUT_BYTES })
}, 120_000)
afterAll(() => folder.remove())

test.runIf(process.platform === 'linux').each(FORMATS)(
  `${EVENTS} events and ${OUTPUT_BYTES / 1e6} MB of output as %s`,
  async (format) => {
    const path = join(folder.path, `large.${format}`)
    const least = await exportCost(small, format, join(folder.path, `small.${format}`))
    const { megabytes } = await exportCost(large, format, path)
    expect(statSync(path).size).toBeGreaterThan(0)
    expect(megabytes - least.megabytes).toBeLessThan(MOST_GROWTH_MB)
  },
  120_000,
)
