import { PassThrough } from 'node:stream'
import type { Execution, ExecutionResult, OutputSink } from '../../engine/ports.ts'
import type { Channel, Transport } from '../../engine/transport.ts'
import { deferred } from '../lanes/deferred.ts'
import { drain } from '../lanes/draining.ts'
import { Pump } from '../lanes/pump.ts'
import { connectionProblem } from './lane.ts'

/** The person's own login shell on the other side, to type into. */
export function startShell(
  options: {
    readonly connect: (signal: AbortSignal) => Promise<Transport>
    readonly where: string
    readonly columns: number
    readonly rows: number
  },
  sink: OutputSink,
): Execution {
  const result = deferred<ExecutionResult>()
  const connecting = new AbortController()
  let size = { columns: options.columns, rows: options.rows }
  let channel: Channel | undefined
  let early: Uint8Array[] = []
  let stopped = false

  async function run(): Promise<void> {
    try {
      const transport = await options.connect(connecting.signal)
      if (stopped) return
      channel = await transport.shell(size)
    } catch (error) {
      return result.resolve({ outcome: { kind: 'not-started', detail: connectionProblem(error) } })
    }
    for (const bytes of early) channel.stdin.write(bytes)
    early = []
    const through = new PassThrough()
    channel.stdout.pipe(through)
    channel.stdout.on('close', () => through.end())
    const pump = new Pump(through, (bytes) => sink.stdout(bytes))
    const end = await channel.end
    for (const open of await drain([pump])) open.release()
    result.resolve({
      outcome:
        end.kind === 'lost'
          ? stopped
            ? { kind: 'cancelled' }
            : {
                kind: 'disconnected',
                detail: `The connection to ${options.where} was lost: ${end.detail}`,
              }
          : end,
    })
  }
  void run()

  return {
    result: result.promise,
    stop(rung) {
      stopped = true
      connecting.abort(new Error('It was closed.'))
      if (channel === undefined)
        result.resolve({
          outcome: { kind: 'not-started', detail: 'It was closed before it was connected.' },
        })
      else if (rung === 'interrupt') channel.stdin.write('\x03')
      else channel.abandon()
    },
    terminal: {
      write(bytes) {
        if (channel === undefined) early.push(bytes)
        else channel.stdin.write(bytes)
      },
      resize(columns, rows) {
        size = { columns, rows }
        channel?.resize(columns, rows)
      },
    },
  }
}
