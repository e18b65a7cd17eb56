import { outcomeWords } from '../../../core/run/gates.ts'
import type { PlanStep } from '../../../core/run/plan.ts'
import type { BlockStatus, RunState, StepStatus } from '../../../core/run/state.ts'
import { formatDuration } from '../../../core/runbook/duration.ts'
import type { Look, Style } from '../console.ts'
import { printable } from '../printable.ts'
import { proseLine } from '../prose.ts'
import { attachmentLines } from './attachment-lines.ts'
import { injectLines } from './inject-lines.ts'
import { lastOutcome } from './document.ts'
import { hostLines } from './hosts-text.ts'
import { factLines } from './facts-text.ts'
import type { RunStatus } from './read-run.ts'

/** A run for reading in a terminal. */

const STEP_MARKS: Readonly<Record<StepStatus, readonly [string, Look]>> = {
  pending: ['·', 'dim'],
  active: ['▸', 'cyan'],
  done: ['✓', 'green'],
  failed: ['✗', 'red'],
  skipped: ['–', 'yellow'],
  'not-needed': ['–', 'dim'],
  'rolling-back': ['↶', 'yellow'],
  'rolled-back': ['↶', 'yellow'],
}

const BLOCK_MARKS: Readonly<Record<BlockStatus, readonly [string, Look]>> = {
  idle: ['·', 'dim'],
  running: ['▸', 'cyan'],
  passed: ['✓', 'green'],
  failed: ['✗', 'red'],
  unknown: ['?', 'magenta'],
  done: ['✓', 'yellow'],
  'gave-up': ['✗', 'red'],
}

/** Local time, to the second. */
export function timeText(epoch: number): string {
  const date = new Date(epoch)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

/** A duration to the second, or to the millisecond when it is shorter. */
export function spanText(milliseconds: number): string {
  return formatDuration(
    milliseconds < 1_000 ? milliseconds : Math.floor(milliseconds / 1_000) * 1_000,
  )
}

/** One line for a step: mark, id, title, state. */
export function stepLine(state: RunState, step: PlanStep, style: Style): string {
  const current = state.steps[step.id]
  const status = current?.status ?? 'pending'
  const [mark, look] = STEP_MARKS[status]
  const reason = current?.reason === undefined ? '' : ` (${printable(current.reason)})`
  return `${style(look, mark)} ${printable(step.title)} ${style('dim', `[${step.id}]`)} ${style(look, status)}${reason}`
}

function stepLines(state: RunState, step: PlanStep, status: RunStatus, style: Style): string[] {
  const lines = [stepLine(state, step, style)]
  for (const block of step.blocks) {
    const current = state.blocks[block.id]
    const outcome = lastOutcome(state, block, status)
    const blockStatus =
      current?.status === 'running' && status === 'interrupted'
        ? 'unknown'
        : (current?.status ?? 'idle')
    const [mark, look] = BLOCK_MARKS[blockStatus]
    const attempts = current?.attempts.length ?? 0
    const target = current?.attempts.at(-1)?.target ?? block.target ?? step.target
    const words = outcome === undefined ? blockStatus : `${blockStatus}, ${outcomeWords(outcome)}`
    lines.push(
      `    ${style(look, mark)} ${block.verb}${target === undefined ? '' : ` on ${printable(target)}`}: ${printable(words)}${attempts > 1 ? ` (attempt ${attempts})` : ''}`,
    )
    const last = current?.attempts.at(-1)
    if (last?.hosts !== undefined)
      lines.push(...hostLines(last, style).map((line) => `        ${line}`))
    // What passed did what was expected of it; what did not is looked into.
    if (last !== undefined && last.passed !== true)
      lines.push(...factLines(last, style).map((line) => `        ${line}`))
  }
  for (const { id, text } of step.items) {
    const confirmed = state.items[id]?.confirmed
    lines.push(
      `    [${confirmed === undefined ? ' ' : 'x'}] ${proseLine(text, style)}${confirmed === undefined ? '' : style('dim', ` ${printable(confirmed.by)}`)}`,
    )
  }
  const decision = state.decisions[step.id]
  if (decision !== undefined) lines.push(`    decided: ${printable(decision.option)}`)
  return lines
}

/** The whole run. `status` as shown everywhere else. */
export function runText(state: RunState, status: RunStatus, style: Style): string {
  const lines = [
    style('bold', printable(state.plan.title)),
    `${state.run} · ${state.mode} · ${status} · ${printable(state.commander)}${state.severity === undefined ? '' : ` · ${state.severity}`}`,
    `started ${timeText(state.startedAt)}${state.endedAt === undefined ? '' : `, ended ${timeText(state.endedAt)} (${spanText(state.endedAt - state.startedAt)})`}`,
    `${printable(state.runbook.path)} ${style('dim', `sha256 ${state.runbook.sha256}`)}`,
  ]
  const inputs = Object.entries(state.inputs)
  if (inputs.length > 0)
    lines.push(`inputs: ${inputs.map(([name, value]) => `${name}=${printable(value)}`).join(' ')}`)
  lines.push('')
  for (const step of state.plan.steps) lines.push(...stepLines(state, step, status, style))
  lines.push(...attachmentLines(state))
  lines.push(...injectLines(state, timeText))
  if (state.deviations.length > 0) {
    lines.push('', 'Deviations:')
    for (const { kind, step, block, by, reason } of state.deviations)
      lines.push(
        `  ${kind}${step === undefined && block === undefined ? '' : ` ${block ?? step}`}: ${printable(reason)} (${printable(by)})`,
      )
  }
  if (state.notes.length > 0) {
    lines.push('', 'Notes:')
    for (const { kind, text, by, at } of state.notes.flat())
      lines.push(`  ${timeText(at)} ${kind} ${printable(by)}: ${printable(text)}`)
  }
  lines.push('', `${state.seq} events, head ${state.head}`)
  return lines.join('\n')
}
