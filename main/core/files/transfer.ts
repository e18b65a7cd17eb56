import { isMap, parseDocument, visit } from 'yaml'
import { z } from 'zod'

/** What an `upload` or `download` block says: which file goes where. */

/** A block this long is no list of keys. */
const LONGEST = 16 * 1024
const TEMPLATE = /\{\{\s*(?<name>[A-Za-z_]\w*)\s*\}\}/gu

const path = z
  .string()
  .min(1)
  .max(4096)
  // Names with line breaks and the like are a trap for every reader of the record.
  .refine((text) => !/[\u0000-\u001f\u007f]/u.test(text), {
    error: 'a path has no line breaks or control characters',
  })
const sha256 = z
  .string()
  .regex(/^[0-9a-fA-F]{64}$/u, { error: 'a SHA-256 is 64 hexadecimal digits' })
  .transform((text) => text.toLowerCase())

export const uploadSchema = z.strictObject({
  /** On this laptop; relative to the folder of the runbook. */
  from: path,
  /** On the host; relative to the home of the person who logs in there. */
  to: path,
  /** Permissions there, octal; undefined: what the host gives. */
  mode: z
    .string()
    .regex(/^0?[0-7]{3}$/u, { error: 'a mode is three octal digits, as in 0644' })
    .optional(),
  /** What the file must be. Checked before anything is sent. */
  sha256: sha256.optional(),
  /** A file that is there is replaced. */
  replace: z
    .enum(['true', 'false'], { error: 'write true or false' })
    .transform((word) => word === 'true')
    .optional(),
})
export type Upload = z.infer<typeof uploadSchema>

export const downloadSchema = z.strictObject({
  /** On the host; relative to the home of the person who logs in there. */
  from: path,
  /** Under which name it is kept with the run; undefined: its own. */
  name: path.optional(),
  sha256: sha256.optional(),
  /** The largest that is taken, in MB. */
  'max-mb': z
    .string()
    .regex(/^[1-9]\d{0,3}$/u, { error: 'write a whole number from 1 to 9999' })
    .transform(Number)
    .optional(),
})
export type Download = z.infer<typeof downloadSchema>

export type Transfer =
  | { readonly verb: 'upload'; readonly upload: Upload }
  | { readonly verb: 'download'; readonly download: Download }

/** Downloads stop at this size unless they say otherwise, MB. */
export const MAX_MB = 100

/** Reads the text of a block. Everything in it is text: a digest is no number, and a mode keeps its zero. The problem is a sentence that says what to write. */
export function readTransfer(
  verb: 'upload' | 'download',
  text: string,
): Transfer | { readonly problem: string } {
  if (text.length > LONGEST) return { problem: `An ${verb} says from and to in a few lines.` }
  const document = parseDocument(text, { schema: 'failsafe', uniqueKeys: true })
  const [error] = document.errors
  if (error !== undefined)
    return { problem: `This is not YAML: ${error.message.split('\n')[0] ?? ''}` }
  const keys = verb === 'upload' ? 'from: and to:' : 'from:'
  if (!isMap(document.contents)) return { problem: `Write ${keys} with a path behind each.` }
  let aliases = false
  visit(document, {
    Alias: () => {
      aliases = true
      return visit.BREAK
    },
  })
  if (aliases) return { problem: 'Aliases (*name) are not read here. Write the path itself.' }
  const value: unknown = document.toJS()
  const parsed = (verb === 'upload' ? uploadSchema : downloadSchema).safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const where = issue?.path.join('.') ?? ''
    if (issue?.code === 'unrecognized_keys')
      return {
        problem: `“${issue.keys.join('”, “')}” is no key of ${verb}. It has ${Object.keys(verb === 'upload' ? uploadSchema.shape : downloadSchema.shape).join(', ')}.`,
      }
    return {
      problem: `${where === '' ? '' : `“${where}”: `}${issue?.message ?? 'it cannot be read'}. Write ${keys} with a path behind each.`,
    }
  }
  return verb === 'upload'
    ? { verb, upload: uploadSchema.parse(value) }
    : { verb, download: downloadSchema.parse(value) }
}

/** Names of values that the paths of a block are made with. */
export function namesInTransfer(text: string): readonly string[] {
  return [...text.matchAll(TEMPLATE)].flatMap(({ groups }) =>
    groups?.['name'] === undefined ? [] : [groups['name']],
  )
}

/** Puts values into a path, each as a part of one name: none can lead to another folder. */
export function filledPath(
  template: string,
  values: Readonly<Record<string, string>>,
): { readonly path: string } | { readonly problem: string } {
  let problem: string | undefined
  const filled = template.replaceAll(TEMPLATE, (_whole, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined
    if (value === undefined) problem ??= `${name} has no value.`
    else if (
      value === '' ||
      value === '.' ||
      value === '..' ||
      /[/\\\u0000-\u001f\u007f]/u.test(value)
    )
      problem ??= `The value of ${name} cannot be a part of a path: it is empty, has a slash or a control character, or leads to another folder.`
    return value ?? ''
  })
  return problem === undefined ? { path: filled } : { problem }
}

/** What is recorded of a transfer. */
export const fileFactsSchema = z.strictObject({
  direction: z.enum(['upload', 'download']),
  /** As it was used: absolute on this laptop, as given on the host. */
  from: z.string(),
  to: z.string(),
  /** Bytes that arrived: for an upload, that the host has acknowledged. */
  bytes: z.int().nonnegative(),
  /** Of the whole file, known from the side it comes from. */
  size: z.int().nonnegative().optional(),
  /** Of the bytes that arrived, when all of them did; where `redacted`, of what is kept: over a secret it would give that away. */
  sha256: z.string().optional(),
  /** Secrets stood in what arrived, and were taken out. */
  redacted: z.literal(true).optional(),
  mode: z.string().optional(),
  /** By its first bytes: `text/plain`, `application/gzip`. */
  mediaType: z.string().optional(),
  /** A file was there and was replaced. */
  replaced: z.boolean().optional(),
  /** Why it did not come to an end, where that is known. */
  error: z.string().optional(),
})
export type FileFacts = z.infer<typeof fileFactsSchema>

/** The last name of a path. */
export function baseName(of: string): string {
  return of.split('/').findLast((part) => part !== '') ?? of
}
