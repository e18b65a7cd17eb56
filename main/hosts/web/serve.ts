import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { CliError } from '../cli/cli-error.ts'
import { EXIT } from '../cli/exit-codes.ts'
import { compose } from '../compose.ts'
import { shippedRunbooks, version, windowFolder } from '../paths.ts'
import { TOKEN_LIFETIME_MS } from './access.ts'
import { opener, openBrowser } from './browser.ts'
import { startWebHost, type WebHost } from './server.ts'

export interface ServeOptions {
  readonly data: string
  /** 0: any free port. */
  readonly port: number
  readonly open: boolean
}

/** Whether a program in the foreground may read keys: in the background that would stop it (SIGTTIN). */
function mayReadKeys(): boolean {
  if (!process.stdin.isTTY) return false
  if (process.platform !== 'linux') return true
  try {
    // After the name in brackets: state, parent, group, session, terminal, and the terminal's foreground group.
    const [, , group, , , foreground] = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /su, '')
      .split(' ')
    return group === foreground
  } catch {
    return true
  }
}

async function start(
  options: ServeOptions,
  engine: Parameters<typeof startWebHost>[0]['engine'],
): Promise<WebHost> {
  if (!existsSync(join(windowFolder, 'index.html'))) {
    throw new CliError(
      EXIT.internal,
      `The window has not been built (${windowFolder}). Run: npm run build`,
    )
  }
  try {
    return await startWebHost({ engine, folder: windowFolder, port: options.port })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EADDRINUSE')
      throw new CliError(
        EXIT.usage,
        `Port ${options.port} is taken. Leave --port out to use a free one.`,
      )
    if (code === 'EACCES')
      throw new CliError(
        EXIT.usage,
        `Port ${options.port} needs permissions that you do not have. Use one above 1023.`,
      )
    throw error
  }
}

/**
 * Runs the web host until it is told to end. Resolves with the exit status; throws an expected error in words when it
 * cannot start.
 */
export async function serve(options: ServeOptions): Promise<number> {
  const muster = compose({ data: options.data, host: 'web', version, folders: [shippedRunbooks] })
  if (muster.readOnly !== undefined) process.stderr.write(`${muster.readOnly}\n`)
  let host: WebHost
  try {
    host = await start(options, muster.engine)
  } catch (error) {
    await muster.close()
    throw error
  }
  const show = (): string => {
    const link = host.newLink()
    process.stdout.write(`Muster is at ${link}\n`)
    return link
  }
  const keys = mayReadKeys()
  const link = show()
  process.stdout.write(
    `The link works once, for ${TOKEN_LIFETIME_MS / 60_000} minutes. ${keys ? 'Press Enter for a new one, Ctrl-C to end.' : 'Ctrl-C ends.'}\n`,
  )
  const forget = openBrowser(link, options.open ? opener(process.env) : undefined)
  const forgetting = setTimeout(forget, TOKEN_LIFETIME_MS)
  forgetting.unref()
  const lines = keys ? createInterface({ input: process.stdin, terminal: false }) : undefined
  lines?.on('line', show)

  return await new Promise<number>((resolve, reject) => {
    let ending = false
    const end = (): void => {
      if (ending) {
        process.stderr.write('Ended at once; the outcome of what ran is unknown.\n')
        process.exit(130)
      }
      ending = true
      const busy = muster.engine.busy().length > 0
      process.stderr.write(
        busy ? 'Ending: what runs is stopped first. Ctrl-C again ends at once.\n' : 'Ending…\n',
      )
      clearTimeout(forgetting)
      forget()
      lines?.close()
      host
        .close()
        .then(() => muster.close())
        .then(() => resolve(EXIT.ok), reject)
    }
    process.on('SIGINT', end)
    process.on('SIGTERM', end)
    process.on('SIGHUP', end)
  })
}
