import { createHash } from 'node:crypto'
import { encodeEvent, GENESIS } from '../../../../main/core/evidence/chain.ts'
import type { AnyCommand } from '../../../../main/core/run/commands.ts'
import { decide, type Decision } from '../../../../main/core/run/decide.ts'
import {
  runEventSchema,
  type EventBody,
  type Mode,
  type RunEvent,
} from '../../../../main/core/run/events.ts'
import { evolve } from '../../../../main/core/run/evolve.ts'
import type { Plan, PlanBlock, PlanStep } from '../../../../main/core/run/plan.ts'
import type { RunState } from '../../../../main/core/run/state.ts'

/** A run played by commands, with a clock and hashes that a test can foresee. */

export const EPOCH = Date.UTC(2026, 0, 28, 3, 0, 0)

const ENGINE_COMMANDS = new Set([
  'run.start',
  'run.suspend',
  'run.reopen',
  'block.report',
  'block.batch',
  'block.host-report',
  'block.batch-report',
  'block.retry',
  'checkpoint.countersign',
  'terminal.opened',
  'terminal.closed',
])

export class Play {
  readonly #run: string
  state: RunState | undefined
  readonly events: RunEvent[] = []
  #checkpoint: string | undefined

  constructor(run = 'run-1') {
    this.#run = run
  }

  /** Asks, records what follows, and gives the decision. */
  ask(
    command: AnyCommand,
    actor = ENGINE_COMMANDS.has(command.type) && command.type !== 'run.start' ? 'muster' : 'Ada',
  ): Decision {
    const decision = decide(this.state, command, { actor, now: EPOCH + this.events.length * 1000 })
    if (decision.ok) for (const body of decision.events) this.#append(body, actor)
    return decision
  }

  /** A checkpoint is made over everything so far: the next event names it. */
  checkpointed(note: string): this {
    this.#checkpoint = createHash('sha256').update(note, 'utf8').digest('hex')
    return this
  }

  /** The same, for a command that must be accepted. */
  must(command: AnyCommand, actor?: string): this {
    const decision = this.ask(command, actor)
    if (!decision.ok)
      throw new Error(`${command.type} was refused: ${decision.code}: ${decision.message}`)
    return this
  }

  /** The state, which exists once the run has started. */
  get now(): RunState {
    if (this.state === undefined) throw new Error('The run has not started.')
    return this.state
  }

  #append(body: EventBody, actor: string): void {
    const seq = this.events.length + 1
    const head = {
      v: 1 as const,
      seq,
      run: this.#run,
      actor,
      device: 'device-1',
      wall: EPOCH + seq * 1000,
      mono: seq * 1000,
      boot: 'boot-1',
      prev: this.events.at(-1)?.hash ?? GENESIS,
    }
    const checkpoint = this.#checkpoint
    this.#checkpoint = undefined
    const event: Omit<RunEvent, 'hash'> = {
      ...head,
      ...(checkpoint !== undefined && { checkpoint }),
      ...body,
    }
    const hash = createHash('sha256').update(encodeEvent(event), 'utf8').digest('hex')
    const whole = runEventSchema.parse({ ...event, hash })
    this.events.push(whole)
    this.state = evolve(this.state, whole)
  }
}

export function block(id: string, change: Partial<PlanBlock> = {}): PlanBlock {
  return {
    id,
    verb: 'run',
    language: 'bash',
    executor: 'shell',
    target: 'laptop',
    code: `echo ${id}`,
    pty: false,
    expectations: [],
    implicit: false,
    ...change,
  }
}

export function step(id: string, change: Partial<PlanStep> = {}): PlanStep {
  return {
    id,
    title: id,
    phase: 'Phase',
    risk: 'safe',
    checklist: 'do-confirm',
    when: [],
    needs: [],
    pointOfNoReturn: false,
    blocks: [],
    items: [],
    ...change,
  }
}

export function planWith(...steps: readonly PlanStep[]): Plan {
  return {
    title: 'Plan',
    kind: 'maintenance',
    objectives: {},
    roles: ['operator'],
    targets: [{ name: 'laptop', kind: 'local', connection: 'local', hosts: [] }],
    escalation: [],
    steps,
  }
}

export function starting(plan: Plan, mode: Mode = 'live'): AnyCommand {
  return {
    type: 'run.start',
    mode,
    plan,
    runbook: {
      path: '/runbook.md',
      sha256: '0'.repeat(64),
      source: { sha256: '1'.repeat(64), content: '0'.repeat(64), bytes: 10 },
    },
    commander: 'Ada',
    inputs: {},
    secretInputs: [],
    version: '0.1.0',
  }
}

/** What the run loop reports of a block that exited. */
export function exited(id: string, code: number, attempt = 1): AnyCommand {
  return {
    type: 'block.report',
    block: id,
    attempt,
    outcome: { kind: 'exited', code },
    gates: [{ gate: 'exit', passed: code === 0, wanted: 'exit 0', seen: `exit ${code}` }],
    durationMs: 5,
  }
}

export function lost(id: string, attempt = 1): AnyCommand {
  return {
    type: 'block.report',
    block: id,
    attempt,
    outcome: { kind: 'disconnected', detail: 'cut' },
    gates: [{ gate: 'outcome', passed: false, wanted: 'a known end', seen: 'cut' }],
    durationMs: 5,
  }
}

export const HOSTS = ['web-1', 'web-2', 'web-3']

/** A plan with the target `web`, which is three hosts. */
export function withHosts(...steps: readonly PlanStep[]): Plan {
  const plan = planWith(...steps)
  const web = { name: 'web', kind: 'ssh' as const, connection: 'web-1', hosts: HOSTS }
  return { ...plan, targets: [...plan.targets, web] }
}

/** A block that runs on `web`, of which the first host has been sent to. */
export function sentToTheFirst(id: string): Play {
  const [name = ''] = id.split('/')
  return new Play()
    .must(
      starting(withHosts(step(name, { target: 'web', blocks: [block(id, { target: 'web' })] }))),
    )
    .must({ type: 'step.begin', step: name })
    .must({ type: 'block.run', block: id })
    .must({ type: 'block.batch', block: id, attempt: 1, hosts: ['web-1'] })
}

/** What the run loop reports of one host. */
export function hostExited(
  id: string,
  host: string,
  code: number,
  attempt = 1,
): Extract<AnyCommand, { type: 'block.host-report' }> {
  return {
    type: 'block.host-report',
    block: id,
    attempt,
    host,
    outcome: { kind: 'exited', code },
    gates: [{ gate: 'exit', passed: code === 0, wanted: 'exit 0', seen: `exit ${code}` }],
    durationMs: 5,
  }
}
