/** The client of SFTP inside the ssh2 library, which its types leave out. */
declare module 'ssh2/lib/protocol/SFTP.js' {
  import type { SFTPWrapper } from 'ssh2'

  interface Way {
    readonly id: number
    window: number
    readonly packetSize: number
    state: 'open' | 'eof' | 'closing' | 'closed'
  }

  interface Host {
    readonly _protocol: {
      readonly _remoteIdentRaw: Buffer | undefined
      channelData(id: number, bytes: Buffer): void
      channelClose(id: number): void
    }
  }

  /** It writes through `channelData`, and reads what is pushed. */
  export interface SFTP extends SFTPWrapper {
    push(bytes: Buffer | null): void
    _init(): void
  }

  export const SFTP: new (
    host: Host,
    channel: { readonly type: 'sftp'; readonly incoming: Way; readonly outgoing: Way },
  ) => SFTP
}
