import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { compose } from '../compose.ts'
import { shippedRunbooks, version, windowFolder } from '../paths.ts'
import { startWebHost } from './server.ts'

export interface ServeOptions {
  readonly data: string
  readonly port: number
  readonly open: boolean
}

/** The program that shows an address to the person, when there is a screen to show it on. */
function opener(): readonly [string, ...string[]] | undefined {
  if (process.platform === 'darwin') return ['open']
  if (process.platform === 'win32') return ['cmd', '/c', 'start', '']
  return process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'] ? ['xdg-open'] : undefined
}

function openBrowser(address: string): void {
  const command = opener()
  if (command === undefined) return
  const [program, ...words] = command
  const child = spawn(program, [...words, address], { stdio: 'ignore', detached: true })
  // No browser to be found is no reason to stop: the address is printed.
  child.on('error', () => undefined)
  child.unref()
}

/** Runs the web host until it is told to end. Resolves with the exit code. */
export async function serve(options: ServeOptions): Promise<number> {
  const muster = compose({ data: options.data, host: 'web', version, folders: [shippedRunbooks] })
  if (muster.readOnly !== undefined) process.stderr.write(`${muster.readOnly}\n`)
  let host: Awaited<ReturnType<typeof startWebHost>>
  try {
    host = await startWebHost({ engine: muster.engine, folder: windowFolder, port: options.port })
  } catch (error) {
    await muster.close()
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    process.stderr.write(
      taken
        ? `Port ${options.port} is taken. Leave --port out to use a free one.\n`
        : `The web host cannot start: ${error instanceof Error ? error.message : String(error)}\n`,
    )
    return 1
  }
  const show = (): string => {
    const link = host.newLink()
    process.stdout.write(`Muster is at ${link}\n`)
    return link
  }
  const link = show()
  process.stdout.write('The link works once. Press Enter for a new one, Ctrl-C to end.\n')
  if (options.open) openBrowser(link)
  const lines = process.stdin.isTTY ? createInterface({ input: process.stdin }) : undefined
  lines?.on('line', show)

  return await new Promise<number>((resolve) => {
    let ending = false
    const end = (): void => {
      if (ending) process.exit(130)
      ending = true
      process.stderr.write('Ending…\n')
      lines?.close()
      void host
        .close()
        .then(() => muster.close())
        .then(() => resolve(0))
    }
    process.on('SIGINT', end)
    process.on('SIGTERM', end)
    process.on('SIGHUP', end)
  })
}
