import { SEVERITIES } from '../../../core/run/events.ts'
import type { PlanStep } from '../../../core/run/plan.ts'
import { similar } from '../../../core/runbook/similar.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { recordWitness, showSigned, showWords } from './witnessing.ts'
import { Asking } from './asking.ts'
import { giveInject } from './injecting.ts'
import type { InteractiveOptions } from './interactive-options.ts'
import type { Next } from './next.ts'
import { StepActions } from './step-actions.ts'
import type { Verb } from './verbs.ts'

/** Does what an operator's word says. Refusals are told; where a reason would help it is asked for. */
export class Actions {
  readonly #options: InteractiveOptions
  readonly #asking: Asking
  readonly #inStep: StepActions
  /** A step that is looked at out of turn. */
  #focus: string | undefined

  constructor(options: InteractiveOptions) {
    this.#options = options
    this.#asking = new Asking(options)
    this.#inStep = new StepActions(options, this.#asking)
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
        const text = rest === '' ? await this.#asking.ask('Note: ') : rest
        if (text === '') return undefined
        if (await this.#asking.send(() => ({ type: 'note.add', kind: 'note', text })))
          this.#asking.tell('Noted.')
        return undefined
      }
      case 'inject':
        await giveInject(this.#options, this.#asking, rest)
        return undefined
      case 'words':
        await showWords(this.#options)
        return undefined
      case 'witness':
        await recordWitness(this.#options, this.#asking, rest)
        return undefined
      case 'severity':
        await this.#severity(rest)
        return undefined
      case 'go':
        this.#go(rest)
        return undefined
      case 'pause':
        await this.#asking.send(
          (reason) => ({ type: 'run.pause', ...(reason !== undefined && { reason }) }),
          rest,
        )
        await showSigned(this.#options)
        return undefined
      case 'resume':
        await this.#asking.send(() => ({ type: 'run.resume' }))
        return undefined
      case 'finish':
        await this.#asking.send(
          (reason) => ({ type: 'run.finish', ...(reason !== undefined && { reason }) }),
          rest,
        )
        return undefined
      case 'help':
      case 'show':
      case 'list':
        return undefined
      default:
        if (step === undefined || next === undefined) this.#asking.tell('Every step is settled.')
        else {
          await this.#inStep.perform(verb, rest, step, next)
          if (verb === 'approve' || verb === 'refuse') await showSigned(this.#options)
          this.#follow(verb, step)
        }
        return undefined
    }
  }

  /** A rollback is looked at until it is over; a step that is over is not. */
  #follow(verb: Verb, step: PlanStep): void {
    const status = this.#options.session.state.steps[step.id]?.status
    if (verb === 'rollback' && status === 'rolling-back') this.#focus = step.id
    if (this.#focus === step.id && (status === 'rolled-back' || status === 'done'))
      this.#focus = undefined
  }

  async #severity(rest: string): Promise<void> {
    const [word = '', ...more] = rest.split(/\s+/u)
    const to = SEVERITIES.find((severity) => severity === word.toUpperCase())
    if (to === undefined) this.#asking.tell(`severity ${SEVERITIES.join(' | ')}`)
    else if (
      await this.#asking.send(
        (reason) => ({ type: 'severity.change', to, ...(reason !== undefined && { reason }) }),
        more.join(' '),
      )
    )
      this.#asking.tell(`It is ${to} now.`)
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
    this.#asking.tell(
      `There is no step “${rest}”.${near === undefined ? '' : ` Did you mean “${near}”?`} “list” shows them.`,
    )
  }

  async #stop(): Promise<ExitCode | undefined> {
    const { session, tell } = this.#options
    const answer = await this.#asking.ask(
      'leave (it can be resumed), abort (for good), or Enter to go on: ',
    )
    if (/^l(?:eave)?$/iu.test(answer)) {
      tell(`The run stays open: muster resume ${session.run}`)
      return EXIT.unfinished
    }
    if (/^a(?:bort)?$/iu.test(answer))
      await this.#asking.withReason('', (reason) => ({ type: 'run.abort', reason }))
    return undefined
  }

  #step(id: string | undefined): PlanStep | undefined {
    return this.#options.session.state.plan.steps.find((step) => step.id === id)
  }
}
