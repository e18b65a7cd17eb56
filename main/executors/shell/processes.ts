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

/**
 * The living processes of a block, its leader included: those of the leader's session and group, and those whose
 * parents lead to it, in whatever session. `leaderAlive: false` says that the leader was seen to end: a process with
 * its number is then a stranger, and so is its family.
 */
export function familyOf(leader: number, leaderAlive: boolean): readonly ProcessEntry[] {
  const living = allProcesses().filter((entry) => !entry.zombie)
  if (!leaderAlive && living.some((entry) => entry.pid === leader)) return []
  const family = new Set<number>([leader])
  for (let grew = true; grew;) {
    grew = false
    for (const entry of living) {
      if (family.has(entry.pid)) continue
      if (entry.session === leader || entry.group === leader || family.has(entry.parent)) {
        family.add(entry.pid)
        grew = true
      }
    }
  }
  return living.filter((entry) => family.has(entry.pid))
}

/** Sends a signal to a process, or a group when negative. False when there was nobody to take it. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name)
    return true
  } catch {
    return false
  }
}

/** Sends a signal to everything a block started. The group first: it cannot fork its way out of that. */
export function signalFamily(leader: number, leaderAlive: boolean, name: NodeJS.Signals): void {
  if (leaderAlive) signal(-leader, name)
  // A member that forks while it is looked for is caught by another look.
  for (let look = 0; look < (name === 'SIGKILL' ? 5 : 1); look++) {
    const members = familyOf(leader, leaderAlive).filter(
      (entry) => !leaderAlive || entry.group !== leader,
    )
    if (members.length === 0) return
    for (const entry of members) signal(entry.pid, name)
  }
}

/** `sleep (process 4242)`, for a person who has to find it. */
export function describeProcesses(entries: readonly ProcessEntry[]): string {
  const shown = entries.slice(0, 3).map((entry) => `${entry.command} (process ${entry.pid})`)
  const more = entries.length - shown.length
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '')
}
