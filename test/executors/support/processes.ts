import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { spawnSync } from 'node:child_process'

/** Whether a process is there and is not merely waiting to be reaped. */
export function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
  const state = stdout.trim()
  return state !== '' && !state.startsWith('Z')
}

/** Children of this process, zombies included. */
export function children(): readonly string[] {
  const { stdout, pid } = spawnSync(
    'ps',
    ['-o', 'pid=,stat=,comm=', '--ppid', String(process.pid)],
    {
      encoding: 'utf8',
    },
  )
  return stdout
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith(`${pid} `))
}

/** What this process's descriptors stand for, those of timers and the like left out. */
export function openFiles(): readonly string[] {
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

export function residentKilobytes(): number {
  const match = /VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))
  return Number(match?.[1])
}
