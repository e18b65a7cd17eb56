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
    return await startWebHost({
      engine,
      folder: windowFolder,
      exports: join(options.data, 'exports'),
      port: options.port,
    })
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
 * Resolves with the first signal to end; the second one ends the program at once. Listening begins when this is called:
 * before anything is open that wants an orderly end.
 */
function toldToEnd(): Promise<void> {
  return new Promise((resolve) => {
    let told = false
    const end = (signal: NodeJS.Signals): void => {
      if (told) {
        process.stderr.write('Ended at once; the outcome of what ran is unknown.\n')
        process.exit(signal === 'SIGINT' ? 130 : 143)
      }
      told = true
      resolve()
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)
  })
}

/**
 * Runs the web host until it is told to end. Resolves with the exit status; throws an expected error in words when it
 * cannot start.
 */
export async function serve(options: ServeOptions): Promise<number> {
  const told = toldToEnd()
  const muster = compose({ data: options.data, host: 'web', version, folders: [shippedRunbooks] })
  try {
    if (muster.readOnly !== undefined) process.stderr.write(`${muster.readOnly}\n`)
    const host = await start(options, muster.engine)
    const hide = show(host, options.open)
    await told
    process.stderr.write(
      muster.engine.busy().length > 0
        ? 'Ending: what runs is stopped first. Ctrl-C again ends at once.\n'
        : 'Ending…\n',
    )
    hide()
    await host.close()
  } finally {
    await muster.close()
  }
  return EXIT.ok
}

/** Prints a link, again on Enter, and opens it in a browser. Returns the way to stop that. */
function show(host: WebHost, open: boolean): () => void {
  const print = (): string => {
    const link = host.newLink()
    process.stdout.write(`Muster is at ${link}\n`)
    return link
  }
  const keys = mayReadKeys()
  const link = print()
  process.stdout.write(
    `The link works once, for ${TOKEN_LIFETIME_MS / 60_000} minutes. ${keys ? 'Press Enter for a new one, Ctrl-C to end.' : 'Ctrl-C ends.'}\n`,
  )
  const forget = openBrowser(link, open ? opener(process.env) : undefined)
  const forgetting = setTimeout(forget, TOKEN_LIFETIME_MS)
  forgetting.unref()
  const lines = keys ? createInterface({ input: process.stdin, terminal: false }) : undefined
  lines?.on('line', print)
  return () => {
    clearTimeout(forgetting)
    forget()
    lines?.close()
  }
}
