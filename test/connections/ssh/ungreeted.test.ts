import { expect, it } from 'vitest'
import { saidInstead, ungreeted } from '../../../main/connections/ssh/ungreeted.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

it('what a server says instead of greeting is its first line, harmless', () => {
  expect(saidInstead(undefined)).toBeUndefined()
  expect(saidInstead(bytes(''))).toBeUndefined()
  expect(saidInstead(bytes('SSH-2.0-OpenSSH_9.2\r\n'))).toBeUndefined()
  expect(saidInstead(bytes('Exceeded MaxStartups\r\n'))).toBe('Exceeded MaxStartups')
  expect(saidInstead(bytes('\u001b[31mred\nmore'))).toBe('?[31mred')
  expect(saidInstead(bytes('x'.repeat(5000)))).toHaveLength(200)
})

it('a full server is told from one that may be anything', () => {
  expect(ungreeted('db:22', 'Exceeded MaxStartups')).toMatch(/^db:22 is full: .*Try again/u)
  expect(ungreeted('db:22', 'Not allowed at this time')).toMatch(/^db:22 is full/u)
  expect(ungreeted('db:22', undefined)).toMatch(
    /^db:22 closed the connection before it had greeted\. /u,
  )
  expect(ungreeted('db:22', 'HTTP/1.1 400')).toContain('saying “HTTP/1.1 400”. It may be full')
})
