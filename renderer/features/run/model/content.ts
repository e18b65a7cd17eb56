import type { PlanBlock, PlanStep } from '../../../../main/core/run/plan.ts'
import type { Runbook, Step } from '../../../../main/core/runbook/model.ts'

/**
 * What the middle of the screen shows of a step, in source order. Words come from the parsed source; what can be done
 * comes from the plan that the run has frozen. Where the two disagree (a parser of another version read the source),
 * the plan wins, and nothing of it is left out.
 */

export type Part =
  | { readonly kind: 'prose'; readonly key: string; readonly markdown: string }
  | {
      readonly kind: 'snippet'
      readonly key: string
      readonly language: string
      readonly code: string
    }
  | {
      readonly kind: 'items'
      readonly key: string
      readonly items: readonly { readonly id: string; readonly text: string }[]
    }
  | { readonly kind: 'block'; readonly key: string; readonly block: PlanBlock }

/** The parts of a plan's step. `source` is the same step of the parsed source, where there is one. */
export function partsOf(planned: PlanStep, source: Step | undefined): readonly Part[] {
  const blocks = new Map(planned.blocks.map((block) => [block.id, block]))
  const items = new Map(planned.items.map((item) => [item.id, item]))
  const parts: Part[] = []
  for (const [index, content] of (source?.content ?? []).entries()) {
    const key = `${planned.id}:${index}`
    switch (content.kind) {
      case 'prose':
        parts.push({ kind: 'prose', key, markdown: content.markdown })
        break
      case 'snippet':
        parts.push({ kind: 'snippet', key, language: content.language, code: content.code })
        break
      case 'items': {
        const shown = content.items.flatMap(({ id }) => items.get(id) ?? [])
        for (const { id } of shown) items.delete(id)
        if (shown.length > 0) parts.push({ kind: 'items', key, items: shown })
        break
      }
      case 'block': {
        const block = blocks.get(content.id)
        blocks.delete(content.id)
        if (block !== undefined) parts.push({ kind: 'block', key, block })
        break
      }
    }
  }
  if (items.size > 0) {
    parts.push({ kind: 'items', key: `${planned.id}:rest`, items: [...items.values()] })
  }
  for (const block of blocks.values()) parts.push({ kind: 'block', key: block.id, block })
  return parts
}

/** The parsed step behind a plan's step. */
export function sourceStep(runbook: Runbook | undefined, id: string): Step | undefined {
  return runbook?.steps.find((step) => step.id === id)
}

/** Steps in plan order under their phases' titles; a title that comes again later is a phase of its own. */
export function phasesOf(steps: readonly PlanStep[]): readonly {
  readonly title: string
  readonly key: string
  readonly steps: readonly PlanStep[]
}[] {
  const phases: { title: string; key: string; steps: PlanStep[] }[] = []
  for (const step of steps) {
    const last = phases.at(-1)
    if (last !== undefined && last.title === step.phase) last.steps.push(step)
    else phases.push({ title: step.phase, key: `${phases.length}:${step.phase}`, steps: [step] })
  }
  return phases
}
