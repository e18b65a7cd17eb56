import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Environment, SshProfile } from '../../core/connection/profile.ts'
import { parseConnections, type ParsedConnections } from '../../core/connection/read.ts'
import type { TargetKind } from '../../core/runbook/model.ts'
import { similar } from '../../core/runbook/similar.ts'
import type { Connections } from '../../engine/ports.ts'
import { editConnections, type Edit } from './edit.ts'

/** The user's environments and profiles: `connections.yaml` in the data folder. */

const EMPTY = 'connections: 1\nenvironments: {}\n'

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
      const { line, column } = problem.range.start
      throw new ConnectionsError(
        `${file} has a mistake at ${line}:${column} and is not changed by Muster before it is mended: ${problem.message}`,
      )
    }
    const after = editConnections(before.trim() === '' ? EMPTY : before, edit)
    const wrong = parseConnections(after).diagnostics.find(({ severity }) => severity === 'error')
    if (wrong !== undefined) throw new ConnectionsError(wrong.message)
    write(after)
  }

  function write(text: string): void {
    const beside = `${file}.new`
    try {
      writeFileSync(beside, text, { mode: 0o600, flush: true })
      renameSync(beside, file)
    } catch (error) {
      rmSync(beside, { force: true })
      throw new ConnectionsError(
        `${file} could not be written: ${error instanceof Error ? error.message : String(error)}`,
      )
    }
  }

  return {
    load: () => ({ file, ...parsed() }),
    resolve: (environment, kind, name) => resolve(parsed().environments, environment, kind, name),
    save(environment, profile, replaces) {
      change({ kind: 'save', environment, profile, replaces: replaces ?? profile.name })
    },
    remove(environment, profile) {
      change({ kind: 'remove', environment, profile })
    },
    saveEnvironment({ name, production }) {
      change({ kind: 'environment', environment: name, production })
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
      if (ours === undefined) change({ kind: 'environment', environment: name, production })
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

type Resolved = ReturnType<Connections['resolve']>

/** Where a name leads in an environment. */
function resolve(
  environments: readonly Environment[],
  environment: string | undefined,
  kind: TargetKind,
  name: string,
): Resolved {
  const chosen = environments.find((one) => one.name === environment)
  if (environment !== undefined && chosen === undefined) {
    const known = environments.map((one) => one.name)
    return {
      problem: `There is no environment “${environment}”. ${known.length === 0 ? 'None is set up yet' : `Known: ${known.join(', ')}`}.`,
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
