import { z } from 'zod'

/** What a server's certificate says, as it is recorded, and how an expectation is compared with it. */

export const certificateFactsSchema = z.strictObject({
  /** The host that was asked for. */
  host: z.string(),
  /** `TLSv1.3` */
  protocol: z.string(),
  subject: z.string(),
  issuer: z.string(),
  /** DNS names and addresses it is made out to; the common name when it has none. */
  names: z.array(z.string()),
  /** ISO 8601, UTC. */
  validFrom: z.string(),
  validTo: z.string(),
  /** Whole days until it expires; negative when it has. */
  daysLeft: z.int(),
  /** SHA-256 of the certificate, as openssl shows it: `AB:CD:…`. */
  fingerprint: z.string(),
  /** Why it was not accepted; absent when it was. */
  problem: z.string().optional(),
})
export type CertificateFacts = z.infer<typeof certificateFactsSchema>

const COMPARISON = /^\s*(<=|>=|<|>|=)?\s*(-?\d{1,7})\s*$/u

const wantedSchema = z
  .strictObject({
    host: z.string(),
    protocol: z.string(),
    subject: z.string(),
    issuer: z.string(),
    names: z.array(z.string().min(1)),
    daysLeft: z.union([z.int(), z.string().regex(COMPARISON, 'must be such as ">=14"')]),
    fingerprint: z.string(),
  })
  .partial()
type Wanted = z.infer<typeof wantedSchema>

const KEYS: readonly string[] = Object.keys(wantedSchema.shape)

/** Reads the text of an expectation, or says as the end of a sentence why it cannot be one. */
export function readCertificateExpectation(
  text: string,
): { readonly wanted: Wanted } | { readonly why: string } {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return { why: `is not JSON: ${error instanceof Error ? error.message : String(error)}` }
  }
  const parsed = wantedSchema.safeParse(value)
  if (parsed.success)
    return Object.keys(parsed.data).length === 0
      ? { why: `expects nothing; say one of ${KEYS.join(', ')}` }
      : { wanted: parsed.data }
  const [issue] = parsed.error.issues
  if (issue?.code === 'unrecognized_keys')
    return { why: `has “${issue.keys.join('”, “')}”, which is not one of ${KEYS.join(', ')}` }
  const where = issue?.path[0]
  return {
    why:
      where === undefined
        ? 'is not an object such as { "daysLeft": ">=14", "names": ["example.com"] }'
        : where === 'daysLeft'
          ? 'has a “daysLeft” that is neither a number nor such as ">=14"'
          : `has a “${String(where)}” of the wrong kind`,
  }
}

function fits(days: number, wanted: number | string): boolean {
  if (typeof wanted === 'number') return days === wanted
  const [, sign = '=', number] = COMPARISON.exec(wanted) ?? []
  const limit = Number(number)
  switch (sign) {
    case '>=':
      return days >= limit
    case '<=':
      return days <= limit
    case '>':
      return days > limit
    case '<':
      return days < limit
    default:
      return days === limit
  }
}

function plainPrint(fingerprint: string): string {
  return fingerprint
    .replace(/^sha-?256[:=]/iu, '')
    .replaceAll(/[^0-9a-f]/giu, '')
    .toUpperCase()
}

/** The first thing that is not as wanted, in words; undefined when all is. Names may be more than those wanted. */
export function certificateDiffers(wanted: Wanted, seen: CertificateFacts): string | undefined {
  for (const key of ['host', 'protocol', 'subject', 'issuer'] as const) {
    const value = wanted[key]
    if (value !== undefined && value !== seen[key]) return `${key} is ${seen[key]}, not ${value}`
  }
  const names = new Set(seen.names.map((name) => name.toLowerCase()))
  const absent = wanted.names?.find((name) => !names.has(name.toLowerCase()))
  if (absent !== undefined) return `it is made out to ${seen.names.join(', ')}, not to ${absent}`
  if (wanted.daysLeft !== undefined && !fits(seen.daysLeft, wanted.daysLeft))
    return `${seen.daysLeft} days left (valid to ${seen.validTo}), not ${wanted.daysLeft}`
  if (
    wanted.fingerprint !== undefined &&
    plainPrint(wanted.fingerprint) !== plainPrint(seen.fingerprint)
  )
    return `fingerprint is ${seen.fingerprint}, not ${wanted.fingerprint}`
  return undefined
}
