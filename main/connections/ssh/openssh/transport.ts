import { Duplex, PassThrough, type Readable } from 'node:stream'
import {
  TransportError,
  type Channel,
  type ExecRequest,
  type RemoteFiles,
  type Transport,
} from '../../../engine/transport.ts'
import type { ResolvedHost } from '../resolved.ts'
import type { ConnectContext } from '../ssh2/connect.ts'
import { filesOver } from '../ssh2/files.ts'
import { spawnPiped, startClient, type Piped } from './client.ts'
import { startMaster, type Master } from './master.ts'
import { sftpOver } from './sftp.ts'
import { spawnTerminal } from './terminal.ts'

/** Words after which the name of the host comes, which a process that has a master does not use. */
const HOST = ['--', 'host']

/**
 * The system's OpenSSH behind the transport that the engine's parts see: one process holds the connection, and each
 * channel is a process of its own on it. Rejects with a `TransportError`; then nothing is left open.
 */
export async function connectOpenSsh(
  host: ResolvedHost,
  context: ConnectContext,
  because: string,
): Promise<Transport> {
  if (process.platform === 'win32')
    throw new TransportError(
      'configuration',
      `${host.alias} needs the system's OpenSSH (${because}), which on Windows cannot share one connection (it has no ControlMaster). Use a key without a certificate, or run Muster in WSL.`,
    )
  const masters: Master[] = []
  const closeAll = async (): Promise<void> => {
    for (const master of masters.toReversed()) await master.close()
  }
  try {
    let through: string | undefined
    for (const jump of host.jumps) {
      const master = await startMaster(jump, context, { hop: true, through })
      masters.push(master)
      through = master.folder.control
    }
    const master = await startMaster(host, context, { hop: false, through })
    masters.push(master)
    return new OpenSshTransport(master, because, closeAll)
  } catch (error) {
    await closeAll()
    throw error
  }
}

class OpenSshTransport implements Transport {
  readonly implementation = 'openssh'
  readonly because: string
  readonly lost: Promise<string | undefined>
  readonly #master: Master
  readonly #closeAll: () => Promise<void>
  readonly #open = new Set<() => void>()
  #gone: string | undefined

  constructor(master: Master, because: string, closeAll: () => Promise<void>) {
    this.because = because
    this.#master = master
    this.#closeAll = closeAll
    this.lost = master.lost.then((why) => {
      this.#gone = why ?? 'It was closed.'
      return why
    })
  }

  async exec({ command, pty }: ExecRequest): Promise<Channel> {
    return pty === undefined
      ? await this.#piped(['-T', ...HOST, command])
      : await this.#terminal(['-tt', ...HOST, command], pty)
  }

  async shell(size: { readonly columns: number; readonly rows: number }): Promise<Channel> {
    return await this.#terminal(['-tt', ...HOST], size)
  }

  async forward(host: string, port: number): Promise<Duplex> {
    const where = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
    const { process, client } = await this.#start(
      ['-W', where, ...HOST],
      spawnPiped,
      `The ssh host could not reach ${where}`,
      'connect',
    )
    const stream = duplexOf(process)
    stream.once('close', () => client.kill())
    return stream
  }

  async files(): Promise<RemoteFiles> {
    const { process, client } = await this.#start(
      ['-T', '-s', ...HOST, 'sftp'],
      spawnPiped,
      'The host offers no SFTP',
    )
    process.child.stderr.resume()
    return filesOver(await sftpOver(process.child.stdin, process.child.stdout, () => client.kill()))
  }

  async close(): Promise<void> {
    for (const kill of this.#open) kill()
    await this.#closeAll()
    await this.lost
  }

  async #piped(parameters: readonly string[]): Promise<Channel> {
    const { process, client } = await this.#start(parameters, spawnPiped, REFUSED)
    const { stdin, stdout, stderr } = process.child
    return {
      stdin,
      stdout,
      stderr,
      end: client.end,
      resize: () => undefined,
      abandon() {
        client.kill()
        stdout.destroy()
        stderr.destroy()
      },
    }
  }

  async #terminal(
    parameters: readonly string[],
    size: { readonly columns: number; readonly rows: number },
  ): Promise<Channel> {
    const start = (words: readonly string[]) => spawnTerminal(words, size)
    const { process, client } = await this.#start(parameters, start, REFUSED)
    const stderr: Readable = new PassThrough().end()
    return {
      stdin: process.input,
      stdout: process.output,
      stderr,
      end: client.end,
      resize: (columns, rows) => process.resize(columns, rows),
      abandon() {
        client.kill()
        process.output.destroy()
      },
    }
  }

  async #start<Process extends { readonly ended: Promise<void>; kill(): void }>(
    parameters: readonly string[],
    start: (words: readonly string[]) => Process,
    refusal: string,
    code: TransportError['code'] = 'channel',
  ) {
    if (this.#gone !== undefined)
      throw new TransportError('channel', `The connection is gone: ${this.#gone}`)
    const started = await startClient(
      { master: this.#master, gone: () => this.#gone, parameters, refusal, code },
      start,
    )
    const { client, process } = started
    const kill = (): void => client.kill()
    this.#open.add(kill)
    void process.ended.then(() => this.#open.delete(kill))
    await client.opened
    return started
  }
}

const REFUSED =
  'The host opened no further session. Its limit of sessions on one connection (MaxSessions) may be reached'

/** Both directions of a process as one stream that can be half-closed. */
function duplexOf({ child }: Piped): Duplex {
  const { stdin, stdout } = child
  child.stderr.resume()
  const stream = new Duplex({
    read() {
      stdout.resume()
    },
    write(bytes: Buffer, _encoding, done) {
      stdin.write(bytes, (error) => done(error))
    },
    final(done) {
      stdin.end(() => done())
    },
    destroy(error, done) {
      stdin.destroy()
      stdout.destroy()
      done(error)
    },
  })
  stdout.on('data', (bytes: Buffer) => {
    if (!stream.push(bytes)) stdout.pause()
  })
  stdout.once('close', () => stream.push(null))
  stdout.pause()
  return stream
}
