import { join } from 'node:path'
import { EXPORT_FORMATS } from '../../main/contract/reports.ts'
import { exportCost, largeRun, type ExportCost } from '../harness/large-run.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'
import { compare, type Benchmark, type Comparison } from './measure.ts'

/**
 * The highest memory of the program while a run of 100,000 events with 1 GB of output is exported, beside that of a run of
 * ten events; of a PDF also that of the browser which prints it.
 */

const EVENTS = 100_000
const OUTPUT_BYTES = 1_000_000_000
const ROUNDS = 1

export const exports: Benchmark = {
  name: 'exports',
  async run() {
    const folder = temporaryFolder('bench-exports')
    try {
      const small = await largeRun(folder.path, { events: 10, outputBytes: 1_000 })
      const large = await largeRun(folder.path, { events: EVENTS, outputBytes: OUTPUT_BYTES })
      const comparisons: Comparison[] = []
      for (const format of EXPORT_FORMATS) {
        const path = join(folder.path, `export.${format}`)
        let last: ExportCost | undefined
        const compared = await compare({
          benchmark: `memory of the export as ${format}`,
          unit: 'MB',
          better: 'less',
          rounds: ROUNDS,
          cold: format === 'pdf',
          subjects: [
            {
              name: `${EVENTS} events, 1 GB`,
              once: async () => {
                last = await exportCost(large, format, path)
                return last.megabytes
              },
            },
          ],
          baselines: [
            {
              name: '10 events',
              once: async () => (await exportCost(small, format, path)).megabytes,
            },
          ],
        })
        process.stderr.write(
          `  ${format}: ${((last?.milliseconds ?? 0) / 1000).toFixed(1)} s, the largest process beside it ${(last?.browserMegabytes ?? 0).toFixed(0)} MB\n`,
        )
        comparisons.push(...compared)
      }
      return { comparisons, missing: [] }
    } finally {
      folder.remove()
    }
  },
}
