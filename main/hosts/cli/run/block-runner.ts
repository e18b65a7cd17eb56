import type { Command } from '../../../core/run/commands.ts'
import { STOP_RUNGS } from '../../../core/run/events.ts'
import type { PlanBlock, PlanStep } from '../../../core/run/plan.ts'
import { hostIsDone, hostsOf } from '../../../core/run/fan-out.ts'
import { approvalProgress, targetOf } from '../../../core/run/rules.ts'
import { printable } from '../printable.ts'
import { hostsWords } from '../record/hosts-text.ts'
import { blockText, resultText } from './block-text.ts'
import { editText } from './edit-text.ts'
import type { InteractiveOptions } from './interactive-options.ts'
import { passThrough } from './pass-through.ts'

type Send = (make: (reason: string | undefined) => Command) => Promise<boolean>

/** Runs blocks with a person: target, approval, the exact text, output as it comes, and the ladder on Ctrl-C. */
export class BlockRunner {
  readonly #options: InteractiveOptions
  readonly #send: Send

  constructor(options: InteractiveOptions, send: Send) {
    this.#options = options
    this.#send = send
  }

  async run(
    step: PlanStep,
    block: PlanBlock,
    edit?: { readonly text: string; readonly reason: string },
    /** Only these hosts of the target. */
    hosts?: readonly string[],
  ): Promise<void> {
    const { session, tell, style } = this.#options
    const target = targetOf(step, block) ?? (await this.#chooseTarget())
    if (target === undefined) return
    const text = edit?.text ?? block.code
    if (!(await this.approve(step, block, text))) return
    const chosen = targetOf(step, block) === undefined ? { target } : {}
    const interactive = block.pty || block.verb === 'terminal'
    const seq = session.state.blocks[block.id]?.attempts.length ?? 0
    const started = await this.#guarded(block, interactive, async () => {
      const sent = await this.#send((reason) => ({
        type: 'block.run',
        block: block.id,
        ...chosen,
        ...(edit && { edit }),
        ...(hosts && { hosts: [...hosts] }),
        ...(reason !== undefined && { reason }),
      }))
      if (sent) await session.ended(block.id)
      return sent
    })
    if (!started) return
    const attempts = session.state.blocks[block.id]?.attempts.slice(seq) ?? []
    for (const attempt of attempts) tell(resultText(attempt, style))
  }

  async edit(step: PlanStep, block: PlanBlock): Promise<void> {
    const { prompter, tell, style } = this.#options
    const text = await editText(block.code, prompter)
    if (text === undefined || text === block.code) {
      tell('  Nothing was changed.')
      return
    }
    const hosts = hostsWords(this.#options.session.state, step, block)
    tell(blockText(step, block, style, { text, hosts }))
    const reason = (await prompter.ask('Why is it changed? (empty: leave it) ')).trim()
    if (reason !== '') await this.run(step, block, { text, reason })
  }

  /** What a person found out about a block that failed or whose end nobody knows. */
  async settle(block: PlanBlock, rest: string): Promise<void> {
    const named = this.#hostsNamed(block, rest)
    const host = named.hosts[0]
    const [word = '', ...more] = named.rest.split(/\s+/u)
    const as = word === 'done' ? 'done' : word === 'failed' ? 'failed' : undefined
    if (as === undefined) {
      this.#options.tell(
        '  “settle done” or “settle failed”, then what you found; of several hosts, the name of one before it: “settle web-2 done …”.',
      )
      return
    }
    const given = more.join(' ')
    const reason =
      given === '' ? (await this.#options.prompter.ask('What did you find? ')).trim() : given
    if (reason !== '')
      await this.#send(() => ({
        type: 'block.resolve',
        block: block.id,
        as,
        reason,
        ...(host !== undefined && { host }),
      }))
  }

  /** The hosts that the words begin with; `failed` means all that are not done. */
  chosenHosts(block: PlanBlock, words: string): readonly string[] | undefined {
    const { hosts, rest } = this.#hostsNamed(block, words)
    if (hosts.length > 0) return hosts
    const current = this.#options.session.state.blocks[block.id]
    const last = current?.attempts.at(-1)
    if (rest !== 'failed' || current === undefined || last?.hosts === undefined) return undefined
    const open = hostsOf(this.#options.session.state, last.target).filter(
      (host) => !hostIsDone(current, host, last.text),
    )
    return open.length === 0 ? undefined : open
  }

  #hostsNamed(
    block: PlanBlock,
    words: string,
  ): { readonly hosts: readonly string[]; readonly rest: string } {
    const { state } = this.#options.session
    const step = state.plan.steps.find(({ blocks }) => blocks.some(({ id }) => id === block.id))
    const target = step === undefined ? undefined : targetOf(step, block)
    const known = target === undefined ? [] : hostsOf(state, target)
    const all = words.split(/\s+/u)
    const until = all.findIndex((word) => !known.includes(word))
    const count = until === -1 ? all.length : until
    return { hosts: all.slice(0, count), rest: all.slice(count).join(' ') }
  }

  /** Approvals bind to this text and target. True: none is missing. */
  async approve(step: PlanStep, block: PlanBlock, text: string): Promise<boolean> {
    const { session, prompter, tell, style } = this.#options
    const target = targetOf(step, block)
    if (target === undefined) return true
    for (;;) {
      const progress = approvalProgress(session.state, step, block, target, text)
      if (progress === undefined || progress.complete) return true
      const { needed, by } = progress
      const where = hostsWords(session.state, step, block)
      tell(
        `  ${style(['red', 'bold'], 'Needs approval')}: exactly this text on ${printable(target)}${where === undefined ? '' : ` (${where})`}, by ${printable(needed.role)}${needed.quorum > 1 ? `, ${needed.quorum} people in all` : ''}.${by.length > 0 ? ` Approved by ${printable(by.join(', '))}.` : ''} Missing: ${printable(progress.missing)}.`,
      )
      const typed = (
        await prompter.ask(
          `To approve, type the name of the target (${printable(target)}); Enter leaves it: `,
        )
      ).trim()
      if (typed !== target) {
        tell('  Not approved; nothing was sent.')
        return false
      }
      const person = (
        await prompter.ask(`Who approves? (Enter: ${printable(session.actor)}) `)
      ).trim()
      const granted = await this.#send(() => ({
        type: 'approval.grant',
        block: block.id,
        by: person === '' ? session.actor : person,
        ...(text !== block.code && { text }),
      }))
      if (!granted) return false
    }
  }

  /** A guide names no targets: the reader says where. */
  async #chooseTarget(): Promise<string | undefined> {
    const { session, prompter, tell } = this.#options
    const names = session.state.plan.targets.map(({ name }) => name)
    const known = names.includes('laptop') ? names : ['laptop', ...names]
    const answer = (
      await prompter.ask(`Where does it run? ${known.map(printable).join(' | ')} (empty: nowhere) `)
    ).trim()
    if (answer === '') return undefined
    if (known.includes(answer)) return answer
    tell(`  There is no target “${printable(answer)}”.`)
    return undefined
  }

  /** While `action` runs: keys go to a program that asks for a terminal, Ctrl-C climbs the ladder otherwise. */
  async #guarded<T>(block: PlanBlock, interactive: boolean, action: () => Promise<T>): Promise<T> {
    const { session, prompter, tell, view } = this.#options
    if (interactive) return await passThrough(this.#options, block, action)
    let rung = 0
    prompter.onInterrupt(() => {
      const next = STOP_RUNGS[Math.min(rung, STOP_RUNGS.length - 1)]
      rung++
      const after = STOP_RUNGS[rung]
      if (next === undefined) return
      tell(
        `  ${next} sent.${after === undefined ? '' : ` Ctrl-C again: ${after}${after === 'abandon' ? ', and its outcome stays unknown' : ''}.`}`,
      )
      void session.command({ type: 'block.stop', block: block.id, rung: next })
    })
    view.draw(false)
    try {
      return await action()
    } finally {
      prompter.onInterrupt(undefined)
    }
  }
}
