import { describe, expect, test } from 'vitest'
import { readRequest } from '../../../main/executors/http/request-text.ts'

const BASE = 'https://example.com'

function read(text: string, values: Record<string, string> = {}, base = BASE) {
  const { method, url, headers, body } = readRequest(text, base, values)
  return {
    method,
    url: url.href,
    headers: Object.fromEntries(headers),
    body: Buffer.from(body).toString(),
  }
}

describe('the address', () => {
  test.each([
    ['GET /health', BASE, 'https://example.com/health'],
    ['GET health', BASE, 'https://example.com/health'],
    ['GET /', `${BASE}/api/`, 'https://example.com/api/'],
    ['GET /v1?a=1', `${BASE}/api`, 'https://example.com/api/v1?a=1'],
    ['GET ?a=1', `${BASE}/api`, 'https://example.com/api/?a=1'],
    ['GET https://other.example/x HTTP/1.1', BASE, 'https://other.example/x'],
    ['GET /x#part', BASE, 'https://example.com/x'],
  ])('%s below %s', (text, base, url) => {
    expect(read(text, {}, base).url).toBe(url)
  })

  test.each([
    '',
    'FETCH /x',
    'get /x',
    'GET',
    'GET /a b',
    'GET ftp://example.com/',
    'GET //other.example/x',
    'CONNECT example.com:443',
  ])('%j is refused', (text) => {
    expect(() => read(text)).toThrow()
  })

  test('a target that is no address is named', () => {
    expect(() => read('GET /x', {}, 'orders-api')).toThrow(/orders-api/)
  })

  test('values are percent-encoded wherever they stand', () => {
    const value = 'a/b?c=d&e#f g%2e@é'
    expect(read('GET /x/{{V}}/y?q={{V}}&r={{ V }}', { V: value }).url).toBe(
      `https://example.com/x/${encodeURIComponent(value)}/y?q=${encodeURIComponent(value)}&r=${encodeURIComponent(value)}`,
    )
  })

  test.each(['..', '.', '%2e%2E'])('a value of %s does not climb out of the path', (value) => {
    const read_ = (): unknown => read('DELETE /users/{{ID}}/data', { ID: value })
    if (value.startsWith('%'))
      expect(read_()).toMatchObject({ url: expect.stringContaining('/users/%252e%252E/data') })
    else expect(read_).toThrow(/part of the path/)
  })

  test('what the author wrote is left to the author', () => {
    expect(read('GET /a/../b/{{X}}', { X: 'c' }).url).toBe('https://example.com/b/c')
  })
})

describe('headers', () => {
  test('are sent as written, after those of ours that were not given', () => {
    const { headers } = readRequest('GET /\nX-A: 1\nx-a: 2\nUser-Agent: mine', BASE, {})
    expect(headers).toEqual([
      ['Host', 'example.com'],
      ['Accept', '*/*'],
      ['X-A', '1'],
      ['x-a', '2'],
      ['User-Agent', 'mine'],
      ['Connection', 'close'],
    ])
  })

  test.each(['a\r\nX-Evil: 1', 'a\nb', 'a\rb', 'a\0b'])('a value of %j is refused', (value) => {
    expect(() => read('GET /\nX-A: {{V}}', { V: value })).toThrow(/line break/)
  })

  test.each([
    'no colon',
    ': empty',
    'Sp ace: x',
    'Transfer-Encoding: chunked',
    'Content-Length: 5',
  ])('%j is refused', (line) => {
    expect(() => read(`POST /\n${line}\n\nbody`)).toThrow()
  })

  test('credentials of the address become a header', () => {
    const { headers, url } = read('GET /', {}, 'https://me:p%40ss@example.com')
    expect(headers['Authorization']).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`)
    expect(url).toContain('example.com')
  })
})

describe('the body', () => {
  test('is sent exactly as it stands, whatever the line ends', () => {
    expect(read('POST /\r\nContent-Type: text/plain\r\n\r\na\r\n\r\nb\n').body).toBe('a\r\n\r\nb\n')
    expect(read('\n\nPOST /\n\nbody').body).toBe('body')
    expect(read('POST /').headers['Content-Length']).toBe('0')
    expect(read('GET /').headers['Content-Length']).toBeUndefined()
    expect(read('POST /\n\né').headers['Content-Length']).toBe('2')
  })

  const NASTY = `a"b\\c\n</x>&'é, "admin": true`

  test('JSON: escaped in a string', () => {
    const { body } = read(
      'POST /\nContent-Type: application/json; charset=utf-8\n\n{"a": "x {{V}}", "b\\"": "{{V}}"}',
      { V: NASTY },
    )
    expect(JSON.parse(body)).toEqual({ a: `x ${NASTY}`, 'b"': NASTY })
  })

  test('JSON: outside a string only a number, true, false or null', () => {
    const text = 'POST /\nContent-Type: application/problem+json\n\n{"a": {{V}}}'
    for (const value of ['5', '-1.5e3', 'true', 'null'])
      expect(JSON.parse(read(text, { V: value }).body)).toEqual({ a: JSON.parse(value) })
    for (const value of ['1, "admin": true', '"x"', '', '01', '{}'])
      expect(() => read(text, { V: value })).toThrow(/quotes/)
  })

  test('forms and XML are encoded, plain text is verbatim', () => {
    const body = (type: string): string =>
      read(`POST /\nContent-Type: ${type}\n\nv={{V}}`, { V: NASTY }).body
    expect(new URLSearchParams(body('application/x-www-form-urlencoded')).get('v')).toBe(NASTY)
    expect(body('application/soap+xml')).toBe(
      'v=a&quot;b\\c\n&lt;/x&gt;&amp;&apos;é, &quot;admin&quot;: true',
    )
    expect(body('text/plain')).toBe(`v=${NASTY}`)
  })

  test('values in a body of no type are refused', () => {
    expect(() => read('POST /\n\n{{V}}', { V: 'x' })).toThrow(/Content-Type/)
  })
})

test('a name without a value is refused everywhere', () => {
  for (const text of ['GET /{{V}}', 'GET /\nA: {{V}}', 'POST /\nContent-Type: text/plain\n\n{{V}}'])
    expect(() => read(text, { W: '' })).toThrow(/\{\{V\}\} has no value/)
  expect(() => read('GET /{{constructor}}')).toThrow(/has no value/)
})
