import { parseMarkdown } from '../../main/core/runbook/markdown.ts'
import { parseRunbook } from '../../main/core/runbook/parse.ts'
import { HOSTILE } from '../core/runbook/support/hostile.ts'
import { NEAR_LIMITS } from '../core/runbook/support/megabytes.ts'
import { longRunbook } from './long-runbook.ts'
import { compare, timed, type Benchmark, type Comparison } from './measure.ts'

/**
 * Reading a runbook of 1 MB (model, gates, references, diagnostics) against parsing the same text to a Markdown tree; and
 * the costliest megabyte of all that the tests know, read or refused, against the bound of one second.
 */

const BYTES = 1_000_000
const ROUNDS = 3
const BOUND_MS = 1_000

async function costliest(): Promise<readonly Comparison[]> {
  const all: Comparison[] = []
  for (const [name, source] of Object.entries({ ...NEAR_LIMITS, ...HOSTILE })) {
    all.push(
      ...(await compare({
        benchmark: `costliest 1 MB (${name})`,
        unit: 'ms',
        better: 'less',
        rounds: ROUNDS,
        subjects: [{ name: 'Muster, parseRunbook', once: () => timed(() => parseRunbook(source)) }],
        baselines: [{ name: 'the bound', once: () => BOUND_MS }],
      })),
    )
  }
  return all.toSorted((left, right) => right.ratio - left.ratio).slice(0, 1)
}

export const parse: Benchmark = {
  name: 'parse',
  async run() {
    const source = longRunbook(BYTES)
    const { steps } = parseRunbook(source).runbook
    return {
      comparisons: [
        ...(await compare({
          benchmark: `parse 1 MB (${steps.length} steps)`,
          unit: 'ms',
          better: 'less',
          rounds: ROUNDS,
          subjects: [
            { name: 'Muster, parseRunbook', once: () => timed(() => parseRunbook(source)) },
          ],
          baselines: [{ name: 'bare mdast', once: () => timed(() => parseMarkdown(source)) }],
        })),
        ...(await costliest()),
      ],
      missing: [],
    }
  },
}
