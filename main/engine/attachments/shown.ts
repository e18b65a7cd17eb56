import {
  mediaTypeOf,
  mediaTypeWords,
  PICTURE_TYPES,
  signatureOf,
  TEXT,
} from '../../core/files/media-type.ts'
import { mayBeShown, pictureSize } from '../../core/files/picture-size.ts'
import {
  LARGEST_PICTURE,
  MOST_PICTURES,
  type ReportPicture,
  type ReportPictures,
} from '../../core/report/html-pictures.ts'
import type { Report } from '../../core/report/report.ts'
import type { BlobReference } from '../../core/run/events.ts'
import type { BlobStore } from '../ports.ts'

/** So much of the beginning says whether an output is text. */
const LOOKED_AT = 4_096

/** What an output is that is no text, in words; undefined where it is text. */
export async function kindOf(
  blobs: BlobStore,
  run: string,
  { sha256, bytes }: BlobReference,
): Promise<string | undefined> {
  const first = await blobs.read(run, sha256, 0, Math.min(bytes, LOOKED_AT))
  const type = mediaTypeOf(first)
  return type === TEXT ? undefined : mediaTypeWords(type)
}

/**
 * The pictures that a report has in itself: those whose bytes are one, of a size that any reader can decode, as long as
 * there is room. What cannot be read is only named; the verification says more.
 */
export async function picturesOf(
  { run, attachments }: Report,
  blobs: BlobStore,
): Promise<ReportPictures> {
  const pictures = new Map<number, ReportPicture>()
  let room = MOST_PICTURES
  for (const { seq, mediaType, blob, gone } of attachments) {
    if (gone !== undefined || !PICTURE_TYPES.has(mediaType)) continue
    if (blob.bytes > Math.min(LARGEST_PICTURE, room)) continue
    const bytes = await blobs.read(run, blob.sha256, 0, blob.bytes).catch(() => undefined)
    if (bytes === undefined || signatureOf(bytes) !== mediaType) continue
    const size = pictureSize(bytes, mediaType)
    if (size === undefined || !mayBeShown(size)) continue
    room -= blob.bytes
    pictures.set(seq, { mediaType, ...size, base64: Buffer.from(bytes).toString('base64') })
  }
  return pictures
}
