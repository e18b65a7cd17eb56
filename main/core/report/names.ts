import type { Plan, PlanBlock, PlanStep } from '../run/plan.ts'

/** Finds things of a plan by their id. Built once per plan: a plan never changes within a run. */
export interface PlanNames {
  readonly step: (id: string) => PlanStep | undefined
  readonly block: (id: string) => PlanBlock | undefined
  /** The step a block or an item belongs to. */
  readonly stepOf: (blockOrItem: string) => PlanStep | undefined
  readonly itemText: (id: string) => string | undefined
  /** Position of a step, from 1. */
  readonly number: (step: string) => number | undefined
  /** `Promote the replica`, in typographic quotes; the id where the plan does not know it. */
  readonly quoted: (step: string) => string
  /** `run on replica of “Promote the replica”`, with its number where the step has several blocks. */
  readonly blockName: (block: string) => string
  readonly optionLabel: (step: string, option: string) => string
}

const VERB_NOUNS = {
  run: 'command',
  check: 'check',
  rollback: 'rollback',
  terminal: 'terminal',
  upload: 'upload',
  download: 'download',
} as const

/** The index of `plan`. */
export function namesOf(plan: Plan): PlanNames {
  const steps = new Map(plan.steps.map((step) => [step.id, step]))
  const numbers = new Map(plan.steps.map((step, index) => [step.id, index + 1]))
  const blocks = new Map<string, { block: PlanBlock; step: PlanStep; name: string }>()
  const items = new Map<string, { text: string; step: PlanStep }>()
  for (const step of plan.steps) {
    step.blocks.forEach((block, index) => {
      const noun = VERB_NOUNS[block.verb]
      const name = step.blocks.length > 1 ? `${noun} ${index + 1}` : `the ${noun}`
      blocks.set(block.id, { block, step, name })
    })
    for (const item of step.items) items.set(item.id, { text: item.text, step })
  }
  const quoted = (id: string): string => `“${steps.get(id)?.title ?? id}”`
  return {
    step: (id) => steps.get(id),
    block: (id) => blocks.get(id)?.block,
    stepOf: (id) => blocks.get(id)?.step ?? items.get(id)?.step,
    itemText: (id) => items.get(id)?.text,
    number: (id) => numbers.get(id),
    quoted,
    blockName: (id) => {
      const found = blocks.get(id)
      return found === undefined ? `block ${id}` : `${found.name} of ${quoted(found.step.id)}`
    },
    optionLabel: (id, option) =>
      steps.get(id)?.decide?.options.find((candidate) => candidate.id === option)?.label ?? option,
  }
}
