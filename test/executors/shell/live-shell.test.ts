import { tmpdir } from 'node:os'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { inheritedEnvironment } from '../../../main/executors/shell/environment.ts'
import { LiveShell, type TextEnd } from '../../../main/executors/lanes/live-shell.ts'
import { localSeat } from '../../../main/executors/shell/local-seat.ts'
import { findProgram } from '../../../main/executors/shell/shells.ts'
import { children, until } from '../support/processes.ts'

/** The shell behind a session, with bash and with the plain sh of a laptop that has no bash. */

const shells = ['bash', 'sh'].map((name) => ({
  name,
  file: findProgram(name, process.env['PATH'] ?? '') ?? '',
}))

describe.each(shells)('$name', ({ name, file }) => {
  let shell: LiveShell

  beforeEach(async () => {
    const environment = inheritedEnvironment('dumb')
    shell = await LiveShell.start(
      localSeat({
        file,
        arguments: name === 'bash' ? ['--noprofile', '--norc', '-i'] : ['-i'],
        environment,
        folder: tmpdir(),
        columns: 80,
        rows: 24,
      }),
      {},
      name === 'bash',
    )
  })

  afterEach(async () => {
    await shell.close()
    await until(() => children().length === 0, 'the end of the shell')
  })

  async function run(
    text: string,
    values: Record<string, string> = {},
  ): Promise<{ end: TextEnd; out: string }> {
    const out: Uint8Array[] = []
    const end = await shell.run(text, values, async (bytes) => void out.push(bytes))
    return { end, out: Buffer.concat(out).toString() }
  }

  test('exit codes, lasting state, heredocs, long texts', async () => {
    expect((await run('(exit 7)')).end).toEqual({ kind: 'status', status: 7 })
    expect((await run('cd /usr; A=1')).end).toEqual({ kind: 'status', status: 0 })
    expect((await run('pwd; echo $A')).out).toBe('/usr\n1\n')
    expect((await run(`cat <<'EOF'\n---\n\t$A "x" é\nEOF`)).out).toBe('---\n\t$A "x" é\n')
    expect((await run(`${'# padding\n'.repeat(20_000)}echo end`)).out).toBe('end\n')
    expect((await run('echo "$V"', { V: `it's\n"two"` })).out).toBe(`it's\n"two"\n`)
  })

  test('an interrupt brings back the prompt, and the shell goes on', async () => {
    await run('A=kept')
    const out: Uint8Array[] = []
    const ended = shell.run(`sh -c 'echo ready; exec sleep 60'; echo never`, {}, async (bytes) => {
      out.push(bytes)
    })
    await until(() => Buffer.concat(out).includes('ready'), 'the start')
    shell.write('\u0003')
    expect(await ended).toMatchObject({ status: 130 })
    expect(Buffer.concat(out).toString()).not.toContain('never')
    expect((await run('echo $A')).out).toBe('kept\n')
  })

  test('an error in the text is its end, and the shell goes on', async () => {
    await run('A=kept')
    const { end } = await run('if true; then')
    expect(end).toMatchObject({ status: 2 })
    expect((await run('echo $A')).out).toBe('kept\n')
  })

  test('its own end is told apart', async () => {
    expect((await run('exit 3')).end).toEqual({
      kind: 'gone',
      words: 'with exit status 3',
      lost: false,
    })
    expect(shell.alive).toBe(false)
    expect((await shell.run('echo x', {}, () => Promise.resolve())).kind).toBe('not-begun')
  })
})
