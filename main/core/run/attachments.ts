import { own } from '../own.ts'
import type { AnyCommand } from './commands.ts'
import { accept, refuse, type DecideContext, type Decision } from './decision.ts'
import type { EventBody, EventData } from './events.ts'
import { isMuster } from './people.ts'
import type { RunState } from './state.ts'

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
        ...(files.redacted && { redacted: files.redacted }),
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

/** A file that a person gives, for a step or for the whole run. Its bytes are on disk already. */
export function attach(
  state: RunState,
  command: Extract<AnyCommand, { type: 'attachment.add' }>,
  { actor }: DecideContext,
): Decision {
  const { type: _type, ...data } = command
  // The command is the engine's own, for only it knows what was written; who asked for it must be somebody.
  if (isMuster(actor))
    return refuse('not-a-person', 'Files are given by people: the program may not add one.')
  if (data.step !== undefined && own(state.steps, data.step) === undefined)
    return refuse('no-step', `The run has no step ${data.step}.`)
  return accept({ type: 'attachment.added', data })
}

/** What a search can find of a file: what a person called it and said of it. Empty for what was collected. */
export function wordsOfAttachment({
  name,
  caption,
  source,
}: EventData<'attachment.added'>): string {
  return source === undefined ? [name, caption ?? ''].join('\n').trim() : ''
}

/** A file that is kept with a run, as its state has it. */
export type Attachment = NonNullable<RunState['attachments']>[number]

/** Whether somebody took it out of the record afterwards, and why. */
export function takenOut(
  state: RunState,
  { blob }: Pick<Attachment, 'blob'>,
): { readonly by: string; readonly reason: string } | undefined {
  return own(state.redactions ?? {}, blob.sha256)
}
