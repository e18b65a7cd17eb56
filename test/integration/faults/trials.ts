import { setTimeout as sleep } from 'node:timers/promises'
import type { Outcome } from '../../../main/core/run/events.ts'
import { startFaultProxy, type Fault } from '../../harness/fault-proxy.ts'
import type { Subject } from './subjects.ts'

/** Random faults at random moments of a block's connection, and whether what was recorded is true. */

export interface Trial {
  readonly subject: string
  readonly number: number
  readonly fault: Fault | undefined
  readonly outcome: Outcome
  readonly effects: number
}

/** After this long a person gives up, rung by rung. */
const PATIENCE_MS = 2_500
const RUNG_MS = 400

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
  const { fault, outcome } = trial
  const where =
    fault === undefined ? 'no fault' : `${fault.kind} ${fault.direction} after ${fault.after} bytes`
  const detail = 'detail' in outcome ? `: ${outcome.detail}` : ''
  return `${trial.subject} #${trial.number}, ${where}: ${outcome.kind}${detail}; ${trial.effects} effects, ${untruth(trial) ?? 'true'}`
}

/** Runs trials one after the other. The first has no fault and shows how many bytes there are to fail in. */
export async function trialsOf(
  subject: Subject,
  count: number,
  random: () => number,
): Promise<readonly Trial[]> {
  const proxy = await startFaultProxy(subject.port)
  const trials: Trial[] = []
  let bytes = { toServer: 1, toClient: 1 }
  try {
    for (let number = 0; number <= count; number++) {
      const fault = number === 0 ? undefined : faultOf(random, bytes)
      proxy.arm(fault)
      const run = `trial-${number}`
      const id = `e${number}`
      const outcome = await outcomeOf(subject, id, run, proxy.port)
      if (number === 0) bytes = proxy.passed
      proxy.arm(undefined)
      await subject.executor.closeRun(run)
      trials.push({ subject: subject.name, number, fault, outcome, effects: 0 })
    }
    // What was cut off may still be at work on the other side.
    await sleep(500)
    const counted: Trial[] = []
    for (const trial of trials)
      counted.push({ ...trial, effects: await subject.count(`e${trial.number}`) })
    return counted
  } finally {
    await proxy.close()
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
    // Half of them late: a handshake may be most of the bytes, and what matters comes after it.
    after: Math.floor((random() < 0.5 ? random() : 0.7 + 0.3 * random()) * most * 1.05),
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
