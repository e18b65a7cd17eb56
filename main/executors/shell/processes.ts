import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** The processes that a block started, found through the system's own table. */
export interface ProcessEntry {
  readonly pid: number
  readonly parent: number
  readonly group: number
  /** Unknown where the system does not tell. */
  readonly session: number | undefined
  /** The group in the foreground of its terminal; unknown or none otherwise. */
  readonly foreground: number | undefined
  readonly zombie: boolean
  readonly command: string
}

/** `/proc/<pid>/stat`, see proc(5). The command stands in parentheses and may contain any character. */
function parseStat(text: string): ProcessEntry | undefined {
  const open = text.indexOf('(')
  const close = text.lastIndexOf(')')
  if (open < 0 || close < open) return undefined
  const [state, parent, group, session, , foreground] = text.slice(close + 2).split(' ')
  return {
    pid: Number(text.slice(0, open)),
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    foreground: Number(foreground) > 0 ? Number(foreground) : undefined,
    zombie: state === 'Z' || state === 'X',
    command: text.slice(open + 1, close),
  }
}

function fromProc(): ProcessEntry[] {
  const entries: ProcessEntry[] = []
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const entry = parseStat(readFileSync(`/proc/${name}/stat`, 'utf8'))
      if (entry !== undefined) entries.push(entry)
    } catch {
      // It ended between the listing and the reading.
    }
  }
  return entries
}

function fromPs(): ProcessEntry[] {
  const { stdout } = spawnSync('ps', ['-axo', 'pid=,ppid=,pgid=,tpgid=,stat=,comm='], {
    encoding: 'utf8',
    timeout: 2_000,
  })
  return (stdout ?? '').split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(-?\d+)\s+(\S+)\s+(.*)$/.exec(line)
    if (match === null) return []
    const [, pid, parent, group, foreground, state = '', command = ''] = match
    return {
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      session: undefined,
      foreground: Number(foreground) > 0 ? Number(foreground) : undefined,
      zombie: state.startsWith('Z'),
      command: command.slice(command.lastIndexOf('/') + 1),
    }
  })
}

function allProcesses(): ProcessEntry[] {
  if (process.platform === 'win32') return []
  return process.platform === 'linux' ? fromProc() : fromPs()
}

/** Those of `living` that belong to one of `roots`: by session, by group, or by a line of parents. */
function descendants(living: readonly ProcessEntry[], roots: Iterable<number>): Set<number> {
  const family = new Set(roots)
  for (let size = -1; size !== family.size;) {
    size = family.size
    for (const { pid, parent, group, session } of living) {
      if (family.has(parent) || family.has(group) || (session !== undefined && family.has(session)))
        family.add(pid)
    }
  }
  return family
}

/**
 * The living processes of a block, its leader included: those of the leader's session and group, and those whose
 * parents lead to it, in whatever session. `leaderAlive: false` says that the leader was seen to end: a process with
 * its number is then a stranger, and so is its family.
 */
export function familyOf(leader: number, leaderAlive: boolean): readonly ProcessEntry[] {
  const living = allProcesses().filter((entry) => !entry.zombie)
  if (!leaderAlive && living.some((entry) => entry.pid === leader)) return []
  const family = descendants(living, [leader])
  return living.filter((entry) => family.has(entry.pid))
}

/** Sends a signal to a process, or a group when negative; 0 only asks. False when there was nobody to take it. */
export function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, name)
    return true
  } catch {
    return false
  }
}

/** Sends a signal to everything a block started. */
export function signalFamily(leader: number, leaderAlive: boolean, name: NodeJS.Signals): void {
  if (process.platform === 'win32') {
    if (leaderAlive) endTree(leader, name === 'SIGKILL')
    return
  }
  // Looked up first: when a parent dies, nothing leads to its children any more.
  const known = new Map(familyOf(leader, leaderAlive).map((entry) => [entry.pid, entry]))
  // The group at once: it cannot fork its way out of that.
  if (leaderAlive) signal(-leader, name)
  for (const { pid, group } of known.values()) {
    if (!leaderAlive || group !== leader) signal(pid, name)
  }
  if (name === 'SIGKILL' && known.size > 0) killNewborn(known)
}

/** Windows has no signals: a program is asked to close its windows, or ended with all it started. */
function endTree(leader: number, force: boolean): void {
  const options = ['/PID', String(leader), '/T', ...(force ? ['/F'] : [])]
  spawnSync('taskkill', options, { timeout: 2_000, windowsHide: true })
}

/** Kills what was forked between the look and the signal. */
function killNewborn(known: Map<number, ProcessEntry>): void {
  for (let look = 0; look < 5; look++) {
    const living = allProcesses().filter((entry) => !entry.zombie)
    const family = descendants(living, known.keys())
    const newborn = living.filter(({ pid }) => family.has(pid) && !known.has(pid))
    if (newborn.length === 0) return
    for (const entry of newborn) {
      known.set(entry.pid, entry)
      signal(entry.pid, 'SIGKILL')
    }
  }
}

/** `sleep (process 4242)`, for a person who has to find it. */
export function describeProcesses(entries: readonly ProcessEntry[]): string {
  const shown = entries.slice(0, 3).map((entry) => `${entry.command} (process ${entry.pid})`)
  const more = entries.length - shown.length
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '')
}
