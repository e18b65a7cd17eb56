import { PICTURE_TYPES, signatureOf } from '../../../main/core/files/media-type.ts'
import { mayBeShown, pictureSize, type PictureSize } from '../../../main/core/files/picture-size.ts'
import { base64OfFile } from '../../api/base64.ts'

/** More is saved and opened elsewhere, bytes. */
export const LARGEST_PICTURE = 16_000_000

export type Picture =
  /** An address that the policy of the page allows, with bytes that were looked at. */
  | { readonly kind: 'shown'; readonly address: string; readonly size: PictureSize }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'none' }

/**
 * A picture from bytes of anybody. Only the kinds whose header says how large they are, and only of a size that can be
 * decoded: a few bytes may claim to be a picture of gigabytes.
 */
export async function pictureFrom(blob: Blob): Promise<Picture> {
  const first = new Uint8Array(await blob.slice(0, 64).arrayBuffer())
  const type = signatureOf(first)
  if (type === undefined || !PICTURE_TYPES.has(type)) return { kind: 'none' }
  if (blob.size > LARGEST_PICTURE)
    return { kind: 'refused', why: 'It has more than 16 MB. Save a copy to look at it.' }
  const size = pictureSize(new Uint8Array(await blob.arrayBuffer()), type)
  if (size === undefined)
    return { kind: 'refused', why: 'Its header does not say how large it is, so it is not shown.' }
  if (!mayBeShown(size))
    return {
      kind: 'refused',
      why: `It says that it is ${size.width} × ${size.height} pixels large. Decoding that takes too much memory, so it is not shown.`,
    }
  return { kind: 'shown', address: `data:${type};base64,${await base64OfFile(blob)}`, size }
}
