import type { AnyCommand } from './commands.ts'
import type { EventBody } from './events.ts'

/** A file that a download has brought is kept with the run, under its own name. */
export function attachmentOf(
  step: string,
  report: Extract<AnyCommand, { type: 'block.report' | 'block.host-report' }>,
): readonly EventBody[] {
  const { block, attempt, files, stdout } = report
  // What did not come whole is output of the block and no more.
  if (files?.direction !== 'download' || files.sha256 === undefined || stdout === undefined)
    return []
  return [
    {
      type: 'attachment.added',
      data: {
        name: files.to,
        mediaType: files.mediaType ?? 'application/octet-stream',
        blob: stdout,
        sha256: files.sha256,
        size: files.bytes,
        source: {
          step,
          block,
          attempt,
          path: files.from,
          ...('host' in report && { host: report.host }),
        },
      },
    },
  ]
}
