import { own } from '../../../../main/core/own.ts'
import type { Command } from '../../../../main/core/run/commands.ts'
import type { PlanBlock, PlanStep } from '../../../../main/core/run/plan.ts'
import { approvalProgress, targetOf } from '../../../../main/core/run/rules.ts'
import { isSettled, type RunState } from '../../../../main/core/run/state.ts'
import type { Ask, Verdict } from './ask.ts'
import type { Part } from './content.ts'
import { counted } from '../../../ui/counted.ts'
import { hostsLeft } from './hosts.ts'
import { currentStep, isOver } from './position.ts'

/** The one thing to do next, as the screen offers it: a command to send, or a panel to open first. */
export type Next =
  | {
      readonly kind: 'send'
      readonly label: string
      readonly command: Command
      readonly verdict: Verdict
      readonly of?: string
    }
  /** A panel of the block: it needs a choice or a person before anything is sent. */
  | {
      readonly kind: 'block'
      readonly panel: 'resolve' | 'stop'
      readonly label: string
      readonly block: string
    }
  /** A block is to run; `need` is what has to come first. */
  | {
      readonly kind: 'run'
      readonly need: 'nothing' | 'target' | 'approval'
      readonly label: string
      readonly block: string
      readonly verdict?: Verdict
    }
  | { readonly kind: 'decide'; readonly label: string; readonly step: string }
  | { readonly kind: 'roll-back-result'; readonly label: string; readonly step: string }
  /** The shown step is settled: go to the one the run is at. */
  | { readonly kind: 'go'; readonly label: string; readonly step: string }
  /** The run is over: what is left is to read it. */
  | { readonly kind: 'report'; readonly label: string }

export interface NextOptions {
  readonly state: RunState
  /** The step that is shown. */
  readonly step: PlanStep | undefined
  /** What is shown of it, in order. */
  readonly parts: readonly Part[]
  readonly ask: Ask
  /** Targets chosen for a guide's fences, and edited texts that wait to be run. */
  readonly choices: {
    readonly targets: Readonly<Record<string, string>>
    readonly edits: Readonly<Record<string, { readonly text: string; readonly reason: string }>>
  }
}

/** What is next on the step that is shown. Whether it may be done is the engine's word, in `verdict`. */
export function nextAction({ state, step, parts, ask, choices }: NextOptions): Next {
  const send = (label: string, command: Command, of?: string): Next => ({
    kind: 'send',
    label,
    command,
    verdict: ask(command),
    ...(of === undefined ? {} : { of }),
  })
  if (isOver(state)) return { kind: 'report', label: 'Read the report' }
  if (state.phase === 'paused') return send('Resume the run', { type: 'run.resume' })
  const at = currentStep(state)
  if (step === undefined) {
    return at === undefined
      ? send('Finish the run', { type: 'run.finish' })
      : { kind: 'go', label: `Go to “${at.title}”`, step: at.id }
  }
  const status = state.steps[step.id]?.status ?? 'pending'
  if (status === 'pending') return send('Begin the step', { type: 'step.begin', step: step.id })

  const urgent = inFlight(state, step)
  if (urgent !== undefined) return urgent
  if (isSettled(status)) {
    if (at === undefined) return send('Finish the run', { type: 'run.finish' })
    return { kind: 'go', label: `Go to “${at.title}”`, step: at.id }
  }
  if (status === 'rolling-back') {
    const block = step.blocks.find((one) => one.verb === 'rollback' && isOpen(state, one.id))
    if (block === undefined) {
      return { kind: 'roll-back-result', label: 'Say how the rollback ended', step: step.id }
    }
    return runOf(block, step, 'Run the rollback')
  }

  for (const part of orderOf(state, step, parts)) {
    if (part.kind === 'item') {
      return send('Confirm the next item', { type: 'item.confirm', item: part.id }, part.id)
    }
    return runOf(
      part.block,
      step,
      state.blocks[part.block.id]?.status === 'failed' ? 'Run again' : RUN_LABELS[part.block.verb],
    )
  }
  if (step.decide !== undefined && own(state.decisions, step.id) === undefined) {
    return { kind: 'decide', label: 'Decide', step: step.id }
  }
  return send('Complete the step', { type: 'step.complete', step: step.id })

  function runOf(block: PlanBlock, of: PlanStep, label: string): Next {
    const target = targetOf(of, block, choices.targets[block.id])
    if (target === undefined) {
      return { kind: 'run', need: 'target', label: 'Choose where to run it', block: block.id }
    }
    const edit = choices.edits[block.id]
    const left = hostsLeft(state, block.id, target, edit?.text ?? block.code)
    const approvals = approvalProgress(state, of, block, target, edit?.text ?? block.code)
    if (approvals?.complete === false) {
      return { kind: 'run', need: 'approval', label: 'Approve', block: block.id }
    }
    const command: Command = {
      type: 'block.run',
      block: block.id,
      ...(targetOf(of, block) === undefined ? { target } : {}),
      ...(edit === undefined ? {} : { edit }),
      ...(left === undefined ? {} : { hosts: [...left] }),
    }
    const where = left === undefined ? '' : ` on ${counted(left.length, 'host')}`
    const words = edit === undefined ? `${label}${where}` : 'Run the edited text'
    return { kind: 'run', need: 'nothing', label: words, block: block.id, verdict: ask(command) }
  }
}

const RUN_LABELS = {
  run: 'Run',
  check: 'Run the check',
  rollback: 'Run the rollback',
  terminal: 'Open the terminal',
  upload: 'Upload',
  download: 'Download',
} as const

/** Blocks of the step that run, or of which nobody knows how they ended, come before all else. */
function inFlight(state: RunState, step: PlanStep): Next | undefined {
  const unknown = step.blocks.find((block) => state.blocks[block.id]?.status === 'unknown')
  if (unknown !== undefined) {
    return {
      kind: 'block',
      panel: 'resolve',
      label: 'Settle the unknown outcome',
      block: unknown.id,
    }
  }
  const running = step.blocks.find((block) => state.blocks[block.id]?.status === 'running')
  return running === undefined
    ? undefined
    : { kind: 'block', panel: 'stop', label: 'Stop', block: running.id }
}

function isOpen(state: RunState, block: string): boolean {
  const status = state.blocks[block]?.status
  return status === undefined || status === 'idle' || status === 'failed'
}

type Open =
  | { readonly kind: 'item'; readonly id: string }
  | { readonly kind: 'block'; readonly block: PlanBlock }

/**
 * Open items and blocks in the order of the source, which is the order its author meant. A guide's fences and whatever a walkthrough shows are not
 * among them: they are never the next thing by themselves.
 */
function orderOf(state: RunState, step: PlanStep, parts: readonly Part[]): readonly Open[] {
  const open = parts.flatMap((part): readonly Open[] => {
    switch (part.kind) {
      case 'items':
        return part.items
          .filter((item) => state.items[item.id]?.confirmed === undefined)
          .map((item) => ({ kind: 'item', id: item.id }))
      case 'block': {
        const { block } = part
        const offered = block.verb !== 'rollback' && !block.implicit && state.mode !== 'walkthrough'
        return offered && isOpen(state, block.id) ? [{ kind: 'block', block }] : []
      }
      case 'prose':
      case 'snippet':
        return []
    }
  })
  if (step.checklist === 'read-do') return open
  // do-confirm: the work first, then the list that confirms it.
  return [
    ...open.filter(({ kind }) => kind === 'block'),
    ...open.filter(({ kind }) => kind === 'item'),
  ]
}
