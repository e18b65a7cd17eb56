import { spawn, type ChildProcess } from 'node:child_process'
import { TransportError, type ChannelEnd } from '../../../engine/transport.ts'
import type { Master } from './master.ts'
import { clientOptions } from './parameters.ts'

/**
 * One process of ssh that uses the connection of a master. Its own words go through a pipe beside the streams, so that
 * output stays exact, and a 255 of ssh is told apart from a 255 of the other side: only a status that the host sent is one.
 */
export interface MuxClient {
  /** Resolves when the host opened the channel. Rejects with a `TransportError` when it did not. */
  readonly opened: Promise<void>
  readonly end: Promise<ChannelEnd>
  kill(): void
}

const OPENED = /^debug1: mux_client_request_(?:session|stdio_fwd): master session id: (?<id>\d+)/u
const STATUS = /^debug2: Received exit status from master (?<code>\d+)/u

export interface ClientOptions {
  readonly master: Master
  /** What the master said when the connection went; undefined while it stands. */
  readonly gone: () => string | undefined
  /** What the process is asked to do, after the options that all have. */
  readonly parameters: readonly string[]
  /** For the words when the host opens nothing. */
  readonly refusal: string
  readonly code: TransportError['code']
}

export interface Started {
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>
  kill(): void
}

/** Starts a process and follows what it says. `start` gets its words and gives the process. */
export async function startClient<Process extends Started>(
  options: ClientOptions,
  start: (words: readonly string[]) => Process,
): Promise<{ readonly client: MuxClient; readonly process: Process }> {
  const { master, gone, parameters, refusal, code: problem } = options
  let channel: number | undefined
  let told: ChannelEnd | undefined
  let unwatch: () => void = () => undefined
  const said: string[] = []
  const opening = promise<void>()
  const ending = promise<ChannelEnd>()
  // Whoever only looks at the end must not be disturbed by this.
  opening.promise.catch(() => undefined)
  const pipe = await master.folder.pipe((line) => {
    const id = OPENED.exec(line)?.groups?.['id']
    const code = STATUS.exec(line)?.groups?.['code']
    if (id !== undefined) {
      const number = Number(id)
      channel = number
      // What the master said of an earlier channel of this number is read first.
      void caughtUp().then(() => {
        unwatch = master.channels.watch(number, (end) => ending.resolve(end))
      })
      opening.resolve()
    } else if (code !== undefined) {
      told = { kind: 'exited', code: Number(code) }
      ending.resolve(told)
    } else if (!line.startsWith('debug') && said.length < 20) said.push(line.trim())
  })
  const process = start([
    ...clientOptions(master.folder.control),
    '-o',
    'LogLevel=DEBUG2',
    '-E',
    pipe.path,
    ...parameters,
  ])
  void process.ended.then(async () => {
    await caughtUp()
    if (channel === undefined) {
      const why = gone() ?? said.find((line) => line !== '') ?? 'ssh ended without a word.'
      opening.reject(new TransportError(problem, `${refusal}: ${why}`))
    } else if (told === undefined && gone() === undefined) {
      // The master tells signals in its own words, which may come a moment later than this end.
      await check(master)
      await caughtUp()
    }
    pipe.close()
    unwatch()
    ending.resolve({
      kind: 'lost',
      detail: gone() ?? 'The host closed it without saying how it ended.',
    })
  })
  return {
    process,
    client: { opened: opening.promise, end: ending.promise, kill: () => process.kill() },
  }
}

/** What was written into pipes before now is read within one turn of the event loop; two are for good measure. */
async function caughtUp(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** One exchange with the master. */
function check(master: Master): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn('ssh', [...clientOptions(master.folder.control), '-O', 'check', 'host'], {
      stdio: 'ignore',
    })
    child.once('error', () => resolve())
    child.once('exit', () => resolve())
  })
}

function promise<T>(): {
  readonly promise: Promise<T>
  resolve(value: T): void
  reject(error: Error): void
} {
  let settle: (value: T) => void = () => undefined
  let fail: (error: Error) => void = () => undefined
  const made = new Promise<T>((resolve, reject) => {
    settle = resolve
    fail = reject
  })
  return { promise: made, resolve: (value) => settle(value), reject: (error) => fail(error) }
}

/** A process without a terminal. */
export interface Piped extends Started {
  readonly child: ChildProcess & {
    readonly stdin: NonNullable<ChildProcess['stdin']>
    readonly stdout: NonNullable<ChildProcess['stdout']>
    readonly stderr: NonNullable<ChildProcess['stderr']>
  }
}

export function spawnPiped(words: readonly string[]): Piped {
  const child = spawn('ssh', [...words], { stdio: ['pipe', 'pipe', 'pipe'] })
  // Broken writes are seen as the end of the channel.
  for (const stream of [child.stdin, child.stdout, child.stderr])
    stream.on('error', () => undefined)
  return {
    child,
    ended: new Promise((resolve) => {
      child.once('error', () => resolve())
      child.once('exit', () => resolve())
    }),
    kill: () => child.kill('SIGKILL'),
  }
}
