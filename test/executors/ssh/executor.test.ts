import { createCipheriv, createHash } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTransports } from '../../../main/connections/ssh/pool.ts'
import type { SshProfile } from '../../../main/core/connection/profile.ts'
import type { Question } from '../../../main/contract/prompts.ts'
import type { Execution, ExecutionResult, Executor } from '../../../main/engine/ports.ts'
import { createSshExecutor } from '../../../main/executors/ssh/executor.ts'
import { startSshd, type Sshd } from '../../harness/sshd.ts'
import { temporaryFolder } from '../../harness/temporary-folder.ts'
import { until } from '../../harness/until.ts'
import { block } from '../support/execution.ts'

const folder = temporaryFolder('ssh')
const questions: Question[] = []
let sshd: Sshd
let executor: Executor

beforeAll(async () => {
  sshd = await startSshd(join(folder.path, 'sshd'))
  executor = createSshExecutor(
    createTransports({
      prompter: {
        ask: (question) => {
          questions.push(question)
          return Promise.resolve({ kind: 'declined', why: 'Nobody is there.' })
        },
      },
      secrets: {
        get: () => Promise.resolve({ problem: 'There is no secret.' }),
        refuse: () => undefined,
        learn: () => undefined,
        values: () => [],
      },
    }),
  )
})
afterAll(async () => {
  await executor.closeRun('r')
  await sshd.close()
  folder.remove()
})

interface Running {
  readonly execution: Execution
  readonly out: () => string
  readonly err: () => string
  readonly result: Promise<ExecutionResult>
}

interface RunOptions {
  readonly values?: Readonly<Record<string, string>>
  readonly language?: string
  readonly pty?: boolean
  readonly timeoutMs?: number
  readonly profile?: SshProfile
  readonly onOut?: (bytes: Uint8Array) => void
}

function begin(text: string, options: RunOptions = {}): Running {
  const { values = {}, language = 'bash', pty = false, timeoutMs, profile, onOut } = options
  const out: Buffer[] = []
  const err: Buffer[] = []
  const execution = executor.start(
    {
      block: block({ language, pty }),
      text,
      connection: 'host',
      profile: profile ?? sshd.profile(),
      run: 'r',
      values,
      columns: 80,
      rows: 24,
      ...(timeoutMs !== undefined && { timeoutMs }),
    },
    {
      stdout: (bytes) => {
        if (onOut === undefined) out.push(Buffer.from(bytes))
        else onOut(bytes)
        return Promise.resolve()
      },
      stderr: (bytes) => {
        err.push(Buffer.from(bytes))
        return Promise.resolve()
      },
    },
  )
  return {
    execution,
    out: () => Buffer.concat(out).toString('utf8'),
    err: () => Buffer.concat(err).toString('utf8'),
    result: execution.result,
  }
}

async function finished(text: string, options: RunOptions = {}) {
  const running = begin(text, options)
  const result = await running.result
  return { ...result, out: running.out(), err: running.err() }
}

describe('a block on a host', () => {
  test('exact streams and exit code', async () => {
    expect(await finished('echo out; printf "err" >&2; exit 3')).toEqual({
      outcome: { kind: 'exited', code: 3 },
      out: 'out\n',
      err: 'err',
    })
  })

  test('stops at the first command that fails, in a pipe too', async () => {
    expect(await finished('false\necho not reached')).toMatchObject({
      outcome: { kind: 'exited', code: 1 },
      out: '',
    })
    expect((await finished('false | cat\necho not reached')).out).toBe('')
    expect((await finished('nosuch-command\n')).err).toContain('line 1: nosuch-command')
  })

  test.each([
    'plain',
    "it's",
    'two\nlines\n',
    '\n',
    '%s %d %%',
    '\\n \\t \\\\',
    '$(id) `id` $HOME "x"',
    'ünïcödé 🙂',
    ' spaces ',
    "a\n'b'\n%\\_",
  ])('the value %j arrives as it is, and is in no list of processes', async (value) => {
    const { out } = await finished('printf %s "$VALUE"; printf "\\0"; ps -ww -o args= -p $$', {
      values: { VALUE: value },
    })
    const [seen, processes] = out.split('\0')
    expect(seen).toBe(value)
    expect(processes).not.toContain('VALUE=')
  })

  test('in sh too, and with nothing on standard input', async () => {
    expect(
      await finished('cat; echo "$A"; echo "${BASH_VERSION-none}"', {
        language: 'sh',
        values: { A: 'x\n' },
      }),
    ).toMatchObject({ outcome: { kind: 'exited', code: 0 }, out: 'x\n\nnone\n' })
  })

  test('heredocs, quotes and long text', async () => {
    const long = 'x'.repeat(300_000)
    const { out } = await finished(`cat <<'END'\n---\n${long}\n#muster-end\nEND\necho "a 'b' c"`)
    expect(out).toBe(`---\n${long}\n#muster-end\na 'b' c\n`)
  })

  test('50 MB of any bytes, unchanged', async () => {
    const hash = createHash('sha256')
    let length = 0
    const { outcome } = await finished(
      'head -c 50000000 /dev/zero | openssl enc -aes-128-ctr -K 0 -iv 0 2>/dev/null',
      {
        onOut: (bytes) => {
          hash.update(bytes)
          length += bytes.length
        },
      },
    )
    expect(outcome).toEqual({ kind: 'exited', code: 0 })
    expect(length).toBe(50_000_000)
    expect(hash.digest('hex')).toBe(expectedCipher())
  })

  test('a signal is a signal, and what goes on in the background is said', async () => {
    expect(await finished('kill -9 $$')).toMatchObject({
      outcome: { kind: 'signalled', signal: 'SIGKILL' },
    })
    const { outcome, notice } = await finished('sleep 3 & echo started')
    expect(outcome).toEqual({ kind: 'exited', code: 0 })
    expect(notice).toContain('went on when the block had ended')
  })
})

function expectedCipher(): string {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16))
  const hash = createHash('sha256')
  const zeros = Buffer.alloc(1_000_000)
  for (let part = 0; part < 50; part++) hash.update(cipher.update(zeros))
  return hash.digest('hex')
}

describe('stopping', () => {
  async function running(text: string, options: RunOptions = {}): Promise<Running> {
    const started = begin(`echo ready\n${text}`, options)
    await until('it runs', () => started.out().includes('ready'))
    return started
  }

  test('an interrupt ends the command there', async () => {
    const { execution, result } = await running('sleep 60')
    execution.stop('interrupt')
    expect((await result).outcome).toEqual({ kind: 'cancelled' })
  })

  test('what ignores one rung falls to the next, with all its children', async () => {
    const { execution, result, out } = await running(
      'trap "" INT TERM\nsleep 61 &\necho "child $!"\nwhile :; do sleep 1; done',
    )
    await until('the child is named', () => /child \d+/u.test(out()))
    execution.stop('interrupt')
    execution.stop('terminate')
    execution.stop('kill')
    expect((await result).outcome).toEqual({ kind: 'cancelled' })
    const child = /child (?<pid>\d+)/u.exec(out())?.groups?.['pid'] ?? '0'
    await until('the child is gone', async () => {
      const { outcome } = await finished(`kill -0 ${child}`)
      return outcome.kind === 'exited' && outcome.code !== 0
    })
  })

  test('time that is up ends it', async () => {
    expect((await finished('sleep 60', { timeoutMs: 200 })).outcome).toEqual({
      kind: 'timed-out',
      afterMs: 200,
    })
  })

  test('given up, it is unknown', async () => {
    const { execution, result } = await running('sleep 2')
    execution.stop('abandon')
    expect((await result).outcome).toEqual({
      kind: 'unknown',
      detail: expect.stringContaining('still running on 127.0.0.1 (process '),
    })
  })

  test('stopped before it is connected, nothing ran', async () => {
    const { execution, result } = begin('echo no', { profile: sshd.profile({ name: 'other' }) })
    execution.stop('interrupt')
    expect((await result).outcome.kind).toBe('not-started')
  })
})

describe('a terminal', () => {
  test('has a size, is resized, and takes keys', async () => {
    const running = begin('stty size; read line; stty size; echo "got $line"', { pty: true })
    await until('it shows its size', () => running.out().includes('24 80'))
    running.execution.terminal?.resize(100, 30)
    running.execution.terminal?.write(Buffer.from('hello\r'))
    expect((await running.result).outcome).toEqual({ kind: 'exited', code: 0 })
    expect(running.out()).toBe('24 80\r\nhello\r\n30 100\r\ngot hello\r\n')
  })

  test('Ctrl-C ends what is in the foreground', async () => {
    const running = begin('echo ready; sleep 60', { pty: true, values: { A: 'x' } })
    await until('it runs', () => running.out().includes('ready'))
    running.execution.stop('interrupt')
    expect((await running.result).outcome).toEqual({ kind: 'cancelled' })
  })

  test('a shell to type into', async () => {
    if (executor.openTerminal === undefined) throw new Error('It has one.')
    let seen = ''
    const shell = executor.openTerminal(
      { run: 'r', connection: 'host', profile: sshd.profile(), columns: 90, rows: 20 },
      {
        stdout: (bytes) => {
          seen += Buffer.from(bytes).toString()
          return Promise.resolve()
        },
        stderr: () => Promise.resolve(),
      },
    )
    shell.terminal?.write(Buffer.from('echo "$((40+2)) $(stty size)"; exit 7\r'))
    expect((await shell.result).outcome).toEqual({ kind: 'exited', code: 7 })
    expect(seen).toContain('42 20 90')
  })
})

describe('a connection that fails', () => {
  test('lost under a running block, the outcome says so, and nothing is sent again', async () => {
    const file = join(folder.path, 'effects')
    const running = begin(`echo once >> ${file}; echo ready; sleep 60`)
    await until('it runs', () => running.out().includes('ready'))
    sshd.cutConnections()
    expect((await running.result).outcome).toEqual({
      kind: 'disconnected',
      detail: expect.stringMatching(/was lost while the block ran there as process \d+/u),
    })
    expect((await finished(`cat ${file}`)).out).toBe('once\n')
  })

  test('refused, unreachable by name, or no key accepted: nothing started, in words', async () => {
    const refused = await finished('true', { profile: sshd.profile({ port: 1 }) })
    expect(refused.outcome).toEqual({
      kind: 'not-started',
      detail: '127.0.0.1:1 refused the connection: the host is up, and nothing listens there.',
    })
    const wrong = await finished('true', {
      profile: sshd.profile({ identityFiles: [join(sshd.folder, 'host_ed25519')] }),
    })
    expect(wrong.outcome).toEqual({
      kind: 'not-started',
      detail: expect.stringMatching(
        /was not let in\. Tried: the key .*The server takes: publickey/u,
      ),
    })
  })

  test('an unknown host asks, and declined nothing is sent', async () => {
    questions.length = 0
    const { outcome } = await finished('true', {
      profile: sshd.profile({ knownHostsFiles: [join(folder.path, 'empty')] }),
    })
    expect(outcome).toEqual({
      kind: 'not-started',
      detail: expect.stringContaining('is not in known_hosts, and nobody accepted it'),
    })
    expect(questions).toMatchObject([
      { kind: 'host-key', fingerprint: sshd.fingerprint(), keyType: 'ssh-ed25519', known: [] },
    ])
  })

  test('a host whose key changed is refused with both keys, and no question', async () => {
    const old = sshd.fingerprint()
    await executor.closeRun('r')
    await sshd.restart(true)
    questions.length = 0
    const { outcome } = await finished('true')
    if (outcome.kind !== 'not-started') throw new Error(outcome.kind)
    expect(outcome.detail).toContain(`It shows ssh-ed25519 ${sshd.fingerprint()}`)
    expect(outcome.detail).toContain(`known is ssh-ed25519 ${old} from ${sshd.knownHosts}:1`)
    expect(questions).toEqual([])
  })
})
