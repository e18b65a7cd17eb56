import { describe, expect, it } from 'vitest'
import { namesFor, recordedBy, type Recorded } from '../../../main/core/recording/recorded.ts'

function recorded(seq: number, title: string, host?: string): Recorded {
  return {
    seq,
    from: seq,
    label: `${seq}#1`,
    began: 0,
    durationMs: 0,
    title,
    target: 'db',
    forScreen: false,
    outcome: { kind: 'exited', code: 0 },
    ...(host !== undefined && { host }),
  }
}

describe('names for files of recordings', () => {
  it('say the event, the step and the place, in letters that every system takes', () => {
    const recordings = [
      recorded(7, '1. The command of “Prüfe die Größe”, attempt 2'),
      recorded(12, 'Terminal on web-2 of web'),
      recorded(104, '2. Command 1 of “数据库” on ../../etc/passwd'),
    ]
    expect([...namesFor(recordings).values()]).toEqual([
      '007-step-1-the-command-of-prufe-die-gro-e-attempt-2',
      '012-terminal-on-web-2-of-web',
      '104-step-2-command-1-of-on-etc-passwd',
    ])
  })

  it('are never the same, however long or strange the titles are', () => {
    const recordings = [
      recorded(1, `Terminal on ${'x'.repeat(300)} one`),
      recorded(1, `Terminal on ${'x'.repeat(300)} two`),
      recorded(1, '数据库'),
      recorded(2, '…'),
    ]
    const names = [...namesFor(recordings).values()]
    expect(new Set(names).size).toBe(4)
    expect(names.every((name) => /^[a-z0-9-]{1,100}$/u.test(name))).toBe(true)
    expect(namesFor([])).toEqual(new Map())
  })
})

it('finds the recording of each host that an event has', () => {
  const recordings = [recorded(3, 'a', 'web-1'), recorded(3, 'b', 'web-2'), recorded(4, 'c')]
  expect(recordedBy({ recordings }, 3)).toHaveLength(2)
  expect(recordedBy({ recordings }, 3, 'web-2')).toEqual([recordings[1]])
  expect(recordedBy({ recordings }, 4, 'web-2')).toEqual([])
})
