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
import type { Environment } from '../../core/connection/profile.ts'
import { parseConnections, type ParsedConnections } from '../../core/connection/read.ts'
import type { Connections } from '../../engine/ports.ts'
import { editConnections, type Edit } from './edit.ts'
import { ConnectionsError, mistakeIn } from './errors.ts'
import { resolve } from './resolve.ts'
import { teamFile } from './team-file.ts'

/** The user's environments and profiles: `connections.yaml` in the data folder. */

const EMPTY = 'connections: 1\nenvironments: {}\n'

/** How often the file is looked at for what somebody else wrote. */
const WATCH_MS = 1_000

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

  function change(...edits: readonly Edit[]): void {
    const before = source()
    const problem = parseConnections(before).diagnostics.find(
      ({ severity }) => severity === 'error',
    )
    if (problem !== undefined) {
      throw new ConnectionsError(
        mistakeIn(file, problem, 'is not changed by Muster before it is mended'),
      )
    }
    const after = editConnections(before.trim() === '' ? EMPTY : before, edits)
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
      const theirs = parseConnections(teamFile(from))
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
    const edits: Edit[] = []
    let added = 0
    for (const { name, production, profiles } of theirs) {
      const ours = parsed().environments.find((environment) => environment.name === name)
      // Somebody's mark of production is never lost by taking their file over, whatever stands here already.
      if (ours === undefined || (production && !ours.production))
        edits.push({ kind: 'environment', environment: name, production })
      for (const profile of profiles) {
        if (!replace && ours?.profiles.some((known) => known.name === profile.name)) {
          kept.push(`${name}/${profile.name}`)
          continue
        }
        edits.push({ kind: 'save', environment: name, profile, replaces: profile.name })
        added++
      }
    }
    // All of it or nothing.
    if (edits.length > 0) change(...edits)
    return { added, kept }
  }
}
