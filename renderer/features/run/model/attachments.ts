import type { Attachment } from '../../../../main/core/run/attachments.ts'
import type { RunState } from '../../../../main/core/run/state.ts'

/** What a download brought, where it is kept with the run. */
export function collected(
  state: RunState,
  block: string,
  attempt: number,
  host: string | undefined,
): Attachment | undefined {
  return (state.attachments ?? []).find(
    ({ source }) => source?.block === block && source.attempt === attempt && source.host === host,
  )
}
