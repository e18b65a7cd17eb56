import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createTransports } from '../../../main/connections/ssh/pool.ts'
import type { Execution, ExecutionResult, Executor } from '../../../main/engine/ports.ts'
import { createSshExecutor } from '../../../main/executors/ssh/executor.ts'
import { startSshd, type Sshd } from '../../harness/sshd.ts'
import { temporaryFolder } from '../../harness/temporary-folder.ts'
import { until } from '../../harness/until.ts'
import { block } from '../support/execution.ts'

const folder = temporaryFolder('ssh-session')
let sshd: Sshd
let executor: Executor

beforeAll(async () => {
  sshd = await startSshd(join(folder.path, 'sshd'))
  executor = createSshExecutor(
    createTransports({
      prompter: { ask: () => Promise.resolve({ kind: 'declined', why: 'Nobody is there.' }) },
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
  await sshd.close()
  folder.remove()
})

describe.each(['ssh2', 'openssh'] as const)('a session over %s', (transport) => {
  let run = ''
  let count = 0
  beforeEach(() => {
    run = `${transport}-${++count}`
    return () => executor.closeRun(run)
  })

  interface Running {
    readonly execution: Execution
    readonly out: () => string
    readonly result: Promise<ExecutionResult>
  }

  function begin(
    text: string,
    values: Readonly<Record<string, string>> = {},
    timeoutMs?: number,
  ): Running {
    const out: Buffer[] = []
    const execution = executor.start(
      {
        block: block({ session: 'a' }),
        text,
        connection: 'host',
        profile: sshd.profile({ transport }),
        run,
        values,
        columns: 80,
        rows: 24,
        ...(timeoutMs !== undefined && { timeoutMs }),
      },
      {
        stdout: (bytes) => {
          out.push(Buffer.from(bytes))
          return Promise.resolve()
        },
        stderr: () => Promise.resolve(),
      },
    )
    return {
      execution,
      out: () => Buffer.concat(out).toString('utf8'),
      result: execution.result,
    }
  }

  async function finished(text: string, values: Readonly<Record<string, string>> = {}) {
    const running = begin(text, values)
    const { outcome } = await running.result
    return { outcome, out: running.out() }
  }

  const ok = { kind: 'exited', code: 0 }

  test('keeps folder and variables, hands over values, and stops at the first failure', async () => {
    expect(await finished('cd /usr; A=1')).toEqual({ outcome: ok, out: '' })
    const value = `it's\n"two" %s \\n`
    expect(await finished('pwd; echo "$A"; printf "%s|" "$V"', { V: value })).toEqual({
      outcome: ok,
      out: `/usr\n1\n${value}|`,
    })
    expect(await finished('echo before; (exit 7); echo never')).toEqual({
      outcome: { kind: 'exited', code: 7 },
      out: 'before\n',
    })
    expect((await finished(`${'# padding\n'.repeat(20_000)}echo "$A"`)).out).toBe('1\n')
  })

  test('its files are private, go with it, and values stand in none of them', async () => {
    const secret = 'planted-5f1c'
    const { out } = await finished(
      `echo "$SECRET"; d=$(dirname "$BASH_SOURCE"); echo "$d"; stat -c %a "$d"; grep -rl planted-"5f1c" "$d" || true`,
      { SECRET: secret },
    )
    const [shown, path = '', mode, ...rest] = out.split('\n')
    expect([shown, mode]).toEqual([secret, '700'])
    // The file of the values was removed when the shell had read it, or is about to be.
    expect(rest.filter((line) => line !== '' && !line.includes('values-'))).toEqual([])
    await until('the values are gone', async () => {
      const listed = await finished(`ls ${path}`)
      return !listed.out.includes('values-1')
    })
    await executor.closeRun(run)
    expect((await finished(`ls ${path} || true`)).out).toContain('No such file')
  })

  test('interrupted, the shell goes on; terminated, its command ends; killed, the shell is lost', async () => {
    await finished('A=kept')
    const first = begin('echo ready; sleep 60; echo never')
    await until('it runs', () => first.out().includes('ready'))
    first.execution.stop('interrupt')
    expect((await first.result).outcome).toEqual({ kind: 'cancelled' })
    expect((await finished('echo "$A"')).out).toBe('kept\n')

    const second = begin('trap "" INT; echo ready; sleep 60')
    await until('it runs', () => second.out().includes('ready'))
    second.execution.stop('terminate')
    expect((await second.result).outcome).toEqual({ kind: 'cancelled' })
    expect((await finished('trap - INT; echo "$A"')).out).toBe('kept\n')

    const third = begin('sleep 62 & echo "child $!"; sleep 60')
    await until('it runs', () => /child \d+\n/u.test(third.out()))
    third.execution.stop('kill')
    expect((await third.result).outcome).toEqual({ kind: 'cancelled' })
    expect((await finished('echo x')).outcome).toEqual({
      kind: 'not-started',
      detail: expect.stringContaining('ended by SIGKILL, and with it the folder'),
    })
    const child = /child (?<pid>\d+)/u.exec(third.out())?.groups?.['pid'] ?? '0'
    expect((await finished(`ps -o stat= -p ${child} | grep -v Z || echo gone`)).out).toBe('gone\n')
  })

  test('interrupted while it is handed over, it is interrupted as soon as it begins', async () => {
    await finished('A=kept')
    // A word of the shell itself: one that it is about to start as a program may not hear of the key.
    const running = begin('read -r -t 60 LINE')
    await sleep(2)
    running.execution.stop('interrupt')
    expect((await running.result).outcome).toEqual({ kind: 'cancelled' })
    expect((await finished('echo "$A"')).out).toBe('kept\n')
  })

  test('time that is up ends the block, not the shell', async () => {
    await finished('A=kept')
    expect((await begin('sleep 60', {}, 200).result).outcome).toEqual({
      kind: 'timed-out',
      afterMs: 200,
    })
    expect((await finished('echo "$A"')).out).toBe('kept\n')
  })

  test('a lost connection: unknown to the block, told to the next, and nothing is sent again', async () => {
    const file = join(folder.path, `effects-${transport}`)
    const running = begin(`echo once >> ${file}; echo ready; sleep 60`)
    await until('it runs', () => running.out().includes('ready'))
    sshd.cutConnections()
    expect((await running.result).outcome).toEqual({
      kind: 'disconnected',
      detail: expect.stringContaining('ended when the connection was lost'),
    })
    expect((await finished('echo x')).outcome).toEqual({
      kind: 'not-started',
      detail: expect.stringContaining('Run the blocks that prepare the session again'),
    })
    expect((await finished(`cat ${file}`)).out).toBe('once\n')
  })

  test('given up, it is unknown, and the run can be closed', async () => {
    const running = begin('echo ready; sleep 60')
    await until('it runs', () => running.out().includes('ready'))
    running.execution.stop('abandon')
    expect((await running.result).outcome.kind).toBe('unknown')
  })

  test.each([
    ['whose end is caught by the block', "trap 'echo bye' EXIT; sleep 300"],
    ['that does not hear of it', "trap '' HUP; sleep 1"],
    ['between two blocks', ''],
  ])('a cut leaves nothing on the host: a shell %s', async (_when, text) => {
    const running = begin(`echo "at $BASH_SOURCE $BASHPID."\n${text}`)
    const [, path = '', pid = ''] = await until(
      'it says where it is',
      () => /at (\S+) (\d+)\./u.exec(running.out()) ?? undefined,
    )
    if (text === '') await running.result
    expect(path).toMatch(/^\/tmp\/muster-[0-9a-f]{24}\/block-1\.sh$/u)
    sshd.cutConnections()
    await running.result
    try {
      await until('its folder is gone', () => !existsSync(dirname(path)))
    } finally {
      await until('the shell is gone', () => !existsSync(`/proc/${pid}`))
    }
  })
})
