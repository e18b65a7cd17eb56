import { setTimeout as sleep } from 'node:timers/promises'
import type { Outcome } from '../../../main/core/run/events.ts'
import { startFaultProxy, type Fault } from '../../harness/fault-proxy.ts'
import type { Subject } from './subjects.ts'

/** Random faults at random moments of a block's connection, and whether what was recorded is true. */

export interface Trial {
  readonly subject: string
  readonly number: number
  readonly fault: Fault | undefined
  /** The fault came before the block had ended. */
  readonly fired: boolean
  /** The connection stood before: the fault is about the block, not about the handshake. */
  readonly warm: boolean
  readonly outcome: Outcome
  readonly effects: number
}

/** After this long a person gives up, rung by rung. */
const PATIENCE_MS = 2_500
const RUNG_MS = 400
/** Longer than any block takes to come to its effect. */
const SETTLE_MS = 400

/** mulberry32: the same trials for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** What is wrong with what was recorded; undefined when it is true. */
export function untruth({ outcome, effects }: Trial): string | undefined {
  if (effects > 1) return `it happened ${effects} times`
  const success = (outcome.kind === 'exited' && outcome.code === 0) || outcome.kind === 'responded'
  if (success && effects !== 1) return 'a success was recorded of what did not happen'
  if (outcome.kind === 'not-started' && effects !== 0)
    return 'it happened, and was recorded as not started'
  return undefined
}

/** A trial in a line. */
export function told(trial: Trial): string {
  const { fault, outcome, warm } = trial
  const how =
    fault === undefined ? 'no fault' : `${fault.kind} ${fault.direction} after ${fault.after} bytes`
  const where = `${how}${warm ? ' of a connection that stood' : ''}`
  const detail = 'detail' in outcome ? `: ${outcome.detail}` : ''
  return `${trial.subject} #${trial.number}, ${where}: ${outcome.kind}${detail}; ${trial.effects} effects, ${untruth(trial) ?? 'true'}`
}

/** Trials without a fault, which show how many bytes there are to fail in: with a handshake, and without one. */
export const CONTROLS = 2
/** How many of the others use a connection that stands, where there is such a thing. */
const WARM_SHARE = 0.7

/** Runs trials one after the other, the controls first. */
export async function trialsOf(
  subject: Subject,
  count: number,
  random: () => number,
): Promise<readonly Trial[]> {
  const proxy = await startFaultProxy(subject.port)
  const trials: Trial[] = []
  const bytes = { cold: proxy.passed, warm: proxy.passed }
  try {
    for (let number = 0; number < count + CONTROLS; number++) {
      const control = number < CONTROLS
      const warm = subject.keepsConnection && (control ? number === 1 : random() < WARM_SHARE)
      const run = `trial-${number}`
      proxy.arm(undefined)
      if (warm) await outcomeOf(subject, `before-${number}`, run, proxy.port)
      const fault = control ? undefined : faultOf(random, warm ? bytes.warm : bytes.cold)
      proxy.arm(fault)
      const outcome = await outcomeOf(subject, `e${number}`, run, proxy.port)
      if (control) bytes[warm ? 'warm' : 'cold'] = proxy.passed
      const { fired } = proxy
      proxy.arm(undefined)
      await subject.executor.closeRun(run)
      trials.push({ subject: subject.name, number, fault, fired, warm, outcome, effects: 0 })
    }
    return await counted(subject, trials)
  } finally {
    await proxy.close()
  }
}

/** What was cut off may still be at work on the other side: counted until nothing changes any more. */
async function counted(subject: Subject, trials: readonly Trial[]): Promise<readonly Trial[]> {
  const count = async (): Promise<number[]> => {
    const counts: number[] = []
    for (const { number } of trials) counts.push(await subject.count(`e${number}`))
    return counts
  }
  let before = await count()
  for (;;) {
    await sleep(SETTLE_MS)
    const now = await count()
    if (now.every((effects, index) => effects === before[index]))
      return trials.map((trial, index) => ({ ...trial, effects: now[index] ?? 0 }))
    before = now
  }
}

function faultOf(
  random: () => number,
  bytes: { readonly toServer: number; readonly toClient: number },
): Fault {
  const direction = random() < 0.5 ? 'to-server' : 'to-client'
  const most = direction === 'to-server' ? bytes.toServer : bytes.toClient
  const chance = random()
  return {
    kind: chance < 0.1 ? 'stall' : chance < 0.55 ? 'cut' : 'reset',
    direction,
    after: Math.floor(random() * most),
  }
}

async function outcomeOf(
  subject: Subject,
  id: string,
  run: string,
  port: number,
): Promise<Outcome> {
  const quiet = (): Promise<void> => Promise.resolve()
  const execution = subject.executor.start(
    {
      ...subject.request(id, port),
      connection: 'trial',
      run,
      values: {},
      columns: 80,
      rows: 24,
    },
    { stdout: quiet, stderr: quiet },
  )
  const giveUp = new AbortController()
  void (async () => {
    try {
      await sleep(PATIENCE_MS, undefined, { signal: giveUp.signal })
      for (const rung of ['interrupt', 'kill', 'abandon'] as const) {
        execution.stop(rung)
        await sleep(RUNG_MS, undefined, { signal: giveUp.signal })
      }
    } catch {
      // It ended by itself.
    }
  })()
  const { outcome } = await execution.result
  giveUp.abort()
  return outcome
}
