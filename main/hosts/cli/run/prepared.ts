import type { PlanBlock, PlanStep } from '../../../core/run/plan.ts'
import { approvalFor, approvalProgress, targetOf } from '../../../core/run/rules.ts'
import type { Command } from '../../../core/run/commands.ts'
import type { Console, Style } from '../console.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { printable } from '../printable.ts'
import { proseLine } from '../prose.ts'
import type { Answers } from './answers.ts'
import { hostsWords } from '../record/hosts-text.ts'
import { blockText, resultText } from './block-text.ts'
import { finishedExit } from './ending.ts'
import { currentStep, nextIn, type Next } from './next.ts'
import type { RunSession } from './run-session.ts'
import { stepText } from './step-text.ts'

/** Goes through a run with prepared answers. Asks nothing, and stops where they end. */

/** Why it cannot go on. The run stays open. */
class Halt extends Error {
  readonly exit: ExitCode
  constructor(exit: ExitCode, message: string) {
    super(message)
    this.name = 'Halt'
    this.exit = exit
  }
}

function confirmed(answers: Answers, step: string): boolean {
  return answers.confirm === 'all' || answers.confirm.includes(step)
}

export interface PreparedOptions {
  readonly session: RunSession
  readonly answers: Answers
  /** Where progress is told. */
  readonly tell: (text: string) => void
  readonly style: Style
  readonly console: Console
}

export async function runPrepared(options: PreparedOptions): Promise<ExitCode> {
  const { session, console } = options
  try {
    await session.until(({ phase }) => phase !== 'none')
    if (session.state.phase === 'paused') await perform(session, { type: 'run.resume' })
    for (;;) {
      const step = currentStep(session.state)
      if (step === undefined) break
      await goThrough(step, options)
    }
    await perform(session, { type: 'run.finish' })
    options.tell(`\nThe run is finished. muster show ${session.run} shows it.`)
    return finishedExit(session.state)
  } catch (error) {
    if (!(error instanceof Halt)) throw error
    console.say(`muster: ${error.message}`)
    console.say(`The run stays open: muster resume ${session.run}`)
    return error.exit
  }
}

async function perform(session: RunSession, command: Command): Promise<void> {
  const result = await session.command(command)
  if (!result.ok) throw new Halt(EXIT.unfinished, result.message)
}

async function goThrough(step: PlanStep, options: PreparedOptions): Promise<void> {
  const { session, answers, tell, style } = options
  const source = session.source(step.id)
  const status = session.state.steps[step.id]?.status
  if (status === 'rolling-back')
    throw new Halt(EXIT.unfinished, `${step.id} is being rolled back, which a person goes on with.`)
  const why = answers.skip[step.id]
  tell(stepText(session.state, step, source, style))
  if (why !== undefined) {
    tell(`  – skipped: ${printable(why)}`)
    await perform(session, { type: 'step.skip', step: step.id, reason: why })
    return
  }
  if (status === 'pending') await perform(session, { type: 'step.begin', step: step.id })
  for (;;) {
    const next = nextIn(session.state, step, source)
    if (next.kind === 'settled') return
    await doNext(next, options)
  }
}

async function doNext(next: Next, options: PreparedOptions): Promise<void> {
  const { session, answers, tell, style } = options
  const { step } = next
  switch (next.kind) {
    case 'block':
      await runBlock(step, next.block, options)
      return
    case 'item':
      if (!confirmed(answers, step.id)) {
        throw new Halt(
          EXIT.unfinished,
          `${step.id} has an item that the answers do not confirm: ${proseLine(next.item.text, (_look, words) => words)}`,
        )
      }
      tell(`  [x] ${proseLine(next.item.text, style)}`)
      await perform(session, { type: 'item.confirm', item: next.item.id })
      return
    case 'decision': {
      const option = answers.decide[step.id]
      if (option === undefined) {
        throw new Halt(
          EXIT.unfinished,
          `${step.id} needs a decision that the answers do not have: ${printable(next.question)} (${next.options.map(({ id }) => id).join(', ')})`,
        )
      }
      tell(`  decided: ${printable(option)}`)
      await perform(session, { type: 'decision.make', step: step.id, option })
      return
    }
    case 'complete':
      if (!confirmed(answers, step.id)) {
        throw new Halt(
          EXIT.unfinished,
          `${step.id} has to be read and confirmed, and the answers do not confirm it.`,
        )
      }
      await perform(session, { type: 'step.complete', step: step.id })
      return
    case 'rolled-back':
    case 'settled':
      return
  }
}

async function runBlock(step: PlanStep, block: PlanBlock, options: PreparedOptions): Promise<void> {
  const { session, tell, style } = options
  const before = session.state.blocks[block.id]
  if (before?.status === 'unknown') {
    throw new Halt(
      EXIT.unfinished,
      `Nobody knows how ${block.id} ended the last time. A person has to say what happened.`,
    )
  }
  if (before?.status === 'gave-up')
    throw new Halt(EXIT.unfinished, `${block.id} was given up. A person has to go on.`)
  if (block.verb === 'terminal')
    throw new Halt(EXIT.unfinished, `${block.id} is an interactive terminal and needs a person.`)
  tell('')
  tell(blockText(step, block, style, { hosts: hostsWords(session.state, step, block) }))
  await approve(step, block, options)
  await perform(session, { type: 'block.run', block: block.id })
  await session.ended(block.id)
  const attempt = session.state.blocks[block.id]?.attempts.at(-1)
  if (attempt !== undefined) tell(resultText(attempt, style))
  const status = session.state.blocks[block.id]?.status
  if (status !== 'passed' && status !== 'done') {
    throw new Halt(
      EXIT.unfinished,
      status === 'unknown'
        ? `Nobody knows how ${block.id} ended. Nothing is run again by itself.`
        : `${block.id} did not pass.`,
    )
  }
}

/** In live mode an approval is a person's, given while it matters. A drill may take it from the answers. */
async function approve(step: PlanStep, block: PlanBlock, options: PreparedOptions): Promise<void> {
  const { session, answers } = options
  const needed = approvalFor(step, block)
  const target = targetOf(step, block)
  if (needed === undefined || target === undefined) return
  const missing = (): string | undefined => {
    const progress = approvalProgress(session.state, step, block, target, block.code)
    return progress === undefined || progress.complete ? undefined : progress.missing
  }
  if (missing() === undefined) return
  if (session.state.mode !== 'drill' || !confirmed(answers, step.id)) {
    throw new Halt(
      EXIT.approval,
      step.risk === 'destructive'
        ? `${block.id} is destructive. Its approval is never taken from prepared answers: a person gives it, for exactly this text on ${target}.`
        : `${block.id} needs ${missing() ?? 'an approval'}. Approvals are never taken from prepared answers.`,
    )
  }
  await perform(session, { type: 'approval.grant', block: block.id, by: session.actor })
  const still = missing()
  if (still !== undefined) throw new Halt(EXIT.approval, `${block.id} still needs ${still}.`)
}
