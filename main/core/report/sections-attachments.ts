import { falseClaim, mediaTypeWords } from '../files/media-type.ts'
import { bytesText } from './duration.ts'
import type { ReportAttachment } from './report-attachments.ts'
import type { Report } from './report.ts'
import { momentOf, quoted, stepLink, table } from './tree-parts.ts'
import { element, fragment, type Tree } from './tree.ts'
import type { ReportClock } from './zone.ts'

/** What a file is, in words. */
export function kindText({ name, mediaType, size }: ReportAttachment): string {
  const claimed = falseClaim(name, mediaType)
  return `${mediaTypeWords(mediaType)}, ${bytesText(size)}${claimed === undefined ? '' : `; its name says ${mediaTypeWords(claimed)}`}`
}

/** Whose it is. */
export function originText({ by, source }: ReportAttachment): string {
  if (source === undefined) return `given by ${by}`
  return `collected from ${source.path}${source.host === undefined ? '' : ` on ${source.host}`}`
}

/** What became of its bytes, where they are not as they came. */
export function changesText({ redacted, gone }: ReportAttachment): string | undefined {
  if (gone !== undefined) return `${gone.by} took it out of the record: ${gone.reason}`
  return redacted ? 'Secrets in it were taken out when it came.' : undefined
}

/** The files that are kept with the run. */
export function attachments(report: Report, clock: ReportClock): readonly Tree[] {
  return fragment(
    table(
      undefined,
      [{ title: 'When', look: 'time' }, { title: 'File' }],
      report.attachments.map((attachment) => [
        momentOf(clock, attachment.at, attachment.seq),
        [
          element('b', {}, attachment.name),
          `: ${kindText(attachment)}, ${originText(attachment)}`,
          attachment.step !== undefined && [', for ', stepLink(report, attachment.step)],
          quoted(attachment.caption),
          quoted(changesText(attachment)),
          // Of its own line: it is as wide as a page.
          element(
            'div',
            {},
            element('small', {}, 'SHA-256 ', element('code', {}, attachment.sha256)),
          ),
        ],
      ]),
    ),
  )
}
