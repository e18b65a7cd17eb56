import { readGuideFence } from './fence.ts'
import type { Piece } from './content.ts'
import type { Block, Phase, Prose, Runbook, Snippet, Step, StepContent } from './model.ts'
import type { Positions } from './positions.ts'
import { Slugs } from './slug.ts'

/**
 * Any other Markdown file. Every heading but the title is a step, headings of the first two levels also begin a phase;
 * task items can be ticked, fences copied or, after a target was chosen, run. Nothing is required of such a file.
 */

interface OpenStep {
  readonly id: string
  readonly title: string
  readonly phase: number
  readonly range: Step['range']
  readonly content: StepContent[]
  blocks: number
  items: number
}

export function readGuide(
  pieces: readonly Piece[],
  source: string,
  positions: Positions,
  name: string,
): Runbook {
  const slugs = new Slugs()
  const phases: Phase[] = []
  const steps: OpenStep[] = []
  const introduction: (Prose | Snippet)[] = []
  let title: string | undefined
  let current: OpenStep | undefined

  function begin(heading: string, depth: number, range: Step['range']): OpenStep {
    if (depth <= 2 || phases.length === 0) {
      phases.push({
        id: `phase-${phases.length + 1}`,
        title: depth <= 2 ? heading : '',
        prose: [],
        range,
      })
    }
    const step = {
      id: slugs.make(heading),
      title: heading,
      phase: phases.length - 1,
      range,
      content: [],
      blocks: 0,
      items: 0,
    }
    steps.push(step)
    return step
  }

  /** What needs a step before the first heading gets one with the title of the file. */
  function stepFor(range: Step['range']): OpenStep {
    current ??= begin(title ?? name, 2, range)
    return current
  }

  function add(part: Prose | Snippet | Block): void {
    if (current) current.content.push(part)
    else if (part.kind !== 'block') introduction.push(part)
    else stepFor(part.range).content.push(part)
  }

  for (const piece of pieces) {
    switch (piece.kind) {
      case 'heading':
        if (title === undefined && piece.depth === 1 && steps.length === 0) title = piece.title
        else current = begin(piece.title, piece.depth, piece.range)
        break
      case 'prose':
        add({ kind: 'prose', markdown: piece.markdown, range: piece.range })
        break
      case 'fence': {
        const meaning = readGuideFence(piece, source, positions)
        if (meaning.kind === 'snippet') add(meaning)
        else {
          const step = stepFor(piece.range)
          step.blocks++
          step.content.push({ ...meaning, id: `${step.id}/${step.blocks}`, expectations: [] })
        }
        break
      }
      case 'item': {
        const step = stepFor(piece.range)
        step.items++
        const item = { id: `${step.id}/item-${step.items}`, text: piece.text, range: piece.range }
        const last = step.content.at(-1)
        if (last?.kind === 'items')
          step.content[step.content.length - 1] = { kind: 'items', items: [...last.items, item] }
        else step.content.push({ kind: 'items', items: [item] })
        break
      }
      case 'quoted-fence':
        break
    }
  }

  return {
    format: 'guide',
    title: title ?? steps[0]?.title ?? name,
    kind: 'guide',
    objectives: {},
    roles: [],
    inputs: [],
    targets: [],
    escalation: [],
    introduction,
    phases,
    steps: steps.map(({ blocks: _blocks, items: _items, ...step }) => ({
      ...step,
      risk: 'caution',
      checklist: 'do-confirm',
      when: [],
      needs: [],
      pointOfNoReturn: false,
    })),
  }
}
