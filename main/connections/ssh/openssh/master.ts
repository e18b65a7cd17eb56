import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { isIP } from 'node:net'
import type { ProbeStage } from '../../../engine/ports.ts'
import { TransportError } from '../../../engine/transport.ts'
import type { ResolvedHost } from '../resolved.ts'
import type { ConnectContext } from '../ssh2/connect.ts'
import { ChannelEnds } from './channel-ends.ts'
import { masterParameters } from './parameters.ts'
import { lineSplitter, makePrivateFolder, type PrivateFolder } from './private-folder.ts'
import { Questions } from './questions.ts'
import { ungreeted } from '../ungreeted.ts'

/** The process of ssh that holds a connection; everything on it goes through its control socket. */
export interface Master {
  readonly folder: PrivateFolder
  /** Resolves with words when the connection is gone; undefined after `close`. */
  readonly lost: Promise<string | undefined>
  readonly channels: ChannelEnds
  close(): Promise<void>
}

/**
 * Keeps ssh as its child. When Muster is gone, its input ends: then ssh and the folder go too, however Muster ended.
 */
const KEEPER = `folder=$1; shift; exec 3<&0; trap : TERM
"$@" </dev/null 3<&- & ssh=$!
{ cat <&3; rm -rf "$folder"; kill 0; } >/dev/null 2>&1 & keeper=$!
wait "$ssh"; status=$?
while kill -0 "$ssh" 2>/dev/null; do wait "$ssh"; status=$?; done
kill "$keeper" 2>/dev/null
exit $status`

/** What a shell says of a program that is not there. */
const NOT_FOUND = 127

const LAST_LINES = 12
/** What ssh counts at its end. */
const TALLY = /^(?:Transferred: sent|Bytes per second: sent)/u

/** Connects. Rejects with a `TransportError`; then nothing is left behind. */
export async function startMaster(
  host: ResolvedHost,
  context: ConnectContext,
  place: { readonly hop: boolean; readonly through: string | undefined },
): Promise<Master> {
  const folder = await makePrivateFolder()
  const connecting = new Connecting(host, context, folder)
  try {
    return await connecting.start(
      masterParameters({ ...place, profile: context.profile, host, folder }),
    )
  } catch (error) {
    folder.remove()
    throw error
  }
}

type Reached = 'resolve' | 'connect' | 'host-key' | 'authenticate'

class Connecting {
  readonly #host: ResolvedHost
  readonly #context: ConnectContext
  readonly #folder: PrivateFolder
  readonly #questions: Questions
  /** What ssh said to people, not to those who look for mistakes in it. */
  readonly #said: string[] = []
  readonly #channels = new ChannelEnds()
  readonly #over = new AbortController()
  #reached: Reached | 'nothing' = 'nothing'
  #since = performance.now()
  #refused: TransportError | undefined
  #closing = false
  #child: ChildProcess | undefined

  constructor(host: ResolvedHost, context: ConnectContext, folder: PrivateFolder) {
    this.#host = host
    this.#context = context
    this.#folder = folder
    const aborted = context.signal
    this.#questions = new Questions(folder, {
      ...context,
      // A question that nobody waits for any more is taken back.
      signal:
        aborted === undefined ? this.#over.signal : AbortSignal.any([aborted, this.#over.signal]),
      host,
      onHostKey: (detail) => this.#stage('host-key', true, detail),
      onRefused: (error) => {
        this.#refused = error
        this.#stage('host-key', false, error.message)
      },
      onDeclined: () => {
        if (this.#child !== undefined) endGroup(this.#child)
      },
    })
  }

  async start(parameters: readonly string[]): Promise<Master> {
    const { signal } = this.#context
    if (signal?.aborted === true) throw cancelled()
    const folder = this.#folder
    const pipe = await folder.questions((line) => void this.#questions.answer(line))
    const child = spawn('/bin/sh', ['-c', KEEPER, 'muster', folder.path, 'ssh', ...parameters], {
      stdio: ['pipe', 'ignore', 'pipe'],
      // No terminal of its own: questions go through the `ask` program and never to whoever started Muster.
      detached: true,
      env: {
        ...process.env,
        SSH_ASKPASS: folder.ask,
        SSH_ASKPASS_REQUIRE: 'force',
      },
    })
    this.#child = child
    child.stdin.on('error', () => undefined)
    const ended = new Promise<void>((resolve) => {
      child.once('error', () => resolve())
      child.once('exit', () => resolve())
    })
    const gone = ended.then(() => {
      this.#over.abort()
      pipe.close()
      child.stdin.destroy()
      folder.remove()
    })
    const stop = (): void => endGroup(child)
    return await new Promise<Master>((resolve, reject) => {
      const aborted = (): void => {
        this.#refused ??= cancelled()
        stop()
      }
      signal?.addEventListener('abort', aborted, { once: true })
      let standing = false
      child.stderr.on(
        'data',
        lineSplitter((line) => {
          this.#hear(line)
          if (this.#refused !== undefined) return stop()
          if (standing || !existsSync(folder.control)) return
          standing = true
          signal?.removeEventListener('abort', aborted)
          resolve({
            folder,
            lost: gone.then(() => (this.#closing ? undefined : this.#last())),
            channels: this.#channels,
            close: async () => {
              this.#closing = true
              stop()
              await gone
            },
          })
        }),
      )
      void gone.then(() => {
        signal?.removeEventListener('abort', aborted)
        if (!standing) reject(this.#failure(child.exitCode))
      })
    })
  }

  /** What ssh tells while it connects. Only stages and words depend on it; that it stands is seen by its socket. */
  #hear(line: string): void {
    if (!line.startsWith('debug')) {
      const how = /^Authenticated to .* using "(?<how>[^"]+)"/u.exec(line)?.groups?.['how']
      if (how !== undefined) this.#stage('authenticate', true, `${this.#host.user}, with ${how}`)
      else if (line.trim() !== '' && !TALLY.test(line)) this.#said.push(line.trim())
      if (this.#said.length > LAST_LINES) this.#said.shift()
      return
    }
    const address = /^debug1: Connecting to \S+ \[(?<address>[^\]]+)\] port/u.exec(line)?.groups
    if (address !== undefined && this.#reached === 'nothing') {
      if (isIP(this.#host.host) !== 0) this.#reached = 'resolve'
      else this.#stage('resolve', true, address['address'] ?? '')
    } else if (line.startsWith('debug1: Remote protocol version'))
      this.#stage('connect', true, line.replace(/^.*remote software version /u, ''))
    else if (/^debug1: Host .* is known and matches the \S+-CERT host certificate/u.test(line))
      this.#stage('host-key', true, 'a certificate of an authority in known_hosts')
    this.#channels.hear(line)
  }

  #stage(name: Reached, ok: boolean, detail: string): void {
    const stage: ProbeStage = {
      name,
      of: this.#host.alias,
      ok,
      detail,
      durationMs: Math.round(performance.now() - this.#since),
    }
    this.#since = performance.now()
    if (ok) this.#reached = name
    this.#context.onStage?.(stage)
  }

  #last(): string {
    const last = this.#said.at(-1)
    return last ?? 'The connection was closed.'
  }

  #failure(status: number | null): TransportError {
    if (this.#refused !== undefined) return this.#refused
    if (status === NOT_FOUND)
      return new TransportError(
        'configuration',
        `${this.#host.alias} needs the system's OpenSSH, and there is no ssh on this laptop. Install OpenSSH's client.`,
      )
    const said = this.#said
      .filter((line) => !line.startsWith('@@@'))
      .slice(-4)
      .join(' ')
    const { alias, host, port, user } = this.#host
    const error = (): TransportError => {
      switch (this.#reached) {
        case 'nothing':
          return new TransportError(
            /usage:|Bad configuration option/u.test(said) ? 'configuration' : 'resolve',
            `${alias} cannot be reached: ${said === '' ? 'ssh ended without a word.' : said}`,
          )
        case 'resolve':
          return new TransportError(
            'connect',
            said.includes('kex_exchange_identification')
              ? ungreeted(`${host}:${port}`, undefined)
              : `${host}:${port} cannot be reached: ${said}`,
          )
        case 'connect':
          return new TransportError(
            'host-key-changed',
            `The key of ${host}:${port} was not accepted, and nothing was sent: ${said}`,
          )
        case 'host-key':
        case 'authenticate':
          return new TransportError(
            'authenticate',
            `${user}@${host} was not let in: ${[this.#questions.problem, said].filter((words) => words !== undefined && words !== '').join(' ')}`,
          )
      }
    }
    const made = error()
    const name =
      made.code === 'host-key-changed'
        ? 'host-key'
        : made.code === 'configuration'
          ? 'resolve'
          : made.code
    if (name === 'resolve' || name === 'connect' || name === 'host-key' || name === 'authenticate')
      this.#stage(name, false, made.message)
    return made
  }
}

function cancelled(): TransportError {
  return new TransportError('cancelled', 'The connection was given up.')
}

/** ssh, its keeper and what it asks with are one group. */
function endGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  try {
    process.kill(-child.pid, 'SIGTERM')
  } catch {
    // It has just ended by itself.
  }
}
