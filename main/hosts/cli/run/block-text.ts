import { formatDuration } from '../../../core/runbook/duration.ts'
import { isKnown, outcomeWords } from '../../../core/run/gates.ts'
import type { PlanBlock, PlanStep } from '../../../core/run/plan.ts'
import type { Attempt } from '../../../core/run/state.ts'
import type { Style } from '../console.ts'
import { printable } from '../printable.ts'
import { hostLines } from '../record/hosts-text.ts'
import { spanText } from '../record/run-text.ts'
import { factLines } from '../record/facts-text.ts'

/** Blocks and their results as a terminal shows them: exactly what would be sent, where, and what must come back. */

function facts(block: PlanBlock, target: string | undefined): string {
  const words: string[] = [
    `${block.verb} ${target === undefined ? '(no target yet)' : `on ${target}`}`,
    block.language,
  ]
  if (block.session !== undefined) words.push(`shell “${block.session}”`)
  if (block.pty || block.verb === 'terminal') words.push('in a terminal')
  if (block.timeoutMs !== undefined) words.push(`at most ${formatDuration(block.timeoutMs)}`)
  if (block.everyMs !== undefined)
    words.push(
      `again every ${formatDuration(block.everyMs)} for ${formatDuration(block.forMs ?? 60_000)}`,
    )
  if (block.capture !== undefined) words.push(`keeps ${block.capture}`)
  return words.join(' · ')
}

function wanted(block: PlanBlock): string[] {
  const words: string[] = []
  if (block.exit !== undefined) words.push(`exit ${block.exit.join(' or ')}`)
  if (block.status !== undefined) words.push(`status ${block.status.join(' or ')}`)
  if (block.maxMs !== undefined) words.push(`within ${formatDuration(block.maxMs)}`)
  for (const { mode, text } of block.expectations) words.push(`${mode}: ${text}`)
  return words
}

/** A text with a bar before each line. */
function barred(text: string, style: Style): string[] {
  return printable(text)
    .split('\n')
    .map((line) => `  ${style('dim', '┃')} ${line}`)
}

/** What would run. `text` in place of the block's own code when it was edited. */
export function blockText(
  step: PlanStep,
  block: PlanBlock,
  style: Style,
  chosen: {
    readonly target?: string | undefined
    readonly text?: string | undefined
    /** Which hosts the target is, in words. */
    readonly hosts?: string | undefined
  } = {},
): string {
  const target = block.target ?? step.target ?? chosen.target
  const expects = wanted(block)
  return [
    `  ${style('bold', printable(facts(block, target)))}`,
    ...(chosen.hosts === undefined ? [] : [`  ${style('bold', chosen.hosts)}`]),
    ...barred(chosen.text ?? block.code, style),
    ...expects.flatMap((expectation) => [
      `  ${style('dim', 'expects')} ${printable(expectation).replaceAll('\n', '\n          ')}`,
    ]),
  ].join('\n')
}

/** How an attempt ended, with every gate that did not pass. */
export function resultText(attempt: Attempt, style: Style): string {
  const { outcome } = attempt
  if (outcome === undefined) return `  ${style('cyan', '▸')} running`
  const words = `${outcomeWords(outcome)}${attempt.durationMs === undefined ? '' : ` after ${spanText(attempt.durationMs)}`}`
  const mark = attempt.passed === true ? style('green', '✓') : style('red', '✗')
  // An unknown end has been said already; an answer that is an error has not.
  const failed = attempt.gates.filter(
    ({ passed, gate }) => !passed && (gate !== 'outcome' || isKnown(outcome)),
  )
  return [
    `  ${mark} ${printable(words)}`,
    ...failed.map(
      ({ gate, wanted: want, seen }) =>
        `    ${gate}: wanted ${printable(want)}, saw ${printable(seen)}`,
    ),
    ...hostLines(attempt, style).map((line) => `    ${line}`),
    ...factLines(attempt, style).map((line) => `    ${line}`),
  ].join('\n')
}
