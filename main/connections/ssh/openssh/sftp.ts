import type { Readable, Writable } from 'node:stream'
import { SFTP } from 'ssh2/lib/protocol/SFTP.js'
import { TransportError } from '../../../engine/transport.ts'

/** No limit of the channel's own: ssh has them, and who writes waits for each answer. */
const UNLIMITED = Number.MAX_SAFE_INTEGER

/**
 * The ssh2 library's SFTP over the streams of a subsystem that the system's ssh opened. Rejects with a
 * `TransportError` when the other side ends before it has said its version.
 */
export async function sftpOver(
  stdin: Writable,
  stdout: Readable,
  close: () => void,
): Promise<SFTP> {
  const way = { id: 0, window: UNLIMITED, packetSize: UNLIMITED, state: 'open' as const }
  const sftp = new SFTP(
    {
      _protocol: {
        // OpenSSH alone takes packets of 256 KiB; the smaller ones are for everybody.
        _remoteIdentRaw: undefined,
        channelData: (_id, bytes) => {
          stdin.write(bytes)
        },
        channelClose: close,
      },
    },
    { type: 'sftp', incoming: { ...way }, outgoing: { ...way } },
  )
  stdout.on('data', (bytes: Buffer) => sftp.push(bytes))
  stdout.once('close', () => sftp.push(null))
  await new Promise<void>((resolve, reject) => {
    const ended = (): void =>
      reject(new TransportError('channel', 'The host offers no SFTP: it ended at once.'))
    sftp.once('ready', () => {
      stdout.off('close', ended)
      resolve()
    })
    sftp.on('error', (error: Error) =>
      reject(new TransportError('channel', `The host's SFTP is not usable: ${error.message}`)),
    )
    stdout.once('close', ended)
    sftp._init()
  })
  return sftp
}
