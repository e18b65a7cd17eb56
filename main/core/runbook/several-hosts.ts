import type { Diagnostics } from './diagnostics.ts'
import type { Head } from './frontmatter.ts'
import { blocksOf, type Block, type Step } from './model.ts'
import type { StepPlaces } from './steps.ts'

/** What a target of several hosts cannot do, and what a strategy needs. */

/** Why a block is for one host; undefined where it may run on several. */
function needsOneHost(block: Block): string | undefined {
  if (block.verb === 'terminal') return 'a terminal is on one host'
  if (block.pty) return 'a block with a terminal is on one host'
  if (block.session !== undefined) return 'a shared shell is on one host'
  if (block.capture !== undefined) return `${block.capture} would have a value of each host`
  return undefined
}

/** Whether a check on the same target follows a block that acts, before the next one that does. */
function hasBatchCheck(step: Step): boolean {
  const blocks = blocksOf(step)
  return blocks.some((block, index) => {
    const next = blocks[index + 1]
    return (
      block.verb !== 'check' &&
      next?.verb === 'check' &&
      (next.target ?? step.target) === (block.target ?? step.target)
    )
  })
}

/** Checks of steps and blocks whose target lists hosts, and of `strategy`. */
export function checkSeveralHosts(
  head: Head,
  steps: readonly Step[],
  places: ReadonlyMap<string, StepPlaces>,
  diagnostics: Diagnostics,
): void {
  const targets = new Map(head.targets.map((target) => [target.name, target]))
  for (const step of steps) {
    for (const block of blocksOf(step)) {
      const target = targets.get(block.target ?? step.target ?? '')
      const why = needsOneHost(block)
      if (why !== undefined && target !== undefined && target.hosts.length > 1) {
        diagnostics.add(
          'one-host-only',
          block.range,
          `“${target.name}” is ${target.hosts.length} hosts, and ${why}. Give it a target that is one host.`,
        )
      }
    }
    if (step.strategy === undefined) continue
    const range = places.get(step.id)?.rangeOf('strategy') ?? step.range
    const kinds = [step.target, ...blocksOf(step).map(({ target }) => target)].map(
      (name) => targets.get(name ?? '')?.kind,
    )
    if (!kinds.includes('ssh')) {
      diagnostics.add(
        'strategy-one-place',
        range,
        'A strategy says how to go over several hosts, and this step has no ssh target. Remove it, or name the target with “on”.',
      )
    } else if (step.strategy.checkBatches === true && !hasBatchCheck(step)) {
      diagnostics.add(
        'batch-check-missing',
        range,
        'With check-batches a check on the same target stands behind the block: it is run on each batch before the next one starts.',
      )
    }
  }
}
