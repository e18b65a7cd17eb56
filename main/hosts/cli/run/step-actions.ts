import type { PlanBlock, PlanStep } from '../../../core/run/plan.ts'
import type { Asking } from './asking.ts'
import { BlockRunner } from './block-runner.ts'
import type { InteractiveOptions } from './interactive-options.ts'
import type { Next } from './next.ts'
import type { Verb } from './verbs.ts'

/** Words about the step that is shown: all but those about the run as a whole, and those that only look. */
export type StepVerb = Exclude<
  Verb,
  | 'stop'
  | 'note'
  | 'inject'
  | 'severity'
  | 'words'
  | 'witness'
  | 'go'
  | 'pause'
  | 'resume'
  | 'finish'
  | 'help'
  | 'show'
  | 'list'
>

/** Does what an operator's word says about the step that is shown. */
export class StepActions {
  readonly #options: InteractiveOptions
  readonly #asking: Asking
  readonly #blocks: BlockRunner

  constructor(options: InteractiveOptions, asking: Asking) {
    this.#options = options
    this.#asking = asking
    this.#blocks = new BlockRunner(options, (make) => asking.send(make))
  }

  async perform(verb: StepVerb, rest: string, step: PlanStep, next: Next): Promise<void> {
    const { session } = this.#options
    switch (verb) {
      case 'skip':
        await this.#asking.withReason(rest, (reason) => ({
          type: 'step.skip',
          step: step.id,
          reason,
        }))
        break
      case 'mark':
        await this.#mark(rest, step, next)
        break
      case 'reopen':
        await this.#asking.withReason(rest, (reason) => ({
          type: 'step.reopen',
          step: step.id,
          reason,
        }))
        break
      case 'rollback':
        await this.#asking.withReason(rest, (reason) => ({
          type: 'rollback.begin',
          step: step.id,
          reason,
        }))
        break
      case 'done':
        if (next.kind === 'rolled-back') {
          await this.#asking.send((reason) => ({
            type: 'rollback.complete',
            step: step.id,
            outcome: 'done',
            ...(reason !== undefined && { reason }),
          }))
        } else if (await this.#begin(step)) {
          await this.#asking.send(() => ({ type: 'step.complete', step: step.id }))
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
          if (verb === 'run')
            await this.#blocks.run(step, block, undefined, this.#blocks.chosenHosts(block, words))
          if (verb === 'edit') await this.#blocks.edit(step, block)
          if (verb === 'approve') await this.#blocks.approve(step, block, block.code)
          if (verb === 'refuse')
            await this.#asking.withReason(words, (reason) => ({
              type: 'approval.refuse',
              block: block.id,
              by: session.actor,
              reason,
            }))
        }
        break
      }
    }
  }

  /** A step begins with the first thing that is done in it. */
  async #begin(step: PlanStep): Promise<boolean> {
    if (this.#options.session.state.steps[step.id]?.status !== 'pending') return true
    return await this.#asking.send((reason) => ({
      type: 'step.begin',
      step: step.id,
      ...(reason !== undefined && { reason }),
    }))
  }

  async #confirm(rest: string, step: PlanStep, next: Next): Promise<void> {
    const { state } = this.#options.session
    const open = step.items.filter(({ id }) => state.items[id]?.confirmed === undefined)
    const chosen = rest === 'all' ? open : next.kind === 'item' ? [next.item] : open.slice(0, 1)
    if (chosen.length === 0) this.#asking.tell('Every item of this step is confirmed.')
    for (const { id, text } of chosen) {
      // What comes next may be a block, and then nothing else shows that it was confirmed.
      if (await this.#asking.send(() => ({ type: 'item.confirm', item: id })))
        this.#asking.tell(`[x] ${text}`)
    }
  }

  async #mark(rest: string, step: PlanStep, next: Next): Promise<void> {
    const [word = '', ...more] = rest.split(/\s+/u)
    const outcome = word === 'done' ? 'done' : word === 'failed' ? 'failed' : undefined
    if (outcome === undefined) {
      this.#asking.tell('“mark done” or “mark failed”, then the reason.')
      return
    }
    await this.#asking.withReason(more.join(' '), (reason) =>
      next.kind === 'rolled-back' ||
      this.#options.session.state.steps[step.id]?.status === 'rolling-back'
        ? { type: 'rollback.complete', step: step.id, outcome, reason }
        : { type: 'step.mark', step: step.id, outcome, reason },
    )
  }

  async #decide(rest: string, step: PlanStep, next: Next): Promise<void> {
    const [option = '', ...more] = rest.split(/\s+/u)
    if (next.kind !== 'decision') this.#asking.tell('There is nothing to decide now.')
    else if (option === '')
      this.#asking.tell(`decide ${next.options.map(({ id }) => id).join(' | ')}`)
    else if (await this.#begin(step))
      await this.#asking.send(
        (reason) => ({
          type: 'decision.make',
          step: step.id,
          option,
          ...(reason !== undefined && { reason }),
        }),
        more.join(' '),
      )
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
      this.#asking.tell(
        step.blocks.length === 0
          ? 'There is nothing to run in this step.'
          : `Which block? 1 to ${step.blocks.length}, as in “run 1”.`,
      )
    return block
  }
}
