import { parseMarkdown } from '../../main/core/runbook/markdown.ts'
import { parseRunbook } from '../../main/core/runbook/parse.ts'
import { longRunbook } from './long-runbook.ts'
import { compare, timed, type Benchmark } from './measure.ts'

/** Reading a runbook of 1 MB (model, gates, references, diagnostics) against parsing the same text to a Markdown tree. */

const BYTES = 1_000_000
const ROUNDS = 3

export const parse: Benchmark = {
  name: 'parse',
  async run() {
    const source = longRunbook(BYTES)
    const { steps } = parseRunbook(source).runbook
    return {
      comparisons: await compare({
        benchmark: `parse 1 MB (${steps.length} steps)`,
        unit: 'ms',
        better: 'less',
        rounds: ROUNDS,
        subjects: [{ name: 'Muster, parseRunbook', once: () => timed(() => parseRunbook(source)) }],
        baselines: [{ name: 'bare mdast', once: () => timed(() => parseMarkdown(source)) }],
      }),
      missing: [],
    }
  },
}
