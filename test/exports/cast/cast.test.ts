import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { spawn } from '@lydell/node-pty'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CastChoice } from '../../../main/contract/reports.ts'
import type { RunEvent } from '../../../main/core/run/events.ts'
import { book, fence, openBench, type Bench } from '../../engine/support/engine.ts'
import { until } from '../../harness/until.ts'
import { must } from '../bundle/a-run.ts'
import { readCast, type Cast } from './read.ts'

/** Recordings of a real run: pipes, a terminal of a block's own, and one that somebody typed into. */

const SECRET = 'correct-horse-battery'

let bench: Bench
let run: string
let events: readonly RunEvent[]
beforeAll(async () => {
  bench = openBench()
  const path = bench.write(
    'test.md',
    book(
      fence(
        'bash run',
        `printf 'caf\\303'; sleep 0.05; printf '\\251 one\\n'; echo wrong >&2; exit 3`,
      ) +
        fence('bash run pty=true', `stty size; printf '\\033[1mbold\\033[0m %s\\n' "$TOKEN"`) +
        fence(
          'bash run',
          `printf '\\377\\000\\033]52;c;aGk=\\007'; echo "$TOKEN" | fold -w 1 | tr -d '\\n'`,
        ) +
        fence(
          'bash check every=1s for=30s',
          `test -e '${bench.data}/polled' || { touch '${bench.data}/polled'; echo not yet; exit 1; }; echo now`,
        ),
      'inputs: { TOKEN: { label: Token, secret: true, required: true } }\n',
    ),
  )
  run = await bench.start(path, { TOKEN: SECRET })
  await must(bench, run, { type: 'step.begin', step: 'one' })
  for (const block of ['one/1', 'one/2', 'one/3']) {
    await must(bench, run, { type: 'block.run', block })
    await bench.settled(run, block)
    await must(bench, run, { type: 'note.add', kind: 'note', text: `after ${block}` })
  }
  await typed(['echo fi', 'rst\r'], [100, 40])
  await must(bench, run, { type: 'block.run', block: 'one/4' })
  await bench.settled(run, 'one/4')
  await must(bench, run, { type: 'run.finish', reason: 'enough' })
  events = await bench.events(run)
})
afterAll(() => bench.close())

/** Opens a terminal, types, changes its size, types what ends it. */
async function typed(
  words: readonly string[],
  [columns, rows]: readonly [number, number],
): Promise<void> {
  const { connection } = bench
  const { stream } = await connection.request('terminal.open', {
    run,
    actor: 'Ada',
    target: 'laptop',
    columns: 90,
    rows: 30,
  })
  const shows = async (wanted: string): Promise<void> => {
    await until(`the terminal shows ${wanted}`, () =>
      Buffer.concat(
        bench.pushes.flatMap(({ push, data }) =>
          push === 'stream.data' && data.stream === stream
            ? [Buffer.from(data.base64, 'base64')]
            : [],
        ),
      ).includes(wanted),
    )
  }
  const type = async (text: string): Promise<void> => {
    await connection.request('terminal.input', {
      stream,
      base64: Buffer.from(text).toString('base64'),
    })
  }
  for (const piece of words) await type(piece)
  await shows('first\r\n')
  await connection.request('terminal.resize', { stream, columns, rows })
  await type('echo $COLUMNS x $(stty size)\r')
  await shows('40 100')
  await type('exit 4\r')
  await until('the terminal is closed', async () =>
    (await bench.events(run)).some(({ type: name }) => name === 'terminal.closed'),
  )
}

function eventOf(wanted: string): number {
  const found = events.find(
    (event) =>
      event.type === wanted || (event.type === 'block.finished' && event.data.block === wanted),
  )
  if (found === undefined) throw new Error(`There is no ${wanted}.`)
  return found.seq
}

async function exported(
  choice: CastChoice = {},
): Promise<{ readonly path: string; readonly cast: Cast }> {
  const name = `${choice.recording ?? 'all'}-${choice.version ?? 3}.cast`
  const { path } = await bench.connection.request('exports.write', {
    run,
    format: 'cast',
    report: 'post-mortem',
    zone: 'UTC',
    cast: choice,
    path: join(bench.data, name),
    ticket: name,
    replace: true,
  })
  return { path, cast: readCast(readFileSync(path, 'utf8'), choice.version ?? 3) }
}

/** What a command that wants a terminal wrote to it. */
async function inTerminal([program = '', ...words]: readonly string[]): Promise<string> {
  const pty = spawn(program, words, {
    env: { ...process.env, LC_ALL: 'C.UTF-8', HOME: bench.data, TERM: 'xterm-256color' },
    encoding: null,
    cols: 120,
    rows: 40,
  })
  const written: Buffer[] = []
  pty.onData((piece) => written.push(Buffer.from(piece)))
  const code = await new Promise<number>((resolve) => {
    pty.onExit(({ exitCode }) => resolve(exitCode))
  })
  const text = Buffer.concat(written).toString('utf8')
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${text}`)
  return text
}

describe('a recording as asciicast', () => {
  it('of a block over pipes has both streams, whole characters, its command and its exit', async () => {
    const { cast } = await exported({ recording: eventOf('one/1') })
    expect(cast.output).toContain('café one\r\n')
    expect(cast.output).toContain('wrong\r\n')
    expect(cast).toMatchObject({
      title: 'Test: 1. Command 1 of “One”',
      command: expect.stringContaining('echo wrong'),
      columns: 120,
      rows: 32,
    })
    expect(cast.events.at(-1)?.slice(1)).toEqual(['x', '3'])
    expect(cast.events.filter(([, code]) => code === 'm')).toContainEqual([
      expect.any(Number),
      'm',
      expect.stringMatching(/^Ada ran /u),
    ])
  })

  it('of a block with a terminal has its size and its escape sequences', async () => {
    const { cast } = await exported({ recording: eventOf('one/2') })
    expect(cast).toMatchObject({ columns: 120, rows: 32 })
    expect(cast.output).toBe('32 120\r\n\u001b[1mbold\u001b[0m [redacted]\r\n')
  })

  it('of a terminal that somebody typed into has what was echoed, its changes of size and its exit', async () => {
    const { cast } = await exported({ recording: eventOf('terminal.closed') })
    expect(cast).toMatchObject({ columns: 90, rows: 30, title: 'Test: Terminal on laptop' })
    expect(cast.output).toContain('echo first')
    const codes = cast.events.map(([, code, data]) => (code === 'o' ? 'o' : `${code} ${data}`))
    expect(codes.filter((code) => code !== 'o' && !code.startsWith('m'))).toEqual([
      'r 90x30',
      'r 100x40',
      'x 4',
    ])
  })

  it('of a check that polled has the last try, at the time at which it was made', async () => {
    const { cast } = await exported({ recording: eventOf('one/4') })
    expect(cast.output).toBe('now\r\n')
    expect(cast.events.find(([, code]) => code === 'o')?.[0]).toBeGreaterThanOrEqual(1)
    expect(cast.events).toContainEqual([0, 'm', 'Tried 2 times; the output is that of the last'])
  })

  it('of the whole run has everything one after the other, and marks for what was done', async () => {
    const { cast } = await exported()
    const seen = ['café one', '32 120', 'echo first', 'now', 'Terminal on laptop']
    expect(seen.filter((words) => !cast.output.includes(words))).toEqual([])
    const marks = cast.events.flatMap(([, code, data]) => (code === 'm' ? [data] : []))
    expect(marks).toContainEqual('1. Command 1 of “One”')
    expect(marks.filter((mark) => mark.includes('after one/'))).toHaveLength(3)
  })

  it('never has a secret', async () => {
    for (const version of [2, 3] as const) {
      const { path } = await exported({ version })
      expect(readFileSync(path, 'utf8').replaceAll(/\\u[0-9a-f]{4}|[^\w-]/gu, '')).not.toContain(
        SECRET,
      )
    }
  })

  it('is printed and played by the asciinema of this system, in version 2', async () => {
    const { path, cast } = await exported({ version: 2 })
    const printed = join(bench.data, 'printed')
    await inTerminal(['sh', '-c', 'asciinema cat "$1" > "$2"', 'sh', path, printed])
    expect(readFileSync(printed, 'utf8')).toBe(cast.output)
    const played = await inTerminal(['asciinema', 'play', '--speed', '1000', path])
    // This terminal returns the carriage once more.
    const bare = (text: string): string => text.replaceAll('\r', '')
    expect(bare(played)).toContain(bare(cast.output))
  })

  it('says which events have one when asked for another', async () => {
    await expect(exported({ recording: 1 })).rejects.toThrow(
      /^Event 1 has no recording\. These have: \d+ \(1\. Command 1 of “One”\), /u,
    )
  })

  it('is refused in words where nothing was executed', async () => {
    const empty = await bench.start(bench.write('empty.md', book(fence('bash run', 'true'))))
    const order = { run: empty, format: 'cast', report: 'post-mortem', zone: 'UTC' } as const
    await expect(
      bench.connection.request('exports.write', { ...order, ticket: 'empty' }),
    ).rejects.toThrow('Nothing was executed in this run yet.')
  })
})
