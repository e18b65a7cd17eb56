import { readdirSync, readlinkSync } from 'node:fs'
import { spawnSync } from 'node:child_process'

/** Whether a process is there and is not merely waiting to be reaped. */
export function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
  const state = stdout.trim()
  return state !== '' && !state.startsWith('Z')
}

/** Children of this process, zombies included. */
export function children(): readonly string[] {
  const { stdout, pid } = spawnSync('ps', ['-axo', 'ppid=,pid=,stat=,comm='], { encoding: 'utf8' })
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([parent, child]) => parent === String(process.pid) && child !== String(pid))
    .map((words) => words.slice(1).join(' '))
}

/** How many descriptors this process has, by kind where the system tells. */
export function openFiles(): readonly string[] {
  if (process.platform !== 'linux') return readdirSync('/dev/fd').map(() => 'file')
  return readdirSync('/proc/self/fd')
    .flatMap((name) => {
      try {
        return [readlinkSync(`/proc/self/fd/${name}`)]
      } catch {
        return []
      }
    })
    .filter((link) => /^(?:pipe:|socket:|\/dev\/pt|\/dev\/ptmx|\/tmp\/)/.test(link))
    .map((link) => link.replace(/\d+/, 'n'))
    .sort()
}

export async function until(
  condition: () => boolean,
  what: string,
  milliseconds = 10_000,
): Promise<void> {
  const end = performance.now() + milliseconds
  while (!condition()) {
    if (performance.now() > end) throw new Error(`Waited in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
