import { readdirSync, readFileSync } from 'node:fs'

/** Highest resident memory of a process so far, in megabytes; undefined where it is gone. Linux only. */
export function peakMemory(pid: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const kilobytes = /^VmHWM:\s+(?<kilobytes>\d+) kB$/mu.exec(status)?.groups?.['kilobytes']
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024
  } catch {
    return undefined
  }
}

/** The largest process that the process began, and those began, as `peakMemory` tells; 0 without any. Linux only. */
export function peakMemoryOfChildren(pid: number): number {
  let children: readonly number[]
  try {
    const words = readdirSync(`/proc/${pid}/task`)
      .map((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8'))
      .join(' ')
    children = words.split(' ').flatMap((word) => (word === '' ? [] : [Number(word)]))
  } catch {
    return 0
  }
  return Math.max(
    0,
    ...children.map((child) => Math.max(peakMemory(child) ?? 0, peakMemoryOfChildren(child))),
  )
}
