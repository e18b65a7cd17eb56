/** What a bundle has in it. `verify.py` knows the same names; anything else is no bundle of ours. */

const KNOWN =
  /^(?:VERIFY\.md|verify\.py|words\.txt|manifest\.json|runbook\.md|events\.jsonl|blobs\.jsonl|reports\/[a-z.-]{1,40}|sessions\/[a-z0-9-]{1,120}\.cast|keys\/[1-9]\d{0,5}\.(?:key|endorsement)|checkpoints\/[1-9]\d{0,14}\.note|blobs\/[0-9a-f]{64})$/u

export function isBundleName(name: string): boolean {
  return KNOWN.test(name)
}

/** The only line of the manifest. It says nothing that the events do not, so it can be computed from them. */
export function manifestText(record: {
  readonly run: string
  readonly events: number
  readonly outputs: number
}): string {
  const { events, outputs, run } = record
  return `${JSON.stringify({ bundle: 1, events, outputs, run })}\n`
}

/** Where the salt and the size of an output stand: a line each. */
export function blobLine(sha256: string, salt: Uint8Array, bytes: number): string {
  return `${JSON.stringify({ bytes, salt: Buffer.from(salt).toString('hex'), sha256 })}\n`
}

export const BLOB_LINE =
  /^\{"bytes":(?<bytes>0|[1-9]\d{0,15}),"salt":"(?<salt>[0-9a-f]{32})","sha256":"(?<sha256>[0-9a-f]{64})"\}$/u
