import { own } from '../own.ts'

/** What a file is by its bytes, never by its name. */

export const BINARY = 'application/octet-stream'
export const TEXT = 'text/plain'

type Magic = readonly (number | undefined)[]

const ascii = (text: string): Magic => Array.from(text, (character) => character.codePointAt(0))

/** Where several fit, the first counts. `undefined`: any byte. */
const MAGIC: readonly (readonly [string, Magic])[] = [
  ['application/gzip', [0x1f, 0x8b]],
  ['application/zip', [...ascii('PK'), 0x03, 0x04]],
  // An archive without a file in it.
  ['application/zip', [...ascii('PK'), 0x05, 0x06]],
  ['application/zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['application/x-xz', [0xfd, ...ascii('7zXZ'), 0x00]],
  ['application/x-bzip2', ascii('BZh')],
  ['application/pdf', ascii('%PDF-')],
  ['image/png', [0x89, ...ascii('PNG'), 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', ascii('GIF87a')],
  ['image/gif', ascii('GIF89a')],
  ['image/webp', [...ascii('RIFF'), undefined, undefined, undefined, undefined, ...ascii('WEBP')]],
  ['application/x-elf', [0x7f, ...ascii('ELF')]],
]

/** So many bytes of the beginning are enough. */
export const MAGIC_BYTES = Math.max(...MAGIC.map(([, magic]) => magic.length))

/** By the signature at its beginning; undefined where there is none that is known. */
export function signatureOf(first: Uint8Array): string | undefined {
  return MAGIC.find(([, magic]) =>
    magic.every((byte, index) => byte === undefined || byte === first[index]),
  )?.[0]
}

/** What a file is by its first bytes alone. */
export function mediaTypeOf(first: Uint8Array): string {
  return signatureOf(first) ?? (first.includes(0) ? BINARY : TEXT)
}

/** The pictures that may be shown as such. Never SVG or HTML, which are programs: they are text. */
export const PICTURE_TYPES: ReadonlySet<string> = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
])

/** What the ending of a name claims. Others claim nothing that could be checked. */
const CLAIMS: Readonly<Record<string, readonly string[]>> = {
  [TEXT]: 'txt log md json jsonl yaml yml csv tsv xml html htm svg sql sh conf ini toml'.split(' '),
  'image/png': ['png'],
  'image/jpeg': ['jpg', 'jpeg'],
  'image/gif': ['gif'],
  'image/webp': ['webp'],
  'application/pdf': ['pdf'],
  'application/zip': 'zip docx xlsx pptx odt ods jar'.split(' '),
  'application/gzip': ['gz', 'tgz'],
  'application/x-xz': ['xz'],
  'application/x-bzip2': ['bz2'],
  'application/zstd': ['zst'],
}

/** The type that the name of a file claims, where its bytes say another one. */
export function falseClaim(name: string, mediaType: string): string | undefined {
  const ending = /\.(?<ending>[^.]+)$/u.exec(name)?.groups?.['ending']?.toLowerCase()
  if (ending === undefined) return undefined
  const [claimed] = Object.entries(CLAIMS).find(([, endings]) => endings.includes(ending)) ?? []
  return claimed === undefined || claimed === mediaType ? undefined : claimed
}

/** In words: `PNG picture`, `text`, `bytes of an unknown kind`. */
export function mediaTypeWords(mediaType: string): string {
  return own(WORDS, mediaType) ?? mediaType
}

const WORDS: Readonly<Record<string, string>> = {
  [TEXT]: 'text',
  [BINARY]: 'bytes of an unknown kind',
  'image/png': 'PNG picture',
  'image/jpeg': 'JPEG picture',
  'image/gif': 'GIF picture',
  'image/webp': 'WebP picture',
  'application/pdf': 'PDF document',
  'application/zip': 'zip archive',
  'application/gzip': 'gzip archive',
  'application/zstd': 'zstd archive',
  'application/x-xz': 'xz archive',
  'application/x-bzip2': 'bzip2 archive',
  'application/x-elf': 'program',
}
