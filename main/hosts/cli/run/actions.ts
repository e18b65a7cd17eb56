import type { Command } from '../../../core/run/commands.ts'
import { SEVERITIES } from '../../../core/run/events.ts'
import type { PlanBlock, PlanStep } from '../../../core/run/plan.ts'
import { similar } from '../../../core/runbook/similar.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { printable } from '../printable.ts'
import { BlockRunner } from './block-runner.ts'
import type { InteractiveOptions } from './interactive-options.ts'
import type { Next } from './next.ts'
import type { Verb } from './verbs.ts'

/** Does what an operator's word says. Refusals are told; where a reason would help it is asked for. */
export class Actions {
  readonly #options: InteractiveOptions
  readonly #blocks: BlockRunner
  /** A step that is looked at out of turn. */
  #focus: string | undefined

  constructor(options: InteractiveOptions) {
    this.#options = options
    this.#blocks = new BlockRunner(options, (make) => this.#send(make))
  }

  get focus(): PlanStep | undefined {
    return this.#step(this.#focus)
  }

  /** An exit status when the terminal leaves the run. */
  async perform(
    verb: Verb,
    rest: string,
    step: PlanStep | undefined,
    next: Next | undefined,
  ): Promise<ExitCode | undefined> {
    switch (verb) {
      case 'stop':
        return await this.#stop()
      case 'note': {
        const text = rest === '' ? await this.#ask('Note: ') : rest
        if (text !== '') await this.#send(() => ({ type: 'note.add', kind: 'note', text }))
        return undefined
      }
      case 'severity':
        await this.#severity(rest)
        return undefined
      case 'go':
        this.#go(rest)
        return undefined
      case 'pause':
        await this.#send(
          (reason) => ({ type: 'run.pause', ...(reason !== undefined && { reason }) }),
          rest,
        )
        return undefined
      case 'resume':
        await this.#send(() => ({ type: 'run.resume' }))
        return undefined
      case 'finish':
        await this.#send(
          (reason) => ({ type: 'run.finish', ...(reason !== undefined && { reason }) }),
          rest,
        )
        return undefined
      case 'help':
      case 'show':
      case 'list':
        return undefined
      default:
        if (step === undefined || next === undefined) this.#tell('Every step is settled.')
        else await this.#inStep(verb, rest, step, next)
        return undefined
    }
  }

  async #inStep(
    verb: Exclude<
      Verb,
      'stop' | 'note' | 'severity' | 'go' | 'pause' | 'resume' | 'finish' | 'help' | 'show' | 'list'
    >,
    rest: string,
    step: PlanStep,
    next: Next,
  ): Promise<void> {
    const { session } = this.#options
    switch (verb) {
      case 'skip':
        await this.#withReason(rest, (reason) => ({ type: 'step.skip', step: step.id, reason }))
        break
      case 'mark':
        await this.#mark(rest, step, next)
        break
      case 'reopen':
        await this.#withReason(rest, (reason) => ({ type: 'step.reopen', step: step.id, reason }))
        break
      case 'rollback':
        if (
          await this.#withReason(rest, (reason) => ({
            type: 'rollback.begin',
            step: step.id,
            reason,
          }))
        )
          this.#focus = step.id
        break
      case 'done':
        if (next.kind === 'rolled-back') {
          await this.#send((reason) => ({
            type: 'rollback.complete',
            step: step.id,
            outcome: 'done',
            ...(reason !== undefined && { reason }),
          }))
        } else if (await this.#begin(step)) {
          await this.#send(() => ({ type: 'step.complete', step: step.id }))
        }
        break
      case 'confirm':
        if (await this.#begin(step)) await this.#confirm(rest, step, next)
        break
      case 'decide':
        await this.#decide(rest, step, next)
        break
      case 'run':
      case 'edit':
      case 'settle':
      case 'approve':
      case 'refuse': {
        const block = this.#blockFor(rest, step, next)
        if (block === undefined) break
        const words = rest.replace(/^\d+\s*/u, '')
        if (verb === 'settle') await this.#blocks.settle(block, words)
        else if (await this.#begin(step)) {
          if (verb === 'run') await this.#blocks.run(step, block)
          if (verb === 'edit') await this.#blocks.edit(step, block)
          if (verb === 'approve') await this.#blocks.approve(step, block, block.code)
          if (verb === 'refuse')
            await this.#withReason(words, (reason) => ({
              type: 'approval.refuse',
              block: block.id,
              by: session.actor,
              reason,
            }))
        }
        break
      }
    }
    const status = session.state.steps[step.id]?.status
    if (this.#focus === step.id && (status === 'rolled-back' || status === 'done'))
      this.#focus = undefined
  }

  /** Sends a command; asks for the reason where one is missing. True: it is done. */
  async #send(make: (reason: string | undefined) => Command, given = ''): Promise<boolean> {
    let reason = given === '' ? undefined : given
    for (;;) {
      const result = await this.#options.session.command(make(reason))
      if (result.ok) return true
      this.#tell(result.message)
      if (!result.needsReason || reason !== undefined) return false
      reason = await this.#ask('Why? (empty: leave it) ')
      if (reason === '') return false
    }
  }

  /** For what always needs a reason. */
  async #withReason(given: string, make: (reason: string) => Command): Promise<boolean> {
    const reason = given === '' ? await this.#ask('Why? (empty: leave it) ') : given
    if (reason === '') return false
    return await this.#send(() => make(reason))
  }

  /** A step begins with the first thing that is done in it. */
  async #begin(step: PlanStep): Promise<boolean> {
    if (this.#options.session.state.steps[step.id]?.status !== 'pending') return true
    return await this.#send((reason) => ({
      type: 'step.begin',
      step: step.id,
      ...(reason !== undefined && { reason }),
    }))
  }

  async #confirm(rest: string, step: PlanStep, next: Next): Promise<void> {
    const { state } = this.#options.session
    const open = step.items.filter(({ id }) => state.items[id]?.confirmed === undefined)
    const chosen = rest === 'all' ? open : next.kind === 'item' ? [next.item] : open.slice(0, 1)
    if (chosen.length === 0) this.#tell('Every item of this step is confirmed.')
    for (const { id } of chosen) await this.#send(() => ({ type: 'item.confirm', item: id }))
  }

  async #mark(rest: string, step: PlanStep, next: Next): Promise<void> {
    const [word = '', ...more] = rest.split(/\s+/u)
    const outcome = word === 'done' ? 'done' : word === 'failed' ? 'failed' : undefined
    if (outcome === undefined) {
      this.#tell('“mark done” or “mark failed”, then the reason.')
      return
    }
    await this.#withReason(more.join(' '), (reason) =>
      next.kind === 'rolled-back' ||
      this.#options.session.state.steps[step.id]?.status === 'rolling-back'
        ? { type: 'rollback.complete', step: step.id, outcome, reason }
        : { type: 'step.mark', step: step.id, outcome, reason },
    )
  }

  async #decide(rest: string, step: PlanStep, next: Next): Promise<void> {
    const [option = '', ...more] = rest.split(/\s+/u)
    if (next.kind !== 'decision') this.#tell('There is nothing to decide now.')
    else if (option === '') this.#tell(`decide ${next.options.map(({ id }) => id).join(' | ')}`)
    else if (await this.#begin(step))
      await this.#send(
        (reason) => ({
          type: 'decision.make',
          step: step.id,
          option,
          ...(reason !== undefined && { reason }),
        }),
        more.join(' '),
      )
  }

  async #severity(rest: string): Promise<void> {
    const [word = '', ...more] = rest.split(/\s+/u)
    const to = SEVERITIES.find((severity) => severity === word.toUpperCase())
    if (to === undefined) this.#tell(`severity ${SEVERITIES.join(' | ')}`)
    else
      await this.#send(
        (reason) => ({ type: 'severity.change', to, ...(reason !== undefined && { reason }) }),
        more.join(' '),
      )
  }

  #go(rest: string): void {
    const { plan } = this.#options.session.state
    if (rest === '') {
      this.#focus = undefined
      return
    }
    const step = plan.steps.find(({ id }, index) => id === rest || String(index + 1) === rest)
    if (step !== undefined) {
      this.#focus = step.id
      return
    }
    const near = similar(
      rest,
      plan.steps.map(({ id }) => id),
    )
    this.#tell(
      `There is no step “${rest}”.${near === undefined ? '' : ` Did you mean “${near}”?`} “list” shows them.`,
    )
  }

  async #stop(): Promise<ExitCode | undefined> {
    const { session, tell } = this.#options
    const answer = await this.#ask(
      'leave (it can be resumed), abort (for good), or Enter to go on: ',
    )
    if (/^l(?:eave)?$/iu.test(answer)) {
      tell(`The run stays open: muster resume ${session.run}`)
      return EXIT.unfinished
    }
    if (/^a(?:bort)?$/iu.test(answer))
      await this.#withReason('', (reason) => ({ type: 'run.abort', reason }))
    return undefined
  }

  /** The block a word is about: the numbered one, else the one that is shown. */
  #blockFor(rest: string, step: PlanStep, next: Next): PlanBlock | undefined {
    const number = /^\d+/u.exec(rest)?.[0]
    const block =
      number === undefined
        ? next.kind === 'block'
          ? next.block
          : step.blocks.length === 1
            ? step.blocks[0]
            : undefined
        : step.blocks[Number(number) - 1]
    if (block === undefined)
      this.#tell(
        step.blocks.length === 0
          ? 'There is nothing to run in this step.'
          : `Which block? 1 to ${step.blocks.length}, as in “run 1”.`,
      )
    return block
  }

  async #ask(question: string): Promise<string> {
    return (await this.#options.prompter.ask(question)).trim()
  }

  #step(id: string | undefined): PlanStep | undefined {
    return this.#options.session.state.plan.steps.find((step) => step.id === id)
  }

  #tell(text: string): void {
    this.#options.tell(`  ${printable(text)}`)
  }
}
