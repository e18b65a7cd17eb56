import type { CheckpointView } from '../../../../main/contract/evidence.ts'
import { useRequest } from '../../../app/use-request.ts'
import { useRun } from '../screen/run-context.ts'

/**
 * The newest signed checkpoint of the run that is shown. Undefined until it is known, and where there is none. It is made
 * right after the event that calls for it: whoever has the event can ask for it.
 */
export function useNewestCheckpoint(): CheckpointView | undefined {
  const { run, state } = useRun()
  return useRequest('runs.checkpoints', { run, newest: true }, state.seq).value?.[0]
}
