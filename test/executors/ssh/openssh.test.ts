import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Executor } from '../../../main/engine/ports.ts'
import { createTransports } from '../../../main/connections/ssh/pool.ts'
import { createSshExecutor } from '../../../main/executors/ssh/executor.ts'
import { startSshd, type Sshd } from '../../harness/sshd.ts'
import { temporaryFolder } from '../../harness/temporary-folder.ts'
import { until } from '../../harness/until.ts'
import { block } from '../support/execution.ts'

/** Blocks over the system's OpenSSH: what differs from the library is only underneath. */

const folder = temporaryFolder('ssh-blocks')
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
  await executor.closeRun('r')
  await sshd.close()
  folder.remove()
})

function begin(text: string, pty = false) {
  let out = ''
  let err = ''
  const execution = executor.start(
    {
      block: block({ pty }),
      text,
      connection: 'host',
      profile: sshd.profile({ transport: 'openssh' }),
      run: 'r',
      values: { NAME: "it's\n" },
      columns: 80,
      rows: 24,
    },
    {
      stdout: (bytes) => {
        out += Buffer.from(bytes).toString()
        return Promise.resolve()
      },
      stderr: (bytes) => {
        err += Buffer.from(bytes).toString()
        return Promise.resolve()
      },
    },
  )
  return { execution, result: execution.result, out: () => out, err: () => err }
}

test.each([false, true])('values, streams and the exit code (terminal: %s)', async (pty) => {
  const { result, out, err } = begin('printf %s "$NAME"; printf err >&2; exit 255', pty)
  expect((await result).outcome).toEqual({ kind: 'exited', code: 255 })
  expect([out(), err()]).toEqual(pty ? ["it's\r\nerr", ''] : ["it's\n", 'err'])
})

test.each([false, true])('an interrupt cancels (terminal: %s)', async (pty) => {
  const { execution, result, out } = begin('echo ready; sleep 60', pty)
  await until('it runs', () => out().includes('ready'))
  execution.stop('interrupt')
  expect((await result).outcome).toEqual({ kind: 'cancelled' })
})

test('the ladder reaches the children on the other side', async () => {
  const { execution, result, out } = begin(
    'trap "" INT TERM\nsleep 61 &\necho "child $!"\nwhile :; do sleep 1; done',
  )
  await until('the child is named', () => /child \d+/u.test(out()))
  for (const rung of ['interrupt', 'terminate', 'kill'] as const) execution.stop(rung)
  expect((await result).outcome).toEqual({ kind: 'cancelled' })
  const child = /child (?<pid>\d+)/u.exec(out())?.groups?.['pid'] ?? '0'
  await until('the child is gone', () => gone(Number(child)))
})

test('cut under a block: disconnected, and the effect stands once', async () => {
  const file = join(folder.path, 'effects')
  const { result, out } = begin(`echo once >> ${file}; echo ready; sleep 60`)
  await until('it runs', () => out().includes('ready'))
  sshd.cutConnections()
  expect((await result).outcome).toMatchObject({ kind: 'disconnected' })
  expect(readFileSync(file, 'utf8')).toBe('once\n')
})

function gone(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}

test('Muster killed, its ssh and its folder go too', async () => {
  const temporary = join(folder.path, 'temporary')
  const script = `
    import { mkdirSync } from 'node:fs'
    mkdirSync(process.env.TMPDIR, { recursive: true })
    const { connectOpenSsh } = await import(${JSON.stringify(new URL('../../../main/connections/ssh/openssh/transport.ts', import.meta.url).href)})
    const { resolveHost } = await import(${JSON.stringify(new URL('../../../main/connections/ssh/config/resolve.ts', import.meta.url).href)})
    const profile = ${JSON.stringify(sshd.profile())}
    await connectOpenSsh(await resolveHost(profile, '127.0.0.1'), { profile }, 'a test')
    console.log('connected')
    setInterval(() => undefined, 1000)`
  const muster = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR: temporary },
  })
  await new Promise((resolve) => muster.stdout.once('data', resolve))
  expect(readdirSync(temporary).length).toBe(1)
  const [made = ''] = readdirSync(temporary)
  expect(existsSync(join(temporary, made, 'control'))).toBe(true)
  muster.kill('SIGKILL')
  await until('its folder is gone', () => readdirSync(temporary).length === 0)
  await until('its ssh is gone', () => !commandLines().some((line) => line.includes(made)))
})

/** Of every process. */
function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      } catch {
        return ''
      }
    })
}
