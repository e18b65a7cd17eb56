import { formatDuration } from '../../../core/runbook/duration.ts'
import type { Step } from '../../../core/runbook/model.ts'
import type { PlanStep } from '../../../core/run/plan.ts'
import type { RunState } from '../../../core/run/state.ts'
import type { Style } from '../console.ts'
import { printable } from '../printable.ts'
import { proseLine, proseText } from '../prose.ts'

/** A step as a terminal shows it. */

/** `text` is safe to print. */
function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')
}

/** Heading, risk, what it needs, and the prose; blocks and items follow when their turn comes. */
export function stepText(
  state: RunState,
  step: PlanStep,
  source: Step | undefined,
  style: Style,
): string {
  const at = state.plan.steps.findIndex(({ id }) => id === step.id) + 1
  const facts: string[] = []
  if (step.risk === 'destructive') facts.push(style(['red', 'bold'], 'DESTRUCTIVE'))
  if (step.risk === 'caution') facts.push(style('yellow', 'caution'))
  if (step.pointOfNoReturn) facts.push(style(['red', 'bold'], 'point of no return'))
  if (step.target !== undefined) facts.push(`on ${printable(step.target)}`)
  if (step.budgetMs !== undefined) facts.push(`planned ${formatDuration(step.budgetMs)}`)
  if (step.approve !== undefined)
    facts.push(`approved by ${printable(step.approve.role)}, ${step.approve.quorum} in all`)
  const phase = step.phase === '' ? '' : `${printable(step.phase)} · `
  const lines = [
    '',
    style(
      'bold',
      `── ${at}/${state.plan.steps.length} ${phase}${printable(step.title)} ${style('dim', `[${step.id}]`)}`,
    ),
  ]
  if (facts.length > 0) lines.push(`  ${facts.join(' · ')}`)
  for (const part of source?.content ?? []) {
    if (part.kind === 'prose') lines.push('', indented(proseText(part.markdown, style)))
    if (part.kind === 'snippet')
      lines.push(
        '',
        indented(printable(`${part.language === '' ? 'text' : part.language}, not run:`)),
        indented(printable(part.code)),
      )
    if (part.kind === 'items')
      for (const item of part.items) {
        const done = state.items[item.id]?.confirmed !== undefined
        lines.push(`  [${done ? 'x' : ' '}] ${proseLine(item.text, style)}`)
      }
  }
  return lines.join('\n')
}

const MODES = {
  live: ['red', 'LIVE'],
  drill: ['blue', 'DRILL'],
  walkthrough: ['cyan', 'WALKTHROUGH: nothing executes'],
} as const

/** The first lines of a run. */
export function headText(state: RunState, data: string, style: Style): string {
  const [look, words] = MODES[state.mode]
  return [
    `${style(['bold', look], words)} ${style('bold', printable(state.plan.title))}`,
    `Run ${state.run}, commanded by ${printable(state.commander)}. Every action is recorded in ${printable(data)}.`,
  ].join('\n')
}
