import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { afterEach, describe, expect, test } from 'vitest'
import { createShellExecutor } from '../../../main/executors/shell/executor.ts'
import type { Execution, ExecutionRequest, ExecutionResult } from '../../../main/engine/ports.ts'
import { block, collect, shellRequest, type CollectingSink } from '../support/execution.ts'
import { children, isAlive, openFiles, until } from '../support/processes.ts'

/** `session=NAME`: one live shell for several blocks. */

const executor = createShellExecutor()

afterEach(() => executor.closeRun('run-1'))

interface Ran {
  readonly result: ExecutionResult
  readonly text: string
}

function start(
  text: string,
  changes: Partial<ExecutionRequest> = {},
  sink: CollectingSink = collect(),
): { readonly execution: Execution; readonly sink: CollectingSink } {
  const execution = executor.start(
    shellRequest(text, { block: block({ session: 'work' }), ...changes }),
    sink,
  )
  return { execution, sink }
}

async function run(text: string, changes: Partial<ExecutionRequest> = {}): Promise<Ran> {
  const { execution, sink } = start(text, changes)
  const result = await execution.result
  return { result, text: sink.text }
}

function detailOf({ outcome }: ExecutionResult): string {
  return 'detail' in outcome ? outcome.detail : ''
}

const DONE = { outcome: { kind: 'exited', code: 0 } }

describe('what lasts', () => {
  test('folder, variables, functions and options stay from block to block', async () => {
    expect(
      (await run('cd /usr; export A=1; B=2; greet() { echo "hi $1"; }; umask 027')).result,
    ).toEqual(DONE)
    expect(await run('pwd; echo $A $B; greet you; umask; sh -c "echo \\$A"')).toEqual({
      result: DONE,
      text: '/usr\n1 2\nhi you\n0027\n1\n',
    })
  })

  test('sessions are apart by name and by run', async () => {
    await run('A=one')
    const other = { block: block({ session: 'other' }) }
    expect((await run('echo "<$A>"', other)).text).toBe('<>\n')
    expect((await run('echo "<$A>"', { run: 'run-2' })).text).toBe('<>\n')
    expect((await run('echo "<$A>"')).text).toBe('<one>\n')
    await executor.closeRun('run-2')
  })

  test('a session starts in the home folder', async () => {
    expect((await run('pwd')).text.trim()).toBe(homedir())
  })

  test('values arrive, change, and are not forced back when they did not', async () => {
    const value = `it's "$HOME" \`id\`\n\ttwo \\ é\n`
    expect((await run('printf %s "$V"', { values: { V: value } })).text).toBe(value)
    expect((await run('printf %s "$V"; V=mine', { values: { V: 'changed' } })).text).toBe('changed')
    expect((await run('printf %s "$V"', { values: { V: 'changed' } })).text).toBe('mine')
    expect(
      (await run('printf %s "$V" | wc -c', { values: { V: 'x'.repeat(60_000) } })).text.trim(),
    ).toBe('60000')
  })
})

describe('what is recorded', () => {
  test('only what the commands print: no prompt, no echo, no marks, line ends as written', async () => {
    expect((await run('echo one\necho two')).text).toBe('one\ntwo\n')
    expect((await run('true')).text).toBe('')
    expect((await run('printf "no newline"')).text).toBe('no newline')
  })

  test('heredocs, quotes, tabs, control characters and non-Latin text', async () => {
    const text = `cat <<'EOF'\n\t---\n$A 'b' "c" \\d 日本 \u0001\u0003\u0004\nEOF\n`
    expect(await run(text)).toEqual({
      result: DONE,
      text: `\t---\n$A 'b' "c" \\d 日本 \u0001\u0003\u0004\n`,
    })
  })

  test('128 KiB of any bytes come out identical', async () => {
    const sink = collect()
    const { execution } = start(
      `for i in $(seq 512); do printf '${Array.from({ length: 256 }, (_, byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')}'; done`,
      {},
      sink,
    )
    expect(await execution.result).toEqual(DONE)
    const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
    const wanted = Buffer.concat(Array.from({ length: 512 }, () => all))
    const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
    expect(sink.out.length).toBe(wanted.length)
    expect(digest(sink.out)).toBe(digest(wanted))
  })

  test('a text of 300 KB runs whole', async () => {
    const { result, text } = await run(`${'# padding, padding, padding\n'.repeat(11_000)}echo end`)
    expect(result).toEqual(DONE)
    expect(text).toBe('end\n')
  })

  test('marks that are not ours are output', async () => {
    const forged = '\u001b]7717;E;0123456789abcdef01234567;0\u0007'
    expect(await run(`printf '${forged}'; exit_with() { return 3; }; exit_with`)).toEqual({
      result: { outcome: { kind: 'exited', code: 3 } },
      text: forged,
    })
    // The shell's own prompt, printed by a block, has no status in it yet.
    expect((await run('printf %s "$PS1"; echo; (exit 4)')).result).toEqual({
      outcome: { kind: 'exited', code: 4 },
    })
  })
})

describe('how a block ends', () => {
  test.each([0, 1, 7, 127, 255])('exit status %i is exact', async (code) => {
    expect((await run(`(exit ${code})`)).result.outcome).toEqual({ kind: 'exited', code })
  })

  test('stops at the first command that fails, and the shell lives on', async () => {
    await run('KEPT=yes')
    const failing = [
      'echo a; false; echo b',
      'f() { false; echo b; }; echo a; f; echo c',
      'echo a; (false; echo b); echo c',
      'echo a; false | true; echo b',
      'if false; then :; fi; false || echo a; ! true || :; [ -z x ] && echo b; ls /nowhere 2>/dev/null; echo c',
    ]
    for (const text of failing) {
      const { result, text: output } = await run(text)
      expect(result.outcome.kind).toBe('exited')
      expect(result.outcome).not.toMatchObject({ code: 0 })
      expect(output).toBe('a\n')
    }
    expect((await run('echo $KEPT')).text).toBe('yes\n')
  })

  test('a syntax error is a failure of the block, not of the shell', async () => {
    await run('KEPT=yes')
    for (const text of ['if true; then', 'echo "unclosed', 'cat <<EOF\n$(', ')']) {
      const { result } = await run(text)
      expect(result.outcome.kind).toBe('exited')
    }
    expect((await run('echo $KEPT')).text).toBe('yes\n')
  })

  test.each([
    ['exit', 'echo a; exit 3', 'exit status 3'],
    ['set -e', 'set -e; echo a; false; echo b', 'exit status'],
    ['a signal to the shell', 'echo a; kill -9 $$', 'SIGKILL'],
    ['exec', 'echo a; exec sleep 0.01', 'exit status 0'],
  ])(
    '%s ends the shell: unknown, and the next block is told before it runs',
    async (_what, text, words) => {
      await run('cd /usr; A=1')
      const ended = await run(text)
      expect(ended.text).toBe('a\n')
      expect(ended.result.outcome.kind).toBe('unknown')
      expect(detailOf(ended.result)).toContain(words)

      const told = await run('echo "<$A>"; pwd')
      expect(told.result.outcome.kind).toBe('not-started')
      expect(detailOf(told.result)).toContain('work')
      expect(told.text).toBe('')

      expect((await run('echo "<$A>"; pwd')).text).toBe(`<>\n${homedir()}\n`)
    },
  )

  test('a shell that ended between blocks is noticed as well', async () => {
    const { text } = await run('echo $$')
    process.kill(Number(text), 'SIGKILL')
    await until(() => !isAlive(Number(text)), 'the end of the shell')
    expect((await run('echo x')).result.outcome.kind).toBe('not-started')
    expect((await run('echo x')).text).toBe('x\n')
  })

  test('a session that another process had is told to be new, once', async () => {
    const told = await run('echo x', { continuesSession: true })
    expect(told.result.outcome.kind).toBe('not-started')
    expect(detailOf(told.result)).toContain('when Muster was closed')
    expect((await run('echo x', { continuesSession: true })).text).toBe('x\n')
    expect((await run('echo x', { continuesSession: true })).text).toBe('x\n')
  })

  test('a second block at the same time does not start', async () => {
    const first = start('echo ready; sleep 0.3; echo done')
    await first.sink.seen('ready')
    const second = await run('echo second')
    expect(second.result.outcome.kind).toBe('not-started')
    expect(detailOf(second.result)).toContain('still running')
    expect(await first.execution.result).toEqual(DONE)
    expect(first.sink.text).toBe('ready\ndone\n')
  })
})

describe('stopping', () => {
  test.each([
    ['a program', `sh -c 'echo ready; exec sleep 60'; echo never`],
    ['the shell itself', 'echo ready; while :; do :; done'],
    ['a flood', `sh -c 'echo ready; exec cat /dev/zero'`],
  ])('interrupt ends %s and the shell lives on', async (_what, text) => {
    await run('KEPT=yes; cd /usr')
    const { execution, sink } = start(text)
    await sink.seen('ready')
    execution.stop('interrupt')
    expect((await execution.result).outcome).toEqual({ kind: 'cancelled' })
    expect(sink.text).not.toContain('never')
    expect((await run('echo $KEPT; pwd')).text).toBe('yes\n/usr\n')
  })

  test('terminate ends the command, not the shell', async () => {
    await run('KEPT=yes')
    const { execution, sink } = start(
      `bash -c "trap '' INT; echo ready; exec sleep 60"; echo never`,
    )
    await sink.seen('ready')
    execution.stop('interrupt')
    execution.stop('terminate')
    expect((await execution.result).outcome).toEqual({ kind: 'cancelled' })
    expect((await run('echo $KEPT')).text).toBe('yes\n')
  })

  test('kill takes the shell along, and the next block is told', async () => {
    const { execution, sink } = start(`trap '' INT TERM; echo ready; while :; do read -r _; done`)
    await sink.seen('ready')
    execution.stop('kill')
    expect((await execution.result).outcome).toEqual({ kind: 'cancelled' })
    expect((await run('echo x')).result.outcome.kind).toBe('not-started')
  })

  test('time that is up: the command ends, the shell lives on', async () => {
    await run('KEPT=yes')
    expect((await run('sleep 60', { timeoutMs: 100 })).result.outcome).toEqual({
      kind: 'timed-out',
      afterMs: 100,
    })
    expect((await run('echo $KEPT')).text).toBe('yes\n')
  })

  test('time that is up and no mark: unknown, with words', async () => {
    const { result } = await run(`trap '' INT TERM; while :; do read -r _; done`, {
      timeoutMs: 100,
    })
    expect(result.outcome.kind).toBe('unknown')
    expect(detailOf(result)).toContain('time was up')
  })

  test('abandon is unknown at once; the next block is told and gets a new shell', async () => {
    const { execution, sink } = start('echo ready $$; sleep 60')
    await sink.seen('ready')
    execution.stop('abandon')
    expect((await execution.result).outcome.kind).toBe('unknown')
    expect((await run('echo x')).result.outcome.kind).toBe('not-started')
    expect((await run('echo x')).text).toBe('x\n')
    const pid = Number(/\d+/.exec(sink.text)?.[0])
    expect(isAlive(pid)).toBe(true)
    await executor.closeRun('run-1')
    expect(isAlive(pid)).toBe(false)
  })
})

describe('keys', () => {
  test('go to what runs, and what nobody read never becomes a command', async () => {
    const { execution, sink } = start('echo ready; read -r answer; echo "<$answer>"')
    await sink.seen('ready')
    execution.terminal?.write(Buffer.from('yes é\ntouch /tmp/muster-never\n'))
    expect(await execution.result).toEqual(DONE)
    expect(sink.text).toContain('<yes é>\n')
    execution.terminal?.write(Buffer.from('echo late\n'))
    expect((await run('ls /tmp/muster-never 2>/dev/null || echo absent')).text).toBe('absent\n')
  })

  test('the size of the terminal is what the window says', async () => {
    const { execution, sink } = start('echo ready; sleep 0.2; stty size')
    await sink.seen('ready')
    execution.terminal?.resize(101, 37)
    await execution.result
    expect(sink.text).toContain('37 101')
  })
})

test('a sink that refuses is reported, and the block runs on', async () => {
  const result = await executor.start(
    shellRequest('echo x; (exit 4)', { block: block({ session: 'work' }) }),
    {
      stdout: () => Promise.reject(new Error('the disk is full')),
      stderr: () => Promise.resolve(),
    },
  ).result
  expect(result.outcome).toEqual({ kind: 'exited', code: 4 })
  expect(result.notice).toContain('the disk is full')
})

test('closing the run while a shell is starting leaves no shell', async () => {
  const { execution } = start('echo x')
  await executor.closeRun('run-1')
  expect((await execution.result).outcome.kind).toBe('not-started')
  await until(() => children().length === 0, 'the end of every child')
})

test('closing the run ends the shell, what it left in the background, and every file', async () => {
  await run('true')
  await executor.closeRun('run-1')
  await until(() => children().length === 0, 'the end of the first shell')
  const before = openFiles()
  const { text } = await run('sleep 60 & echo $$ $!')
  const pids = text.trim().split(' ').map(Number)
  expect(pids.every((pid) => isAlive(pid))).toBe(true)
  await executor.closeRun('run-1')
  expect(pids.some((pid) => isAlive(pid))).toBe(false)
  await until(() => children().length === 0, 'the end of every child')
  expect(openFiles()).toEqual(before)
})
