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

  it('finds base64 in lines and hexadecimal in groups, wherever they are split', () => {
    const secret = 'a-token-that-is-so-long-that-base64-takes-three-lines.'.repeat(3)
    const lines = (text: string, wide: number): string =>
      text.replaceAll(new RegExp(`.{${wide}}`, 'gu'), '$&\n')
    const groups = (text: string, wide: number, between: string): string =>
      text.replaceAll(new RegExp(`.{${wide}}(?=.)`, 'gu'), `$&${between}`)
    const base64 = Buffer.from(`user:${secret}!`).toString('base64')
    const hex = Buffer.from(secret).toString('hex')
    const forms = {
      gnu: lines(base64, 76),
      openssl: lines(base64, 64).replaceAll('\n', '\r\n'),
      indented: lines(base64, 60).replaceAll('\n', '\n    '),
      od: lines(groups(hex, 2, ' '), 48),
      colons: groups(hex.toUpperCase(), 2, ':'),
      xxd: lines(hex, 60),
    }
    for (const [name, form] of Object.entries(forms)) {
      const text = bytes(`before ${form} after`)
      for (let at = 0; at <= text.length; at += 5) {
        const whole = through([text.subarray(0, at), text.subarray(at)], [secret])
        expect(whole.length, `${name} at ${at}: ${whole}`).toBeLessThan(45)
        expect(whole, name).toContain(REDACTED)
        expect(whole.startsWith('before '), name).toBe(true)
        expect(whole.endsWith(' after'), name).toBe(true)
      }
      expect(redactText(`before ${form} after`, [secret]).length, name).toBeLessThan(45)
    }
  })

  it('finds what other languages make of quotes and letters beyond ASCII', () => {
    const secret = `ö'x" $y\\z<&>/9`
    const json = JSON.stringify(secret).slice(1, -1)
    const forms = {
      python: json.replaceAll('ö', '\\u00f6'),
      go: json.replaceAll('<', '\\u003c').replaceAll('&', '\\u0026').replaceAll('>', '\\u003e'),
      dotnet: String.raw`\u00F6\u0027x\u0022 $y\\z\u003C\u0026\u003E/9`,
      bash: String.raw`ö\'x\"\ \$y\\z\<\&\>/9`,
      export: String.raw`ö'x\" \$y\\z<&>/9`,
      redis: String.raw`\xc3\xb6'x\" $y\\z<&>/9`,
      sql: secret.replaceAll("'", "''"),
      csv: secret.replaceAll('"', '""'),
      header: Buffer.from(secret).toString('latin1'),
      react: 'ö&#x27;x&quot; $y\\z&lt;&amp;&gt;/9',
      windows: Buffer.from(secret, 'utf16le').toString('base64').replace(/.=*$/u, ''),
      path: new URL(`http://h/${encodeURI(secret)}`).pathname.slice(1),
    }
    for (const [name, form] of Object.entries(forms))
      expect(redactText(`a ${form} b`, [secret]), name).toBe(`a ${REDACTED} b`)
  })

  it('takes each line of a secret of several lines for a secret, and all of it in any line ends', () => {
    const secret = '-----BEGIN KEY-----\nfirstsecretline\nsecondsecretline\n-----END KEY-----'
    expect(redactText(`x ${secret.replaceAll('\n', '\r\n')} y`, [secret])).toBe(`x ${REDACTED} y`)
    expect(redactText('1: secondsecretline', [secret])).toBe(`1: ${REDACTED}`)
    expect(redactText('-----BEGIN KEY-----', [secret])).toBe('-----BEGIN KEY-----')
  })

  it('knows a secret that was cut off, at the end and before an ellipsis', () => {
    const secret = 'correct horse battery'
    expect(redactText('it is correct horse', [secret])).toBe(`it is ${REDACTED}`)
    expect(redactText('saw correct horse…, not x', [secret])).toBe(`saw ${REDACTED}…, not x`)
    expect(through([bytes('it is correct '), bytes('horse')], [secret])).toBe(`it is ${REDACTED}`)
    // Less than half of it may be anything.
    expect(redactText('it is correct', [secret])).toBe('it is correct')
  })

  it('hands over what it held back as it came', () => {
    const first = createRedactor(['hunter2secret'], bytes)
    expect(Buffer.from(first.push(bytes('a hunter2'))).toString()).toBe('a ')
    const second = createRedactor(['hunter2secret', 'other'], bytes)
    const held = first.release()
    const rest = [held, bytes('secret b')].map((chunk) => second.push(chunk))
    expect(Buffer.concat([...rest, second.end()]).toString()).toBe(`${REDACTED} b`)
    expect(first.end()).toHaveLength(0)
  })

  it('does not blank out short values', () => {
    expect(redactText('a 12 b', ['12'])).toBe('a 12 b')
  })
})

describe('UTF-16, as Windows writes it', () => {
  const encodings = {
    'little endian': (text: string) => Buffer.from(text, 'utf16le'),
    'big endian': (text: string) => Buffer.from(text, 'utf16le').swap16(),
  } as const
  const decoded = (bytes: Buffer, encoding: keyof typeof encodings): string =>
    (encoding === 'big endian' ? Buffer.from(bytes).swap16() : bytes).toString('utf16le')
  const cases = Object.keys(encodings).flatMap((encoding) =>
    ['hunter2secret', 'pässwörter', 'Прывітанне', 'naïve-Пароль', '密碼密碼', 'a b\r\nc'].flatMap(
      (secret) => ['', '\uFEFF'].map((mark) => ({ encoding, secret, mark })),
    ),
  )
  const isEncoding = (name: string): name is keyof typeof encodings => name in encodings

  it.each(cases)(
    '$encoding, mark $mark: $secret, wherever it is split',
    ({ encoding, secret, mark }) => {
      if (!isEncoding(encoding)) throw new Error(encoding)
      const whole = encodings[encoding](`${mark}before ${secret} after ${secret}`)
      for (let at = 0; at <= whole.length; at++) {
        const redactor = createRedactor([secret], bytes)
        const kept = Buffer.concat([
          redactor.push(whole.subarray(0, at)),
          redactor.push(whole.subarray(at)),
          redactor.end(),
        ])
        expect(decoded(kept, encoding)).toBe(`${mark}before ${REDACTED} after ${REDACTED}`)
      }
    },
  )

  it('a secret behind other bytes, at an odd place, in JSON, and one that is cut off', () => {
    const secret = 'hunter"2"secret'
    for (const encode of Object.values(encodings)) {
      const redactor = createRedactor([secret], bytes)
      const kept = Buffer.concat([
        redactor.push(Buffer.concat([bytes('x'), encode(secret), encode(JSON.stringify(secret))])),
        redactor.push(encode(secret).subarray(0, 20)),
        redactor.end(),
      ])
      expect(kept.toString('latin1').replaceAll('\0', '')).toBe(
        `x${REDACTED}"${REDACTED}"${REDACTED}`,
      )
    }
  })

  it('leaves everything else as it was', () => {
    const zeros = Buffer.alloc(1000)
    const redactor = createRedactor(['hunter2secret'], bytes)
    const text = Buffer.concat([
      zeros,
      Buffer.from('hunter2secre', 'utf16le'),
      Buffer.from('x hunter'),
      zeros,
    ])
    expect(Buffer.concat([redactor.push(text), redactor.end()])).toEqual(text)
  })
})
