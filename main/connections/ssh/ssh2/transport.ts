import type { Duplex } from 'node:stream'
import type { Client, ClientChannel } from 'ssh2'
import {
  TransportError,
  type Channel,
  type ChannelEnd,
  type ExecRequest,
  type Transport,
} from '../../../engine/transport.ts'
import { remoteFiles } from './files.ts'
import type { Connected } from './connect.ts'

/** The ssh2 library behind the transport that the engine's parts see. */
export function createSsh2Transport(connected: Connected, because: string): Transport {
  const { client, lost } = connected
  const state: { gone: string | undefined; over: boolean } = { gone: undefined, over: false }
  void lost.then((why) => {
    state.over = true
    state.gone = why
  })

  function open(start: (done: (error: Error | undefined, stream: ClientChannel) => void) => void) {
    return new Promise<Channel>((resolve, reject) => {
      if (state.over) return reject(notConnected(state.gone))
      void lost.then((why) => reject(notConnected(why)))
      try {
        start((error, stream) => {
          if (error === undefined) resolve(channelOf(stream, lost))
          else reject(new TransportError('channel', channelProblem(error)))
        })
      } catch (error) {
        reject(notConnected(error instanceof Error ? error.message : String(error)))
      }
    })
  }

  return {
    implementation: 'ssh2',
    because,
    lost,
    exec: ({ command, pty }: ExecRequest) =>
      open((done) => {
        client.exec(command, pty === undefined ? {} : { pty: ptyOptions(pty) }, done)
      }),
    shell: (size) =>
      open((done) => {
        client.shell(ptyOptions(size), done)
      }),
    forward: (host, port) => forward(client, host, port, state),
    files: () => remoteFiles(client),
    async close() {
      connected.close()
      await lost
    },
  }
}

function ptyOptions({ columns, rows }: { readonly columns: number; readonly rows: number }) {
  return { cols: columns, rows, width: 0, height: 0, term: 'xterm-256color' }
}

function notConnected(why: string | undefined): TransportError {
  return new TransportError(
    'channel',
    `The connection is gone${why === undefined ? '' : `: ${why}`}.`,
  )
}

function channelProblem(error: Error): string {
  return /administratively|open failed|Channel open failure/iu.test(error.message)
    ? `The host opened no further session: ${error.message}. Its limit of sessions on one connection (MaxSessions) may be reached.`
    : `The host refused it: ${error.message}`
}

/** Signals come with or without their prefix. */
function signalName(name: string): string {
  return name.startsWith('SIG') ? name : `SIG${name}`
}

function channelOf(stream: ClientChannel, lost: Promise<string | undefined>): Channel {
  let ended: ChannelEnd | undefined
  let giveUp: () => void = () => undefined
  const end = new Promise<ChannelEnd>((resolve) => {
    stream.on('exit', (code: number | null, signal?: string) => {
      // Its output can still be on its way, or be held open by what it left in the background.
      ended =
        code === null || code === undefined
          ? { kind: 'signalled', signal: signalName(signal ?? 'UNKNOWN') }
          : { kind: 'exited', code }
      resolve(ended)
    })
    giveUp = () => resolve(ended ?? { kind: 'lost', detail: 'It was given up.' })
    stream.on('close', () => {
      resolve(ended ?? { kind: 'lost', detail: 'The host closed it without saying how it ended.' })
    })
    void lost.then((why) => {
      // What the host said before the connection went is still true.
      resolve(ended ?? { kind: 'lost', detail: why ?? 'The connection was closed.' })
      stream.destroy()
    })
  })
  // Broken writes are seen as the end of the channel.
  stream.on('error', () => undefined)
  stream.stderr.on('error', () => undefined)
  return {
    stdin: stream.stdin,
    stdout: stream.stdout,
    stderr: stream.stderr,
    end,
    resize: (columns, rows) => {
      stream.setWindow(rows, columns, 0, 0)
    },
    abandon: () => {
      // The host answers the close only when the command has ended.
      giveUp()
      stream.close()
    },
  }
}

function forward(
  client: Client,
  host: string,
  port: number,
  state: { readonly gone: string | undefined; readonly over: boolean },
): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    if (state.over) return reject(notConnected(state.gone))
    client.forwardOut('127.0.0.1', 0, host, port, (error, stream) => {
      if (error === undefined) resolve(stream)
      else
        reject(
          new TransportError(
            'connect',
            `The ssh host could not reach ${host}:${port}: ${error.message}`,
          ),
        )
    })
  })
}
