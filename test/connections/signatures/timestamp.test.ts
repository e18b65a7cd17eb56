import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTimestampService } from '../../../main/connections/signatures/timestamp-service.ts'
import { checkTimestamp, timestampQuery } from '../../../main/connections/signatures/timestamp.ts'
import { temporaryFolder } from '../../harness/temporary-folder.ts'
import { localAuthority, type LocalAuthority } from './local-authority.ts'

/** Against a real authority: openssl answers, and openssl verifies what was recorded. */

const folder = temporaryFolder('timestamp')
let authority: LocalAuthority
beforeAll(async () => {
  authority = await localAuthority(folder.path)
})
afterAll(async () => {
  await authority.close()
  folder.remove()
})

const MESSAGE = Buffer.from('the note over a run\n')

describe('a time stamp', () => {
  it('is asked for over HTTP, says when, and openssl verifies it', async () => {
    const before = Math.floor(Date.now() / 1000) * 1000
    const service = createTimestampService(authority.url)
    const answer = await service.stamp(MESSAGE, AbortSignal.timeout(30_000))
    const checked = checkTimestamp(answer, MESSAGE)
    if ('problem' in checked) throw new Error(checked.problem)
    expect(checked.at).toBeGreaterThanOrEqual(before)
    expect(checked.at).toBeLessThanOrEqual(Date.now())
    const [message, token] = ['message', 'token.tsr'].map((name) => join(folder.path, name))
    writeFileSync(message ?? '', MESSAGE)
    writeFileSync(token ?? '', answer)
    const said = execFileSync(
      'openssl',
      [
        'ts',
        '-verify',
        '-data',
        message ?? '',
        '-in',
        token ?? '',
        '-CAfile',
        authority.certificate,
      ],
      { encoding: 'utf8', stdio: 'pipe' },
    )
    expect(said).toContain('Verification: OK')
  })

  it('of something else is none of this', () => {
    const answer = authority.answer(timestampQuery(MESSAGE, randomBytes(8)))
    expect(checkTimestamp(answer, Buffer.from('another'))).toEqual({
      problem: 'The time stamp is of something else.',
    })
  })

  it('that openssl asked for by itself is read as well', () => {
    const [message, query] = ['own', 'own.tsq'].map((name) => join(folder.path, name))
    writeFileSync(message ?? '', MESSAGE)
    execFileSync(
      'openssl',
      ['ts', '-query', '-data', message ?? '', '-sha256', '-cert', '-out', query ?? ''],
      { stdio: 'pipe' },
    )
    expect(checkTimestamp(authority.answer(readFileSync(query ?? '')), MESSAGE)).toHaveProperty(
      'at',
    )
  })

  it('that is cut short, refused or rubbish is said to be none', () => {
    const answer = authority.answer(timestampQuery(MESSAGE, randomBytes(8)))
    for (let length = 0; length < 200; length += 7)
      expect(checkTimestamp(answer.subarray(0, length), MESSAGE)).toHaveProperty('problem')
    // status 2: rejection.
    expect(checkTimestamp(Buffer.from('30053003020102', 'hex'), MESSAGE)).toEqual({
      problem: 'The service has refused to give a time stamp.',
    })
    expect(checkTimestamp(Buffer.from('hello'), MESSAGE)).toHaveProperty('problem')
  })
})
