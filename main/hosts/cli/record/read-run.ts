import type { RunEvent } from '../../../core/run/events.ts'
import { Replay } from '../../../core/run/replay.ts'
import type { RunState } from '../../../core/run/state.ts'
import type { RunSummary } from '../../../contract/requests.ts'
import type { Connection } from '../../../engine/engine.ts'
import { CliError } from '../cli-error.ts'
import { EXIT } from '../exit-codes.ts'

const PAGE = 2_000

/** The events of a run, in order, in bounded memory. */
export async function* eventsOf(connection: Connection, run: string): AsyncGenerator<RunEvent> {
  for (let after = 0; ;) {
    const page = await connection.request('runs.events', { run, after, limit: PAGE })
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return
    after = last.seq
  }
}

/** The state of a run, from its events. */
export async function stateOf(connection: Connection, run: string): Promise<RunState> {
  const replay = new Replay()
  for await (const event of eventsOf(connection, run)) replay.add(event)
  const state = replay.end()
  if (state === undefined)
    throw new CliError(EXIT.data, `The record has no events of the run ${run}.`)
  return state
}

export type RunStatus = RunSummary['phase'] | 'interrupted'

/**
 * An unfinished run that nobody has open was interrupted. While another Muster writes to the folder that one may have it
 * open, so its phase stands.
 */
export function statusOf(
  phase: RunState['phase'],
  open: boolean,
  readOnly: string | undefined,
): RunStatus {
  switch (phase) {
    case 'finished':
    case 'aborted':
      return phase
    case 'none':
    case 'running':
    case 'paused':
      if (!open && readOnly === undefined) return 'interrupted'
      return phase === 'paused' ? 'paused' : 'running'
  }
}
