import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRedactor, REDACTED, redactText } from '../../../main/core/evidence/redact.ts'

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8')

function through(chunks: readonly Uint8Array[], secrets: readonly string[]): string {
  const redactor = createRedactor(secrets, bytes)
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

  it('finds a secret in every form programs write it in, wherever it is split', () => {
    const secret = `p'ä"s <w>&/ö+d`
    const base64 = (before: string, after: string): string =>
      Buffer.from(before + secret + after).toString('base64')
    const forms = {
      plain: secret,
      url: encodeURIComponent(secret),
      form: new URLSearchParams({ a: secret }).toString(),
      lower: encodeURIComponent(secret).replaceAll(/%../gu, (escape) => escape.toLowerCase()),
      json: JSON.stringify({ a: secret }),
      hex: Buffer.from(secret).toString('hex'),
      HEX: Buffer.from(secret).toString('hex').toUpperCase(),
      html: secret
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('"', '&quot;')
        .replaceAll("'", '&#39;'),
      shell: `'${secret.replaceAll("'", `'\\''`)}'`,
      basic: base64('deploy:', ''),
      one: base64('x', 'y'),
      two: base64('xx', 'yy'),
      three: base64('xxx', 'yyy'),
      web: Buffer.from(`x${secret}y`).toString('base64url'),
    }
    for (const [name, form] of Object.entries(forms)) {
      expect(redactText(`a ${form} b`, [secret]), name).toContain(REDACTED)
      const text = bytes(`a ${form} b`)
      const whole = through([text], [secret])
      expect(whole, name).toContain(REDACTED)
      for (let at = 0; at <= text.length; at++)
        expect(through([text.subarray(0, at), text.subarray(at)], [secret]), name).toBe(whole)
      // Nothing of it is left that could be put together again.
      const left = whole.replaceAll(REDACTED, '')
      expect(left.length, name).toBeLessThan(form.length / 2 + 12)
    }
  })

  it('does not blank out short values', () => {
    expect(redactText('a 12 b', ['12'])).toBe('a 12 b')
  })
})
