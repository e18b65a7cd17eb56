import { randomBytes } from 'node:crypto'
import { finished, PassThrough } from 'node:stream'
import type { Channel, ChannelEnd, Transport } from '../../engine/transport.ts'
import { deferred } from '../lanes/deferred.ts'
import { drain } from '../lanes/draining.ts'
import { LiveShell } from '../lanes/live-shell.ts'
import { Pump } from '../lanes/pump.ts'
import type { OpenSeat, SeatEnd } from '../lanes/seat.ts'
import { MarkFilter } from './bootstrap.ts'
import { shortened } from '../../core/shortened.ts'

/**
 * A live shell's seat on a host: bash in a terminal of the connection, and a folder there that only the person can
 * enter. Values and texts are written over channels of their own, so that they stand in no list of processes.
 */

/** How long the end of a killed shell is waited for. */
const AFTER_KILL_MS = 5_000

/**
 * Takes the folder away when the shell has ended, however it did: after a cut it runs no trap any more. It is no child of
 * the shell, hears no signal that is meant for it, and holds nothing of the connection open.
 */
function keeper(folder: string): string {
  return `( (trap "" HUP INT QUIT TERM TSTP TTOU; exec </dev/null >/dev/null 2>&1; cd /; while kill -0 $$; do sleep 1; done; rm -rf ${folder}) & )`
}

/** The first word of the shell is its process number, with a nonce. */
function shellCommand(nonce: string, folder: string): string {
  return `exec sh -c '(umask 077; mkdir ${folder}) || exit 1; command -v bash >/dev/null || { rm -rf ${folder}; echo "There is no bash on the host."; exit 127; }; ${keeper(folder)}; export TERM=dumb PAGER=cat GIT_PAGER=cat SYSTEMD_PAGER=cat; printf "\\036muster %s %s\\036\\n" ${nonce} "$$"; exec bash --noprofile --norc -i'`
}

/** A signal to all that the shell started, found by their parents; a kill takes the shell and its folder too. */
function familyCommand(pid: number, signal: 'TERM' | 'KILL', folder: string): string {
  const find = `ps -A -o pid= -o ppid= | awk -v r=${pid} "{ p[\\$1] = \\$2 } END { do { n = 0; for (k in p) if (!(k in f) && (p[k] == r || (p[k] in f))) { f[k] = 1; n = 1 } } while (n); for (k in f) print k }"`
  const itself = signal === 'KILL' ? `kill -s KILL ${pid} 2>/dev/null; ` : ''
  const clean = signal === 'KILL' ? `rm -rf ${folder}; ` : ''
  return `exec sh -c 'l=$(${find}); ${itself}for k in $l; do kill -s ${signal} "$k" 2>/dev/null; done; ${clean}exit 0'`
}

/** Runs a command that prints nothing worth reading, with an input. */
async function carry(transport: Transport, command: string, input = ''): Promise<ChannelEnd> {
  const channel = await transport.exec({ command })
  channel.stdout.resume()
  channel.stderr.resume()
  channel.stdin.end(input)
  return await channel.end
}

/** Makes the seat. Rejects with words when no shell came up. */
export function remoteSeat(
  transport: Transport,
  size: { readonly columns: number; readonly rows: number },
): OpenSeat {
  return async (deliver) => {
    const nonce = randomBytes(12).toString('hex')
    const folder = `/tmp/muster-${nonce}`
    const channel = await transport.exec({ command: shellCommand(nonce, folder), pty: size })
    const ready = deferred<number>()
    const filter = new MarkFilter(nonce, (pid) => ready.resolve(pid))
    const through = new PassThrough()
    channel.stdout.pipe(through)
    finished(channel.stdout, { writable: false }, () => through.end())
    const pump = new Pump(through, async (bytes) => {
      const rest = filter.push(bytes)
      if (ready.settled && rest.length > 0) await deliver(rest)
    })
    const started = await Promise.race([ready.promise, channel.end])
    if (typeof started !== 'number') {
      await drain([pump])
      const said = Buffer.from(filter.rest()).toString('utf8').trim()
      throw new Error(said === '' ? `it ended ${endWords(started)}` : shortened(said, 300))
    }
    return new RemoteSeat(transport, channel, pump, folder, started)
  }
}

function endWords(end: ChannelEnd): string {
  switch (end.kind) {
    case 'exited':
      return `with exit status ${end.code}`
    case 'signalled':
      return `by ${end.signal}`
    case 'lost':
      return `when the connection was lost: ${end.detail}`
  }
}

class RemoteSeat {
  readonly ended: Promise<SeatEnd>
  readonly #transport: Transport
  readonly #channel: Channel
  readonly #pump: Pump
  readonly #folder: string
  readonly #pid: number
  #alive = true
  /** Whether the other side confirmed that everything was killed. */
  #killed: Promise<boolean> | undefined

  constructor(transport: Transport, channel: Channel, pump: Pump, folder: string, pid: number) {
    this.#transport = transport
    this.#channel = channel
    this.#pump = pump
    this.#folder = folder
    this.#pid = pid
    // At an orderly end there is nothing to wait for.
    channel.stdin.write(` trap 'command rm -rf ${folder}' EXIT\n`)
    this.ended = this.#end()
  }

  alive(): boolean {
    return this.#alive
  }

  write(bytes: Uint8Array | string): void {
    if (this.#alive) this.#channel.stdin.write(bytes)
  }

  resize(columns: number, rows: number): void {
    if (this.#alive) this.#channel.resize(columns, rows)
  }

  async put(name: string, text: string): Promise<string> {
    const path = `${this.#folder}/${name}`
    // Values can be secrets: the shell removes their file itself when it has read it, whatever becomes of the connection.
    const whole = name.startsWith('values-') ? `${text}command rm -f ${path}\n` : text
    const length = Buffer.byteLength(whole)
    // Counted on the other side: half a text is not run.
    const end = await carry(
      this.#transport,
      `exec sh -c 'umask 077; cat > ${path} && [ "$(wc -c < ${path})" -eq ${length} ]'`,
      whole,
    )
    if (end.kind === 'exited' && end.code === 0) return path
    throw new Error(
      end.kind === 'lost'
        ? `the connection was lost: ${end.detail}`
        : `the host could not write ${path} (${endWords(end)})`,
    )
  }

  remove(path: string): Promise<void> {
    if (!this.#alive) return Promise.resolve()
    // Nothing waits for it: the folder goes when the run is closed.
    carry(this.#transport, `exec rm -f ${path}`).catch(() => undefined)
    return Promise.resolve()
  }

  signalCommands(name: 'SIGTERM'): void {
    if (!this.#alive || name !== 'SIGTERM') return
    // What does not arrive changes nothing: the end of the channel says what became of it.
    carry(this.#transport, familyCommand(this.#pid, 'TERM', this.#folder)).catch(() => undefined)
  }

  kill(): void {
    if (this.#alive) this.#killed ??= this.#kill()
  }

  release(): void {
    this.#pump.release()
  }

  async #kill(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => {
        this.#channel.abandon()
        resolve(false)
      }, AFTER_KILL_MS)
    })
    const command = familyCommand(this.#pid, 'KILL', this.#folder)
    const killed = await Promise.race([
      carry(this.#transport, command).then(
        ({ kind }) => kind === 'exited',
        // The connection is gone, which ends the channel too.
        () => false,
      ),
      late,
    ])
    await Promise.race([this.#channel.end, late])
    clearTimeout(timer)
    return killed
  }

  async #end(): Promise<SeatEnd> {
    const end = await this.#channel.end
    this.#alive = false
    for (const open of await drain([this.#pump])) open.release()
    // OpenSSH does not tell which signal it was.
    if ((await this.#killed) === true) return { words: 'by SIGKILL', lost: false }
    return { words: endWords(end), lost: end.kind === 'lost' }
  }
}

/** A live shell on a host. The connection is made first. */
export async function openRemoteShell(
  connect: () => Promise<Transport>,
  size: { readonly columns: number; readonly rows: number },
): Promise<LiveShell> {
  return await LiveShell.start(remoteSeat(await connect(), size), {}, true)
}
