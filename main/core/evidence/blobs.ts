import type { BlobReference, RunEvent } from '../run/events.ts'

/** Every blob an event refers to. */
export function blobsOf(event: RunEvent): readonly BlobReference[] {
  switch (event.type) {
    case 'run.started':
      return [event.data.runbook.source]
    case 'block.finished':
    case 'block.host-finished':
      return [event.data.stdout, event.data.stderr, event.data.timing].filter(
        (blob) => blob !== undefined,
      )
    case 'block.batch-checked':
      return event.data.hosts
        .flatMap(({ stdout, stderr, timing }) => [stdout, stderr, timing])
        .filter((blob) => blob !== undefined)
    case 'attachment.added':
      // What was collected is the output of its block, and named there.
      return event.data.source === undefined ? [event.data.blob] : []
    case 'terminal.closed':
      return [event.data.stdout, event.data.timing].filter((blob) => blob !== undefined)
    default:
      return []
  }
}

/** Names of those that only say when how much came. */
export function timingsOf(event: RunEvent): readonly string[] {
  const parts =
    event.type === 'block.batch-checked'
      ? event.data.hosts
      : 'timing' in event.data
        ? [event.data]
        : []
  return parts.flatMap(({ timing }) => timing?.sha256 ?? [])
}
