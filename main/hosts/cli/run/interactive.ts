import type { PlanStep } from '../../../core/run/plan.ts'
import type { ExitCode } from '../exit-codes.ts'
import { EXIT } from '../exit-codes.ts'
import { ContractError } from '../../../contract/frames.ts'
import { printable } from '../printable.ts'
import { proseLine } from '../prose.ts'
import { stepLine } from '../record/run-text.ts'
import { Actions } from './actions.ts'
import { hostsWords } from '../record/hosts-text.ts'
import { blockText } from './block-text.ts'
import { finishedExit } from './ending.ts'
import { currentStep, nextIn, type Next } from './next.ts'
import type { InteractiveOptions } from './interactive-options.ts'
import { InputEnded, Interrupted } from './prompter.ts'
import { stepText } from './step-text.ts'
import { clockText } from './clock-text.ts'
import { showWords } from './witnessing.ts'
import { helpText, readLine } from './verbs.ts'

/** Goes through a run with a person. A bare Enter never does anything. */

export async function runInteractive(options: InteractiveOptions): Promise<ExitCode> {
  const { session, prompter, tell, style } = options
  const actions = new Actions(options)
  let shown: string | undefined
  let interrupts = 0
  for (;;) {
    const { state } = session
    if (state.phase === 'finished' || state.phase === 'aborted') {
      tell(`The run is ${state.phase}. muster show ${session.run} shows it.`)
      await showWords(options)
      return finishedExit(state)
    }
    const step = actions.focus ?? currentStep(state)
    if (step !== undefined && shown !== step.id) {
      tell(stepText(state, step, session.source(step.id), style))
      shown = step.id
    }
    const next = step && nextIn(state, step, session.source(step.id))
    try {
      const line = await prompter.ask(question(options, step, next))
      interrupts = 0
      const spoken = readLine(line)
      if (spoken === undefined) continue
      if (spoken.verb === undefined) {
        tell(
          `  “${printable(spoken.word)}” is not a word I know.${spoken.near === undefined ? '' : ` Did you mean “${spoken.near}”?`} ? lists them.`,
        )
        continue
      }
      if (spoken.verb === 'help') tell(helpText())
      else if (spoken.verb === 'show') shown = undefined
      else if (spoken.verb === 'list')
        for (const each of state.plan.steps) tell(`  ${stepLine(state, each, style)}`)
      else {
        const left = await actions.perform(spoken.verb, spoken.rest, step, next)
        if (left !== undefined) return left
      }
    } catch (error) {
      if (error instanceof InputEnded) return leave(options)
      if (error instanceof ContractError) {
        // Nothing was done: a full disk for example. The person can put it right and try again.
        tell(`  ${printable(error.message)}`)
        continue
      }
      if (!(error instanceof Interrupted)) throw error
      interrupts++
      if (interrupts >= 2) return leave(options)
      tell('  Nothing runs. Ctrl-C again leaves the run open and ends; “stop” asks how to end it.')
    }
  }
}

function leave({ tell, session }: InteractiveOptions): ExitCode {
  tell(`The run stays open: muster resume ${session.run}`)
  return EXIT.unfinished
}

/** What is shown above the cursor: the next thing exactly, then the words that fit it. */
function question(
  { session, tell, style }: InteractiveOptions,
  step: PlanStep | undefined,
  next: Next | undefined,
): string {
  const { state } = session
  if (state.phase === 'paused') return 'The run is paused. resume, note, stop, ? › '
  if (step === undefined || next === undefined)
    return 'Every step is settled. finish, note, stop, ? › '
  tell('')
  const clock = clockText(state, Date.now())
  if (clock !== undefined) tell(`  ${style(clock.late ? ['red', 'bold'] : 'dim', clock.text)}`)
  switch (next.kind) {
    case 'block': {
      tell(blockText(step, next.block, style, { hosts: hostsWords(state, step, next.block) }))
      const status = state.blocks[next.block.id]?.status
      if (status === 'unknown') {
        return 'Nobody knows how this ended. Look, then: settle done, settle failed, run, ? › '
      }
      if (status === 'failed')
        return 'It did not pass. run, edit, settle, mark, skip, note, stop, ? › '
      return 'run, edit, skip, mark, note, stop, ? › '
    }
    case 'item':
      tell(`  [ ] ${proseLine(next.item.text, style)}`)
      return 'confirm, skip, mark, note, stop, ? › '
    case 'decision':
      tell(`  ${printable(next.question)}`)
      for (const { id, label } of next.options)
        tell(`    ${style('bold', printable(id))}  ${printable(label)}`)
      return 'decide OPTION, skip, note, stop, ? › '
    case 'complete':
      for (const [index, block] of step.blocks.entries()) {
        if (block.verb === 'rollback') continue
        tell(
          style(
            'dim',
            `  ${index + 1}. ${state.mode === 'walkthrough' ? 'not executed in a walkthrough' : `“run ${index + 1}” runs it`}`,
          ),
        )
        tell(blockText(step, block, style, { hosts: hostsWords(state, step, block) }))
      }
      return 'done, skip, mark, note, stop, ? › '
    case 'rolled-back':
      return 'Was it rolled back? done, mark failed, note, ? › '
    case 'settled':
      return `${printable(step.title)} is ${state.steps[step.id]?.status ?? 'settled'}. go, reopen, rollback, note, stop, ? › `
  }
}
