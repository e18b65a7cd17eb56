import { bytesText } from './duration.ts'
import { markup, type Markup } from './markup.ts'
import type { ReportAttachment } from './report-attachments.ts'
import type { Report } from './report.ts'

/** A picture that a report may have in itself, base64. */
export interface ReportPicture {
  readonly mediaType: string
  readonly width: number
  readonly height: number
  readonly base64: string
}

/** Pictures by the event of their attachment. */
export type ReportPictures = ReadonlyMap<number, ReportPicture>

/** So large is one at most, and all of them together, bytes. */
export const LARGEST_PICTURE = 2_000_000
export const MOST_PICTURES = 12_000_000

function figure(
  { name, caption, seq }: ReportAttachment,
  { mediaType, width, height, base64 }: ReportPicture,
): Markup {
  return markup`<figure class="picture"><img src="data:${mediaType};base64,${base64}" width="${width}" height="${height}" alt="${caption ?? name}"><figcaption>${name}, <a href="#e${seq}">event ${seq}</a>${caption === undefined ? undefined : markup`: ${caption}`}</figcaption></figure>
`
}

/** The pictures of a report, and a word on those that are only named. */
export function pictures({ attachments }: Report, shown: ReportPictures): Markup {
  const left = attachments.filter(
    ({ seq, mediaType, gone }) =>
      mediaType.startsWith('image/') && gone === undefined && !shown.has(seq),
  )
  return markup`${attachments.map((attachment) => {
    const picture = shown.get(attachment.seq)
    return picture && figure(attachment, picture)
  })}${left.length === 0 ? undefined : markup`<p class="soft">Not in this file: ${left.map(({ name }) => name).join(', ')}. Pictures of more than ${bytesText(LARGEST_PICTURE)}, more than ${bytesText(MOST_PICTURES)} together, or of a size that cannot be decoded are only named. The bundle has them.</p>`}`
}
