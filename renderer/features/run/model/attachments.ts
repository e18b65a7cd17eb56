import type { RunState } from '../../../../main/core/run/state.ts'

/** Whether what a download brought is kept with the run. */
export function isKept(
  state: RunState,
  block: string,
  attempt: number,
  host: string | undefined,
): boolean {
  return (state.attachments ?? []).some(
    ({ source }) => source?.block === block && source.attempt === attempt && source.host === host,
  )
}
