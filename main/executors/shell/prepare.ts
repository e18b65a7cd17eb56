import { stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionRequest } from '../../engine/ports.ts'
import { unusable, unusableValue } from '../lanes/values.ts'
import { inheritedEnvironment } from './environment.ts'
import { makeScratch, writePrivate } from './scratch.ts'
import { findProgram, missingShell, shellLanguage, STRICT_OPTIONS } from './shells.ts'

/**
 * Linux takes no single argument beyond 128 KiB, whatever the rest (MAX_ARG_STRLEN, execve(2)). A longer text goes
 * through a file.
 */
const LONGEST_ARGUMENT = 96 * 1024

export interface Prepared {
  readonly file: string
  readonly arguments: readonly string[]
  readonly environment: Record<string, string>
  readonly folder: string
  /** A temporary folder to remove when the block has ended. */
  readonly scratch: string | undefined
}

/** Where blocks start: the person's home, so that the same block does the same from wherever Muster was opened. */
export async function startingFolder(
  asked: string | undefined,
): Promise<{ readonly folder: string } | string> {
  const folder = asked ?? homedir()
  try {
    if ((await stat(folder)).isDirectory()) return { folder }
    return `The working folder ${folder} is not a folder.`
  } catch {
    return `The working folder ${folder} does not exist or cannot be entered. Make it, and run the block again.`
  }
}

/** Everything a shell needs to run the block's text, or the words why it cannot be run. Never rejects. */
export function prepare(
  request: ExecutionRequest,
  terminal: 'dumb' | 'xterm-256color',
): Promise<Prepared | string> {
  return inWords(() => prepareBlock(request, terminal))
}

/** A shell to type into: the person's own, as their terminal would start it. Never rejects. */
export function prepareInteractive(
  values: Readonly<Record<string, string>>,
): Promise<Prepared | string> {
  return inWords(() => prepareShell(values))
}

async function inWords<T>(prepare: () => Promise<T>): Promise<T | string> {
  try {
    return await prepare()
  } catch (error) {
    return `The shell could not be prepared: ${error instanceof Error ? error.message : String(error)}`
  }
}

async function prepareBlock(
  request: ExecutionRequest,
  terminal: 'dumb' | 'xterm-256color',
): Promise<Prepared | string> {
  const { text, values } = request
  const problem = unusable(text, values)
  if (problem !== undefined) return problem
  const language = shellLanguage(request.block.language)
  const environment = { ...inheritedEnvironment(terminal), ...values }
  const file = findProgram(language, environment['PATH'] ?? '')
  if (file === undefined) return missingShell(language)
  const start = await startingFolder(request.folder)
  if (typeof start === 'string') return start
  const options = STRICT_OPTIONS[language]
  const common = { file, environment, folder: start.folder }
  if (Buffer.byteLength(text) <= LONGEST_ARGUMENT)
    return { ...common, arguments: [...options, '-c', '--', text], scratch: undefined }
  try {
    const scratch = await makeScratch()
    const script = join(scratch, 'block.sh')
    await writePrivate(script, text)
    return { ...common, arguments: [...options, '--', script], scratch }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return `The block is too long for a command line, and no temporary file could be written for it: ${why}`
  }
}

async function prepareShell(values: Readonly<Record<string, string>>): Promise<Prepared | string> {
  const problem = unusableValue(values)
  if (problem !== undefined) return problem
  const environment = { ...inheritedEnvironment('xterm-256color'), ...values }
  const own = process.env['SHELL']
  const file =
    own !== undefined && own.startsWith('/') && (await isFile(own))
      ? own
      : (findProgram('bash', environment['PATH'] ?? '') ??
        findProgram('sh', environment['PATH'] ?? ''))
  if (file === undefined) return missingShell('bash')
  const start = await startingFolder(undefined)
  if (typeof start === 'string') return start
  // A login shell reads the files that a program started from a menu has not seen.
  return { file, arguments: ['-l'], environment, folder: start.folder, scratch: undefined }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}
