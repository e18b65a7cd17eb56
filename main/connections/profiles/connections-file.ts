import {
  existsSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  unwatchFile,
  watchFile,
  writeFileSync,
  type Stats,
} from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Environment, SshProfile } from '../../core/connection/profile.ts'
import { parseConnections, type ParsedConnections } from '../../core/connection/read.ts'
import type { Diagnostic, TargetKind } from '../../core/runbook/model.ts'
import { similar } from '../../core/runbook/similar.ts'
import type { Connections } from '../../engine/ports.ts'
import { editConnections, type Edit } from './edit.ts'

/** The user's environments and profiles: `connections.yaml` in the data folder. */

const EMPTY = 'connections: 1\nenvironments: {}\n'

/** How often the file is looked at for what somebody else wrote. */
const WATCH_MS = 1_000

/** What a file that cannot be read or changed says to a person. */
export class ConnectionsError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ConnectionsError'
  }
}

/** Reads the file anew at each question: people edit it beside the program, and it is small. */
export function createConnections(dataFolder: string): Connections {
  const file = join(dataFolder, 'connections.yaml')

  function source(): string {
    try {
      return readFileSync(file, 'utf8')
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
      throw new ConnectionsError(
        `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      )
    }
  }

  let last: { readonly source: string; readonly parsed: ParsedConnections } | undefined
  function parsed(): ParsedConnections {
    const text = source()
    if (last?.source !== text) last = { source: text, parsed: parseConnections(text) }
    return last.parsed
  }

  function change(edit: Edit): void {
    const before = source()
    const problem = parseConnections(before).diagnostics.find(
      ({ severity }) => severity === 'error',
    )
    if (problem !== undefined) {
      throw new ConnectionsError(
        mistakeIn(file, problem, 'is not changed by Muster before it is mended'),
      )
    }
    const after = editConnections(before.trim() === '' ? EMPTY : before, edit)
    const wrong = parseConnections(after).diagnostics.find(({ severity }) => severity === 'error')
    if (wrong !== undefined) throw new ConnectionsError(wrong.message)
    write(after)
  }

  function write(text: string): void {
    // A file that is kept elsewhere, in a folder under git, stays a link to it.
    const place = existsSync(file) ? realpathSync(file) : file
    const beside = `${place}.new`
    try {
      writeFileSync(beside, text, { mode: 0o600, flush: true })
      renameSync(beside, place)
    } catch (error) {
      rmSync(beside, { force: true })
      throw new ConnectionsError(
        `${file} could not be written: ${error instanceof Error ? error.message : String(error)}`,
      )
    }
  }

  return {
    load() {
      const { environments, diagnostics } = parsed()
      return { file, environments, diagnostics }
    },
    resolve: (environment, kind, name) => resolve(parsed(), file, environment, kind, name),
    save(environment, profile, replaces) {
      change({ kind: 'save', environment, profile, replaces: replaces ?? profile.name })
    },
    remove(environment, profile) {
      const known = parsed().environments.find(({ name }) => name === environment)
      if (known !== undefined && !known.profiles.some(({ name }) => name === profile))
        throw new ConnectionsError(`There is no profile “${profile}” in ${environment}.`)
      change({ kind: 'remove', environment, profile })
    },
    saveEnvironment({ name, production }) {
      change({ kind: 'environment', environment: name, production })
    },
    watch(changed) {
      // By its facts and not its inode: editors write beside and rename, as we do.
      const listener = (now: Stats, before: Stats): void => {
        if (now.mtimeMs !== before.mtimeMs || now.size !== before.size) changed()
      }
      watchFile(file, { interval: WATCH_MS, persistent: false }, listener)
      return () => unwatchFile(file, listener)
    },
    import(path, replace) {
      const from = path.startsWith('~/') ? join(homedir(), path.slice(2)) : path
      if (!existsSync(from)) throw new ConnectionsError(`There is no file ${from}.`)
      const theirs = parseConnections(readFileSync(from, 'utf8'))
      const problem = theirs.diagnostics.find(({ severity }) => severity === 'error')
      if (problem !== undefined) {
        const { line, column } = problem.range.start
        throw new ConnectionsError(`${from}:${line}:${column}: ${problem.message}`)
      }
      return take(theirs.environments, replace)
    },
  }

  function take(
    theirs: readonly Environment[],
    replace: boolean,
  ): { readonly added: number; readonly kept: readonly string[] } {
    const kept: string[] = []
    let added = 0
    for (const { name, production, profiles } of theirs) {
      const ours = parsed().environments.find((environment) => environment.name === name)
      // Somebody's mark of production is never lost by taking their file over.
      if (ours === undefined || (replace && production && !ours.production))
        change({ kind: 'environment', environment: name, production })
      for (const profile of profiles) {
        if (!replace && ours?.profiles.some((known) => known.name === profile.name)) {
          kept.push(`${name}/${profile.name}`)
          continue
        }
        change({ kind: 'save', environment: name, profile, replaces: profile.name })
        added++
      }
    }
    return { added, kept }
  }
}

function mistakeIn(file: string, { message, range }: Diagnostic, consequence: string): string {
  const { line, column } = range.start
  return `${file} has a mistake at ${line}:${column} and ${consequence}: ${message}`
}

type Resolved = ReturnType<Connections['resolve']>

/** Where a name leads in an environment. */
function resolve(
  { environments, refused, diagnostics }: ParsedConnections,
  file: string,
  environment: string | undefined,
  kind: TargetKind,
  name: string,
): Resolved {
  const mistake = diagnostics.find(({ severity }) => severity === 'error')
  const chosen = environments.find((one) => one.name === environment)
  if (environment !== undefined && chosen === undefined) {
    if (mistake !== undefined) return { problem: mistakeIn(file, mistake, 'cannot be used') }
    const known = environments.map((one) => one.name)
    return {
      problem: `There is no environment “${environment}”. ${known.length === 0 ? 'None is set up yet' : `Known: ${known.join(', ')}`}.`,
    }
  }
  // What a person wrote and mistyped must not become something else of the same name, such as an ssh alias.
  if (refused.some((one) => one.environment === environment && one.profile === name)) {
    return {
      problem: `The profile “${name}” in ${environment} has a mistake, so it leads nowhere. muster connections list says where it is in ${file}.`,
    }
  }
  const production = chosen?.production ?? false
  const profile = chosen?.profiles.find((one) => one.name === name)
  if (profile !== undefined) {
    if (profile.kind === kind) return { profile, production }
    return {
      problem: `The profile “${name}” in ${chosen?.name} is for ${profile.kind}, and the runbook's target needs ${kind}.`,
    }
  }
  return withoutProfile(chosen, kind, name, production)
}

/** Names that mean something by themselves: this laptop, a URL, an alias of the person's ssh configuration. */
function withoutProfile(
  chosen: Environment | undefined,
  kind: TargetKind,
  name: string,
  production: boolean,
): Resolved {
  switch (kind) {
    case 'local':
      return { profile: undefined, production }
    case 'http':
      if (/^https?:\/\//iu.test(name))
        return { profile: { kind: 'http', name, url: name }, production }
      break
    case 'ssh':
      return { profile: implicitSsh(name), production }
    case 'postgres':
    case 'redis':
      break
  }
  const names = chosen?.profiles.filter((one) => one.kind === kind).map((one) => one.name) ?? []
  const near = similar(name, names)
  const where =
    chosen === undefined ? 'no environment was chosen, so' : `in the environment “${chosen.name}”`
  return {
    problem: `This target needs a connection: ${where} there is no ${kind} profile “${name}”. Add it under Connections, or choose another profile for this target.${near === undefined ? '' : ` Did you mean “${near}”?`}`,
  }
}

function implicitSsh(name: string): SshProfile {
  return { kind: 'ssh', name, hosts: [name] }
}
