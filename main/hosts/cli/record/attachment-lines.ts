import { falseClaim, mediaTypeWords } from '../../../core/files/media-type.ts'
import { own } from '../../../core/own.ts'
import { bytesText } from '../../../core/report/duration.ts'
import type { RunState } from '../../../core/run/state.ts'
import { printable } from '../printable.ts'

/** The files that are kept with a run, with the numbers that `--attachment` takes. */
export function attachmentLines(state: RunState): readonly string[] {
  if (state.attachments === undefined) return []
  const lines = ['', 'Attachments (muster show RUN --attachment N -o PATH saves one):']
  for (const [index, attachment] of state.attachments.entries()) {
    const { name, mediaType, size, source, step, caption, by, seq, blob, redacted } = attachment
    const claimed = falseClaim(name, mediaType)
    const gone = own(state.redactions ?? {}, blob.sha256)
    const facts = [
      `${printable(mediaTypeWords(mediaType))}${claimed === undefined ? '' : ` (its name says ${mediaTypeWords(claimed)})`}`,
      bytesText(size),
      source === undefined
        ? `from ${printable(by)}${step === undefined ? '' : ` for ${printable(step)}`}`
        : `from ${printable(source.path)}${source.host === undefined ? '' : ` on ${printable(source.host)}`}`,
      `event ${seq}`,
      ...(redacted === true ? ['secrets in it were taken out'] : []),
      ...(gone === undefined ? [] : [`taken out of the record by ${printable(gone.by)}`]),
    ]
    lines.push(`  ${index + 1}. ${printable(name)}: ${facts.join(', ')}`)
    if (caption !== undefined) lines.push(`     ${printable(caption).replaceAll('\n', '\n     ')}`)
  }
  return lines
}
