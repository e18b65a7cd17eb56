import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { backoff, MOST_ATTEMPTS, type Timing } from '../../../main/connections/ssh/kept.ts'
import { createTransports, type TransportPool } from '../../../main/connections/ssh/pool.ts'
import { unattended } from '../../../main/connections/ssh/unattended.ts'
import { createSecrets } from '../../../main/connections/secrets/secrets.ts'
import type { ConnectionState } from '../../../main/core/connection/state.ts'
import type { SshProfile } from '../../../main/core/connection/profile.ts'
import type { Answer, Question } from '../../../main/contract/prompts.ts'
import type { TransportState } from '../../../main/engine/transport.ts'
import { startSshd, type Sshd } from '../../harness/sshd.ts'
import { temporaryFolder } from '../../harness/temporary-folder.ts'
import { until } from '../../harness/until.ts'
import { IMPLEMENTATIONS, run } from './support.ts'

/** A clock that stands until a test lets it go to the next thing that waits for it. */
class StoodClock implements Timing {
  #now = 1_000_000
  readonly #waiting: { readonly at: number; readonly work: () => void }[] = []
  now = (): number => this.#now
  random = (): number => 0.5
  after = (milliseconds: number, work: () => void): (() => void) => {
    const entry = { at: this.#now + milliseconds, work }
    this.#waiting.push(entry)
    return () => {
      const at = this.#waiting.indexOf(entry)
      if (at !== -1) this.#waiting.splice(at, 1)
    }
  }
  get waits(): number {
    return this.#waiting.length
  }
  pass(milliseconds: number): void {
    this.#now += milliseconds
    for (const entry of this.#waiting.filter(({ at }) => at <= this.#now)) {
      this.#waiting.splice(this.#waiting.indexOf(entry), 1)
      entry.work()
    }
  }
}

const folder = temporaryFolder('reconnect')
let sshd: Sshd
let clock: StoodClock
let pool: TransportPool
let states: TransportState[]
let questions: Question[]
let answer: (question: Question) => Answer

beforeAll(async () => {
  sshd = await startSshd(join(folder.path, 'sshd'))
})
afterAll(async () => {
  await sshd.close()
  folder.remove()
})
beforeEach(() => {
  clock = new StoodClock()
  states = []
  questions = []
  answer = () => ({ kind: 'declined', why: 'Nobody is there.' })
  const prompter = {
    ask: (question: Question) => {
      questions.push(question)
      return Promise.resolve(answer(question))
    },
  }
  pool = createTransports({ prompter, secrets: createSecrets(prompter), timing: clock })
  pool.watch((state) => states.push(state))
})
afterEach(async () => {
  await pool.closeRun('r')
})

const acquire = (profile: SshProfile, signal?: AbortSignal) =>
  pool.acquire({
    profile,
    environment: undefined,
    run: 'r',
    ...(signal !== undefined && { signal }),
  })
const last = (): ConnectionState | undefined => states.at(-1)?.connection
const reached = (state: ConnectionState['state']): Promise<ConnectionState> =>
  until(`the connection is ${state}`, () => {
    const now = last()
    return now?.state === state ? now : undefined
  })

describe.each(IMPLEMENTATIONS)('a connection that was lost (%s)', (transport) => {
  test('is made anew by itself, and the next block uses it', async () => {
    const profile = sshd.profile({ transport })
    const first = await acquire(profile)
    sshd.cutConnections()
    const waiting = await reached('waiting')
    expect(waiting).toMatchObject({ attempt: 1, lostAt: 1_000_000, tryAt: 1_000_750 })
    expect(pool.statesOf('r').map(({ connection }) => connection)).toEqual([waiting])
    clock.pass(749)
    expect(last()?.state).toBe('waiting')
    clock.pass(1)
    expect(states.some(({ connection }) => connection.state === 'connecting')).toBe(true)
    await reached('connected')
    const second = await acquire(profile)
    expect(second).not.toBe(first)
    expect((await run(second, 'echo there')).out.toString()).toBe('there\n')
    // Nothing but the connection was made: no further attempt waits.
    expect(clock.waits).toBe(0)
    expect(states.map(({ connection }) => connection.state)).toEqual([
      'connected',
      'waiting',
      'connecting',
      'connected',
    ])
  })

  test('is made at once by a block that needs it', async () => {
    const profile = sshd.profile({ transport })
    await acquire(profile)
    sshd.cutConnections()
    await reached('waiting')
    const again = await acquire(profile)
    expect((await run(again, 'echo at once')).out.toString()).toBe('at once\n')
    expect(last()?.state).toBe('connected')
    expect(clock.waits).toBe(0)
  })

  test('is not tried again after the key of the host has changed', async () => {
    const profile = sshd.profile({ transport })
    await acquire(profile)
    copyFileSync(sshd.knownHosts, join(folder.path, 'known_hosts'))
    await sshd.restart(true)
    await reached('waiting')
    clock.pass(60_000)
    const end = await reached('given-up')
    expect(end).toMatchObject({ because: expect.stringContaining('The key of') })
    expect(clock.waits).toBe(0)
    execFileSync('sh', [
      '-c',
      `for t in ed25519 ecdsa rsa; do printf '[127.0.0.1]:%s %s\\n' ${sshd.port} "$(cat ${sshd.folder}/host_$t.pub)"; done > ${sshd.knownHosts}`,
    ])
    // A person who settled it goes on with the next block.
    await acquire(profile)
    expect(last()?.state).toBe('connected')
  })

  test('is not tried again when nobody is let in any more', async () => {
    const profile = sshd.profile({ transport })
    await acquire(profile)
    const keys = join(sshd.folder, 'authorized_keys')
    rmSync(keys)
    try {
      sshd.cutConnections()
      await reached('waiting')
      clock.pass(60_000)
      const end = await reached('given-up')
      expect('because' in end && end.because).toMatch(/needs a person|was not let in/u)
      expect(clock.waits).toBe(0)
    } finally {
      copyFileSync(`${sshd.identity}.pub`, keys)
    }
    expect(questions).toEqual([])
  })
})

test('a person is not asked again by itself: what was typed is in memory, and serves', async () => {
  const locked = join(folder.path, 'locked')
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'open sesame', '-f', locked])
  execFileSync('sh', ['-c', `cat ${locked}.pub >> ${sshd.folder}/authorized_keys`])
  answer = () => ({ kind: 'secret', values: ['open sesame'] })
  const remembered = sshd.profile({ identityFiles: [locked] })
  await acquire(remembered)
  expect(questions).toHaveLength(1)
  sshd.cutConnections()
  await reached('waiting')
  clock.pass(1_000)
  await reached('connected')
  expect(questions).toHaveLength(1)
})

test('a program that knows a secret is not started by itself', async () => {
  const started = join(folder.path, 'started')
  const prompter = { ask: () => Promise.reject(new Error('Nobody may be asked.')) }
  const secrets = createSecrets(prompter)
  const source = { from: 'command' as const, command: ['sh', '-c', `echo x >> ${started}; echo y`] }
  const purpose = { environment: undefined, profile: 'host', label: 'password of a@b' }
  const alone = unattended(secrets)
  expect(await alone.secrets.get(source, purpose)).toHaveProperty('problem')
  expect(alone.needed()).toBe('the password of a@b')
  expect(existsSync(started)).toBe(false)
  expect(await secrets.get(source, purpose)).toEqual({ value: 'y' })
  expect(await unattended(secrets).secrets.get(source, purpose)).toEqual({ value: 'y' })
  expect(readFileSync(started, 'utf8')).toBe('x\n')
})

test('a host that stays away is tried with growing waits, and then given up', async () => {
  const own = await startSshd(join(folder.path, 'away'))
  try {
    const profile = own.profile()
    await acquire(profile)
    await own.close()
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      const now = await until(`attempt ${attempt} waits`, () => {
        const state = last()
        return state?.state === 'waiting' && state.attempt === attempt ? state : undefined
      })
      expect(now.tryAt - clock.now()).toBe(backoff(attempt, 0.5))
      clock.pass(now.tryAt - clock.now())
    }
    const end = await reached('given-up')
    expect('because' in end && end.because).toMatch(/10 attempts failed.*refused/u)
    expect(clock.waits).toBe(0)
    await expect(acquire(profile)).rejects.toThrow(/refused/u)
    expect(last()?.state).toBe('given-up')
  } finally {
    await own.close()
  }
})

test('the waits double, up to a minute, half of each by chance', () => {
  expect([1, 2, 3, 7, 50].map((attempt) => backoff(attempt, 0))).toEqual([
    500, 1_000, 2_000, 30_000, 30_000,
  ])
  expect(backoff(50, 1)).toBe(60_000)
})

test('the end of a run ends what waits', async () => {
  await acquire(sshd.profile())
  sshd.cutConnections()
  await reached('waiting')
  await pool.closeRun('r')
  expect(clock.waits).toBe(0)
  expect(pool.statesOf('r')).toEqual([])
})

describe('several who want the same connection', () => {
  test('one who gives up takes it from nobody else', async () => {
    const giveUp = new AbortController()
    const impatient = acquire(sshd.profile(), giveUp.signal)
    const patient = acquire(sshd.profile())
    giveUp.abort()
    await expect(impatient).rejects.toMatchObject({ code: 'cancelled' })
    expect((await run(await patient, 'echo served')).out.toString()).toBe('served\n')
  })

  test('the attempt ends when the last of them has given up', async () => {
    const ended: Promise<void>[] = []
    let connections = 0
    const silent = createServer((socket) => {
      connections++
      socket.on('error', () => undefined).resume()
      ended.push(new Promise((resolve) => socket.once('close', () => resolve())))
    })
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const place = silent.address()
    const port = typeof place === 'object' && place !== null ? place.port : 0
    const one = new AbortController()
    const two = new AbortController()
    const profile = sshd.profile({ port })
    const first = acquire(profile, one.signal)
    const second = acquire(profile, two.signal)
    await until('the host was called', () => connections === 1)
    one.abort()
    await expect(first).rejects.toMatchObject({ code: 'cancelled' })
    two.abort()
    await expect(second).rejects.toMatchObject({ code: 'cancelled' })
    await until('its connection is there', () => ended.length === 1)
    await ended[0]
    await new Promise((resolve) => silent.close(resolve))
  })
})
