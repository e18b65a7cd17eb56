import type { Connection } from '../../../engine/engine.ts'
import { CliError, usage } from '../cli-error.ts'
import { reached, targetText } from '../connections/probe-text.ts'
import type { Style } from '../console.ts'
import { EXIT } from '../exit-codes.ts'
import type { Prompter } from './prompter.ts'

/** `--connect TARGET=PROFILE`, as often as there are targets to map. */
export function mappingOf(words: readonly string[]): Readonly<Record<string, string>> {
  const mapping: Record<string, string> = {}
  for (const word of words) {
    const at = word.indexOf('=')
    if (at < 1 || at === word.length - 1) throw usage(`--connect is TARGET=PROFILE, not “${word}”.`)
    const target = word.slice(0, at)
    if (Object.hasOwn(mapping, target)) throw usage(`--connect ${target} is given twice.`)
    mapping[target] = word.slice(at + 1)
  }
  return mapping
}

/**
 * Tries every target before the run begins. What is not reached stops a run without a person; a person is asked. Throws
 * `CliError` when nothing is to be started.
 */
export async function preflight(
  connection: Pick<Connection, 'request'>,
  request: {
    readonly path: string
    readonly sha256: string
    readonly environment: string | undefined
    readonly connections: Readonly<Record<string, string>>
  },
  words: {
    readonly tell: (text: string) => void
    readonly style: Style
    readonly prompter: Prompter | undefined
  },
): Promise<void> {
  const { environment } = request
  const results = await connection.request('runs.preflight', {
    probe: 'preflight',
    path: request.path,
    sha256: request.sha256,
    connections: { ...request.connections },
    ...(environment !== undefined && { environment }),
  })
  // This laptop alone needs no words.
  const away = results.filter(({ kind }) => kind !== 'local')
  if (away.length === 0) return
  words.tell(`Targets${environment === undefined ? '' : ` in ${environment}`}:`)
  for (const result of away) words.tell(targetText(result, words.style))
  const missing = away.filter((result) => !reached(result))
  if (missing.length === 0) return
  const names = missing.map(({ target }) => target).join(', ')
  if (words.prompter === undefined)
    throw new CliError(
      EXIT.unreached,
      `Nothing was started, because ${names} ${missing.length === 1 ? 'was' : 'were'} not reached. --no-preflight starts all the same.`,
    )
  const answer = await words.prompter.ask(`Start without ${names}? yes or no: `)
  if (answer.trim() !== 'yes') throw new CliError(EXIT.unreached, 'Nothing was started.')
}
