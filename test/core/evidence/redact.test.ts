import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRedactor, REDACTED, redactText } from '../../../main/core/evidence/redact.ts'

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8')

function through(chunks: readonly Uint8Array[], secrets: readonly string[]): string {
  const redactor = createRedactor(secrets.map(bytes), bytes(REDACTED))
  return Buffer.concat([...chunks.map((chunk) => redactor.push(chunk)), redactor.end()]).toString(
    'utf8',
  )
}

describe('redaction', () => {
  it('takes a secret out wherever it is split', () => {
    const text = bytes('before hunter2secret after')
    for (let at = 0; at <= text.length; at++) {
      expect(through([text.subarray(0, at), text.subarray(at)], ['hunter2secret'])).toBe(
        `before ${REDACTED} after`,
      )
    }
  })

  it('prefers the longer of two secrets, also at the end of a chunk', () => {
    expect(through([bytes('abcd'), bytes('efgh')], ['abcd', 'abcdefgh'])).toBe(REDACTED)
    expect(through([bytes('abcd'), bytes('xx')], ['abcd', 'abcdefgh'])).toBe(`${REDACTED}xx`)
  })

  it('leaves everything else exactly as it was, in any chunks', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd') })), (parts) => {
        const whole = parts.join('')
        expect(through(parts.map(bytes), ['abca', 'dddd'])).toBe(
          redactText(whole, ['abca', 'dddd']),
        )
      }),
      { numRuns: 500, seed: 7 },
    )
  })

  it('does not blank out short values', () => {
    expect(redactText('a 12 b', ['12'])).toBe('a 12 b')
  })
})
