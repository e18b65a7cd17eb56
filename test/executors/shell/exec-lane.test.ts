import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { createShellExecutor } from '../../../main/executors/shell/executor.ts'
import { findProgram } from '../../../main/executors/shell/shells.ts'
import type { ExecutionRequest, ExecutionResult } from '../../../main/engine/ports.ts'
import { block, collect, shellRequest, type CollectingSink } from '../support/execution.ts'

const executor = createShellExecutor()

afterEach(async () => {
  vi.unstubAllEnvs()
  await executor.closeRun('run-1')
})

async function run(
  text: string,
  changes: Partial<ExecutionRequest> = {},
  sink: CollectingSink = collect(),
): Promise<{ result: ExecutionResult; sink: CollectingSink }> {
  const result = await executor.start(shellRequest(text, changes), sink).result
  return { result, sink }
}

function detailOf({ outcome }: ExecutionResult): string {
  return 'detail' in outcome ? outcome.detail : ''
}

test('keeps stdout and stderr apart, and every byte of both', async () => {
  const { result, sink } = await run(
    String.raw`printf 'a\xff\xfe\x00b\r\n'; printf '\xc3' >&2; sleep 0.05; printf '\xa9' >&2`,
  )
  expect(result).toEqual({ outcome: { kind: 'exited', code: 0 } })
  expect(sink.out).toEqual(Buffer.from([0x61, 0xff, 0xfe, 0x00, 0x62, 0x0d, 0x0a]))
  expect(sink.err).toEqual(Buffer.from([0xc3, 0xa9]))
})

test('a character split over two writes arrives as its bytes, in two pieces', async () => {
  const pieces: number[] = []
  const result = await executor.start(
    shellRequest(String.raw`printf '\xe2\x82'; sleep 0.1; printf '\xac'`),
    {
      stdout: async (bytes) => void pieces.push(...bytes),
      stderr: () => Promise.resolve(),
    },
  ).result
  expect(result.outcome).toEqual({ kind: 'exited', code: 0 })
  expect(pieces).toEqual([0xe2, 0x82, 0xac])
})

test('stdout and stderr can be opened by name, as in any shell', async () => {
  const { result, sink } = await run('echo out > /dev/stdout; echo both | tee /dev/stderr')
  expect(result.outcome).toEqual({ kind: 'exited', code: 0 })
  expect(sink.text).toBe('out\nboth\n')
  expect(sink.errorText).toBe('both\n')
})

test.each([0, 1, 2, 42, 126, 127, 200, 255])('exit code %i is exact', async (code) => {
  expect((await run(`exit ${code}`)).result.outcome).toEqual({ kind: 'exited', code })
})

test.each(['SIGTERM', 'SIGKILL', 'SIGSEGV', 'SIGUSR1'])('%s is named', async (signal) => {
  const { result } = await run(`kill -${signal.slice(3)} $$`)
  expect(result.outcome).toEqual({ kind: 'signalled', signal })
})

test('stops at the first command that fails, in bash and in sh', async () => {
  for (const language of ['bash', 'sh']) {
    const { result, sink } = await run('echo one\nfalse\necho two', { block: block({ language }) })
    expect(result.outcome).toEqual({ kind: 'exited', code: 1 })
    expect(sink.text).toBe('one\n')
  }
})

test('a failure inside a pipe is a failure in bash', async () => {
  expect((await run('false | cat')).result.outcome).toEqual({ kind: 'exited', code: 1 })
})

test('text that looks like an option is still a text', async () => {
  const { result, sink } = await run('-e')
  expect(result.outcome).toEqual({ kind: 'exited', code: 127 })
  expect(sink.errorText).toContain('-e')
})

test('heredocs, quotes, dollars and backslashes are left as they are', async () => {
  const { sink } = await run(
    "cat <<'EOF'\n---\n$HOME `id` \"x\" 'y' \\n\nEOF\nprintf %s \"$0\" >/dev/null; echo '$HOME/x'",
  )
  expect(sink.text).toBe('---\n$HOME `id` "x" \'y\' \\n\n$HOME/x\n')
})

test('values are environment variables, and never become code', async () => {
  const value = '$(touch /tmp/never)`id`"; exit 9; \' é\n\ttwo'
  const { result, sink } = await run('printf %s "$TICKET"', { values: { TICKET: value } })
  expect(result.outcome).toEqual({ kind: 'exited', code: 0 })
  expect(sink.text).toBe(value)
})

test('stdin is empty and there is no terminal to ask on', async () => {
  const { sink } = await run(
    'cat; if [ -t 0 ]; then echo tty; fi; (: < /dev/tty) 2>/dev/null || echo none',
  )
  expect(sink.text).toBe('none\n')
})

test('starts in the home folder, or where the request says', async () => {
  expect((await run('pwd -P')).sink.text.trim()).toBe(homedir())
  expect((await run('pwd', { folder: '/usr' })).sink.text).toBe('/usr\n')
})

test('inherits the environment without what is the program’s own', async () => {
  vi.stubEnv('MUSTER_DATA', '/secret')
  vi.stubEnv('ELECTRON_RUN_AS_NODE', '1')
  vi.stubEnv('NODE_OPTIONS', '--inspect')
  vi.stubEnv('npm_config_registry', 'x')
  vi.stubEnv('BASH_ENV', '/dev/null')
  vi.stubEnv('PERSONAL', 'mine')
  vi.stubEnv('PATH', `/somewhere/node_modules/.bin:${process.env['PATH'] ?? ''}`)
  const { sink } = await run('env')
  expect(sink.text).toContain('PERSONAL=mine\n')
  expect(sink.text).toContain('TERM=dumb\n')
  expect(sink.text).not.toMatch(/^(MUSTER_|ELECTRON_|npm_|NODE_OPTIONS|BASH_ENV)/m)
  expect(sink.text).not.toContain('/somewhere/')
})

test('what an AppImage adds for itself does not reach a block', async () => {
  vi.stubEnv('APPDIR', '/tmp/.mount_Muster')
  vi.stubEnv('APPIMAGE', '/home/me/Muster.AppImage')
  vi.stubEnv('LD_LIBRARY_PATH', '/tmp/.mount_Muster/usr/lib')
  vi.stubEnv('XDG_DATA_DIRS', '/tmp/.mount_Muster/usr/share:/usr/share')
  vi.stubEnv('PATH', `/tmp/.mount_Muster/usr/bin:${process.env['PATH'] ?? ''}`)
  const { sink } = await run('env')
  expect(sink.text).not.toMatch(/mount_Muster|APPIMAGE|LD_LIBRARY_PATH/)
  expect(sink.text).toContain('XDG_DATA_DIRS=/usr/share\n')
})

test('a value called as one of ours still reaches the block', async () => {
  expect((await run('echo $MUSTER_X', { values: { MUSTER_X: 'y' } })).sink.text).toBe('y\n')
})

test('a text too long for an argument goes through a file that is gone afterwards', async () => {
  const text = `echo start\n${'# padding, padding, padding\n'.repeat(12_000)}echo end; stat -c %a "$0"; echo "$0"`
  expect(text.length).toBeGreaterThan(300_000)
  const { result, sink } = await run(text)
  expect(result.outcome).toEqual({ kind: 'exited', code: 0 })
  const [, script = ''] = /^start\nend\n600\n(.*)\n$/.exec(sink.text) ?? []
  expect(script).toMatch(/block\.sh$/)
  await vi.waitFor(() => expect(existsSync(script)).toBe(false))
})

test('not started, in words: no folder, no shell, NUL, values that are too long', async () => {
  const gone = await run('echo x', { folder: '/nowhere/at/all' })
  expect(gone.result.outcome.kind).toBe('not-started')
  expect(detailOf(gone.result)).toContain('/nowhere/at/all')

  const nul = await run('echo \0')
  expect(detailOf(nul.result)).toContain('NUL')

  const value = await run('echo', { values: { A: 'x\0' } })
  expect(detailOf(value.result)).toContain('A contains a NUL')

  const long = await run('echo', { values: { A: 'x'.repeat(200_000) } })
  expect(long.result.outcome.kind).toBe('not-started')
  expect(detailOf(long.result)).toContain('too long')
  for (const { sink } of [gone, nul, value, long]) expect(sink.out.length).toBe(0)
})

test('not started when the shell cannot be executed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-test-'))
  try {
    const file = join(folder, 'bash')
    writeFileSync(file, '#!/nowhere/at/all\n')
    chmodSync(file, 0o755)
    vi.stubEnv('PATH', folder)
    const { result } = await run('echo x')
    expect(result.outcome.kind).toBe('not-started')
    expect(findProgram('no-such-shell', process.env['PATH'] ?? '')).toBeUndefined()
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('two blocks at once do not mix', async () => {
  const [one, two] = await Promise.all([
    run('for i in 1 2 3; do echo one; sleep 0.02; done; exit 1'),
    run('for i in 1 2 3; do echo two; sleep 0.02; done; exit 2'),
  ])
  expect(one.sink.text).toBe('one\n'.repeat(3))
  expect(two.sink.text).toBe('two\n'.repeat(3))
  expect(one.result.outcome).toEqual({ kind: 'exited', code: 1 })
  expect(two.result.outcome).toEqual({ kind: 'exited', code: 2 })
})

test('a sink that is slow loses nothing, and one that refuses is reported', async () => {
  const slow = await run('head -c 300000 /dev/zero', {}, collect(100))
  expect(slow.sink.out.length).toBe(300_000)
  expect(slow.result).toEqual({ outcome: { kind: 'exited', code: 0 } })

  const refusing = executor.start(shellRequest('echo x; exit 4'), {
    stdout: () => Promise.reject(new Error('the disk is full')),
    stderr: () => Promise.resolve(),
  })
  const result = await refusing.result
  expect(result.outcome).toEqual({ kind: 'exited', code: 4 })
  expect(result.notice).toContain('the disk is full')
})

test('accepts only shell blocks on this laptop', () => {
  expect(executor.accepts({ block: block(), targetKind: 'local' })).toBe(true)
  expect(executor.accepts({ block: block(), targetKind: 'ssh' })).toEqual(expect.any(String))
  expect(
    executor.accepts({ block: block({ executor: 'sql', language: 'sql' }), targetKind: 'local' }),
  ).toEqual(expect.any(String))
})
