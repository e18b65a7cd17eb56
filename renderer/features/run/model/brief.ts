import type { RunState } from '../../../../main/core/run/state.ts'
import { durationText } from '../../../../main/core/report/duration.ts'
import { countSteps, currentStep, runningBlocks, unknownBlocks } from './position.ts'

/** A first text for a handover brief: where the run stands, in a few lines that a person then corrects. */
export function briefOf(state: RunState, now: number): string {
  const counts = countSteps(state)
  const current = currentStep(state)
  const since = state.declaredAt ?? state.startedAt
  const lines = [
    `${state.severity === undefined ? '' : `${state.severity}, `}running for ${durationText(now - since)}; ${counts.settled} of ${counts.total} steps settled.`,
    current === undefined ? 'No step is open.' : `Now at: ${current.title}.`,
  ]
  const running = runningBlocks(state).length
  const unknown = unknownBlocks(state).length
  if (running > 0)
    lines.push(`${running} ${running === 1 ? 'command is' : 'commands are'} running.`)
  if (unknown > 0)
    lines.push(`${unknown} ${unknown === 1 ? 'outcome is' : 'outcomes are'} unknown.`)
  const todo = state.notes
    .flat()
    .filter((note) => note.kind === 'todo')
    .slice(-3)
  for (const note of todo) lines.push(`To do: ${note.text}`)
  return lines.join('\n')
}
