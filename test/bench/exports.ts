import { join } from 'node:path'
import { EXPORT_FORMATS } from '../../main/contract/reports.ts'
import { exportCost, largeRun } from '../harness/large-run.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'
import { compare, type Benchmark, type Comparison } from './measure.ts'

/**
 * The highest memory of the program while a run of 100,000 events with 1 GB of output is exported, beside that of a run of
 * ten events. What a PDF takes is the browser's, and is not measured.
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
      for (const format of EXPORT_FORMATS.filter((name) => name !== 'pdf')) {
        const path = join(folder.path, `export.${format}`)
        let milliseconds = 0
        const compared = await compare({
          benchmark: `memory of the export as ${format}`,
          unit: 'MB',
          better: 'less',
          rounds: ROUNDS,
          subjects: [
            {
              name: `${EVENTS} events, 1 GB`,
              once: async () => {
                const cost = await exportCost(large, format, path)
                milliseconds = cost.milliseconds
                return cost.megabytes
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
        process.stderr.write(`  ${format}: ${(milliseconds / 1000).toFixed(1)} s\n`)
        comparisons.push(...compared)
      }
      return { comparisons, missing: [] }
    } finally {
      folder.remove()
    }
  },
}
