import { homedir } from 'node:os'
import { afterEach, expect, test, vi } from 'vitest'
import { createShellExecutor } from '../../../main/executors/shell/executor.ts'
import type { ExecutionRequest } from '../../../main/engine/ports.ts'
import { block, collect, shellRequest } from '../support/execution.ts'
import { children, isAlive, until } from '../support/processes.ts'

/** Blocks with a terminal, and terminals to type into. */

const executor = createShellExecutor()
const pty = block({ pty: true })

afterEach(async () => {
  vi.unstubAllEnvs()
  await executor.closeRun('run-1')
  await until(() => children().length === 0, 'the end of every child')
})

async function run(text: string, changes: Partial<ExecutionRequest> = {}, delayMs = 0) {
  const sink = collect(delayMs)
  const result = await executor.start(shellRequest(text, { block: pty, ...changes }), sink).result
  return { result, sink }
}

test('the block has a terminal, of the size that was asked for', async () => {
  const { result, sink } = await run(
    'tty; stty size; echo "$TERM" >&2; (: < /dev/tty) && echo ask; exit 4',
    {
      columns: 133,
      rows: 41,
    },
  )
  expect(result).toEqual({ outcome: { kind: 'exited', code: 4 } })
  expect(sink.text).toMatch(/^\/dev\/\S+\r\n41 133\r\nxterm-256color\r\nask\r\n$/)
  expect(sink.err.length).toBe(0)
})

test('bytes are not decoded', async () => {
  const { sink } = await run(
    String.raw`stty raw; printf '\xff\x00\xc3'; sleep 0.05; printf '\xa9\x9b'`,
  )
  expect(sink.out).toEqual(Buffer.from([0xff, 0x00, 0xc3, 0xa9, 0x9b]))
})

test('a signal is named', async () => {
  expect((await run('kill -SEGV $$')).result.outcome).toEqual({
    kind: 'signalled',
    signal: 'SIGSEGV',
  })
})

test.each([0, 30, 300])(
  'last words are not lost when the sink takes %i ms for each piece',
  async (delayMs) => {
    for (const length of [1, 5_000, 15_000]) {
      const { sink } = await run(`head -c ${length} /dev/zero | tr '\\0' x; printf .`, {}, delayMs)
      expect(sink.text).toBe(`${'x'.repeat(length)}.`)
    }
  },
)

test('keys and sizes arrive, and those typed too late go nowhere', async () => {
  const sink = collect()
  const execution = executor.start(
    shellRequest('echo ready; read -r a; echo "<$a>"; stty size', { block: pty }),
    sink,
  )
  await sink.seen('ready')
  execution.terminal?.resize(99, 11)
  execution.terminal?.write(Buffer.from('é "x"\r'))
  expect((await execution.result).outcome).toEqual({ kind: 'exited', code: 0 })
  expect(sink.text).toContain('<é "x">\r\n11 99\r\n')
  execution.terminal?.write(Buffer.from('late\r'))
  execution.terminal?.resize(10, 10)
})

test('keys typed before the program is there are not lost', async () => {
  const sink = collect()
  const execution = executor.start(shellRequest('read -r a; echo "<$a>"', { block: pty }), sink)
  execution.terminal?.write(Buffer.from('early\r'))
  execution.terminal?.resize(50, 20)
  await execution.result
  expect(sink.text).toContain('<early>')
})

test('Ctrl-C typed by a person is what it is, not a stop', async () => {
  const sink = collect()
  const execution = executor.start(
    shellRequest(`sh -c 'echo ready; exec sleep 60'; echo never`, { block: pty }),
    sink,
  )
  await sink.seen('ready')
  execution.terminal?.write(Buffer.from('\u0003'))
  expect((await execution.result).outcome).toEqual({ kind: 'signalled', signal: 'SIGINT' })
})

test('a block that is a terminal runs its command there; without one it is a shell', async () => {
  const terminal = block({ verb: 'terminal' })
  expect((await run('tty', { block: terminal })).sink.text).toMatch(/^\/dev\//)

  const sink = collect()
  const shell = executor.start(
    shellRequest('', { block: terminal, values: { TICKET: 'CHG-7' } }),
    sink,
  )
  shell.terminal?.write(Buffer.from('echo "it is $TICKET"; exit 6\r'))
  expect((await shell.result).outcome).toEqual({ kind: 'exited', code: 6 })
  expect(sink.text).toContain('it is CHG-7\r\n')
})

test('a terminal to type into is the person’s shell, at home, and all of it is recorded', async () => {
  vi.stubEnv('SHELL', '/bin/bash')
  const sink = collect()
  const execution = executor.openTerminal?.(
    { run: 'run-1', connection: 'local', columns: 90, rows: 30 },
    sink,
  )
  execution?.terminal?.write(
    Buffer.from('pwd; shopt -q login_shell && echo log"in"; stty size; exit\r'),
  )
  expect((await execution?.result)?.outcome).toEqual({ kind: 'exited', code: 0 })
  expect(sink.text).toContain(`${homedir()}\r\n`)
  expect(sink.text).toContain('login\r\n')
  expect(sink.text).toContain('30 90\r\n')
})

test('closing a terminal hangs up, and takes what runs in it along', async () => {
  vi.stubEnv('SHELL', '/bin/bash')
  const sink = collect()
  const execution = executor.openTerminal?.(
    { run: 'run-1', connection: 'local', columns: 90, rows: 30 },
    sink,
  )
  execution?.terminal?.write(Buffer.from(`sh -c 'echo re"a"dy $$; exec sleep 60'\r`))
  await sink.seen('ready ')
  const pid = Number(/ready (\d+)/.exec(sink.text)?.[1])
  execution?.stop('terminate')
  expect((await execution?.result)?.outcome).toEqual({ kind: 'cancelled' })
  await until(() => !isAlive(pid), 'the end of the program in the terminal')
})
