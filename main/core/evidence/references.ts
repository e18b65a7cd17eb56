/** References to outputs inside events, found by their form, so that a record of a newer version can be checked too. */

const HEX = /^[0-9a-f]{64}$/u

export interface OutputReference {
  readonly sha256: string
  readonly bytes: number
}

/** Every object with a `sha256` and a number of `bytes`, in the order of the text. */
export function* referencesIn(value: unknown): Generator<OutputReference> {
  if (typeof value !== 'object' || value === null) return
  if ('sha256' in value && 'bytes' in value) {
    const { sha256, bytes } = value
    if (
      typeof sha256 === 'string' &&
      HEX.test(sha256) &&
      typeof bytes === 'number' &&
      Number.isSafeInteger(bytes) &&
      bytes >= 0
    )
      yield { sha256, bytes }
  }
  for (const member of Object.values(value)) yield* referencesIn(member)
}
