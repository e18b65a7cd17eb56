import { afterEach, describe, expect, test, vi } from 'vitest'
import { createShellExecutor } from '../../../main/executors/shell/executor.ts'
import type { Execution, ExecutionRequest } from '../../../main/engine/ports.ts'
import { block, collect, shellRequest, type CollectingSink } from '../support/execution.ts'
import { children, isAlive, openFiles, until } from '../support/processes.ts'

/** Every rung of the ladder, over the exec lane and over the PTY lane, and what must not be left behind. */

const executor = createShellExecutor()

afterEach(() => executor.closeRun('run-1'))

interface Started {
  readonly execution: Execution
  readonly sink: CollectingSink
}

/** Starts a text that prints `ready` and waits for it. */
async function started(text: string, changes: Partial<ExecutionRequest> = {}): Promise<Started> {
  const sink = collect()
  const execution = executor.start(shellRequest(text, changes), sink)
  await sink.seen('ready')
  return { execution, sink }
}

function numbers(sink: CollectingSink): number[] {
  return (sink.text.match(/\d+/g) ?? []).map(Number)
}

// What ignores a signal hands that on to a program it becomes; a loop would fork children that do not yet.
const IGNORES_INTERRUPT = `trap '' INT; echo ready; exec sleep 60`
const IGNORES_BOTH = `trap '' INT TERM; echo ready; exec sleep 60`

describe.each([
  ['exec', block()],
  ['pty', block({ pty: true })],
])('%s lane', (_name, lane) => {
  test('interrupt ends what listens to it', async () => {
    const { execution } = await started(`sh -c 'echo ready; exec sleep 60'; echo never`, {
      block: lane,
    })
    execution.stop('interrupt')
    expect(await execution.result).toEqual({ outcome: { kind: 'cancelled' } })
  })

  test('terminate ends what ignores the interrupt', async () => {
    const { execution, sink } = await started(IGNORES_INTERRUPT, { block: lane })
    execution.stop('interrupt')
    let ended = false
    void execution.result.then(() => (ended = true))
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(ended).toBe(false)
    execution.stop('terminate')
    expect((await execution.result).outcome).toEqual({ kind: 'cancelled' })
    expect(sink.text).toContain('ready')
  })

  test('kill ends what ignores everything else', async () => {
    const { execution } = await started(IGNORES_BOTH, { block: lane })
    execution.stop('interrupt')
    execution.stop('terminate')
    execution.stop('kill')
    expect((await execution.result).outcome).toEqual({ kind: 'cancelled' })
  })

  test('abandon is unknown at once, and takes nothing more', async () => {
    const { execution, sink } = await started(
      'echo ready; echo $$; while :; do echo x; sleep 0.01; done',
      { block: lane },
    )
    await until(() => numbers(sink).length > 0, 'the process number')
    const [pid = 0] = numbers(sink)
    execution.stop('abandon')
    const { outcome } = await execution.result
    expect(outcome.kind).toBe('unknown')
    expect('detail' in outcome && outcome.detail).toContain(`process ${pid}`)
    const { length } = sink.out
    expect(isAlive(pid)).toBe(true)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(sink.out.length).toBe(length)
    process.kill(pid, 'SIGKILL')
    await until(() => !isAlive(pid), 'the end of the abandoned process')
  })

  test('a program that handles the interrupt and chooses its own end is believed', async () => {
    const { execution } = await started(
      `trap 'exit 5' INT; echo ready; while :; do sleep 0.05; done`,
      { block: lane },
    )
    execution.stop('interrupt')
    expect((await execution.result).outcome).toEqual({ kind: 'exited', code: 5 })
  })

  test('time that is up is timed out, however it ends', async () => {
    const { result } = executor.start(
      shellRequest(`trap 'exit 0' INT; while :; do sleep 0.05; done`, {
        block: lane,
        timeoutMs: 150,
      }),
      collect(),
    )
    expect((await result).outcome).toEqual({ kind: 'timed-out', afterMs: 150 })
  })

  // setsid(1) comes with Linux only.
  test.runIf(process.platform === 'linux')(
    'a child in a session of its own is ended too',
    async () => {
      const { execution, sink } = await started(
        `setsid -w bash -c 'trap "" INT; echo $$ ready; exec sleep 60'; echo after`,
        { block: lane },
      )
      const [child = 0] = numbers(sink)
      execution.stop('kill')
      expect((await execution.result).outcome).toEqual({ kind: 'cancelled' })
      await until(() => !isAlive(child), 'the end of the child')
    },
  )

  test('stopping takes along what was left in the background', async () => {
    const { execution, sink } = await started(
      `(trap '' INT TERM HUP; echo $BASHPID ready; exec sleep 60 >/dev/null 2>&1) & wait`,
      { block: lane },
    )
    const [left = 0] = numbers(sink)
    execution.stop('interrupt')
    const result = await execution.result
    expect(result.outcome).toEqual({ kind: 'cancelled' })
    expect(result.notice).toContain(`process ${left}`)
    expect(isAlive(left)).toBe(false)
  })

  test('stopping what has ended, and stopping twice, is harmless', async () => {
    const execution = executor.start(shellRequest('exit 0', { block: lane }), collect())
    const { outcome } = await execution.result
    for (const rung of ['interrupt', 'terminate', 'kill', 'abandon'] as const) execution.stop(rung)
    expect(outcome).toEqual({ kind: 'exited', code: 0 })
    expect((await execution.result).outcome).toEqual(outcome)
  })

  test('stopped before it began, it never begins', async () => {
    const sink = collect()
    const execution = executor.start(shellRequest('echo never', { block: lane }), sink)
    execution.stop('interrupt')
    expect((await execution.result).outcome.kind).toBe('not-started')
    expect(sink.text).toBe('')
  })

  test('forty blocks leave no process and no open file', { timeout: 90_000 }, async () => {
    await executor.start(shellRequest('true', { block: lane }), collect()).result
    await until(() => children().length === 0, 'the end of the first block')
    const before = openFiles()
    for (let round = 0; round < 5; round++) {
      await Promise.all(
        Array.from({ length: 8 }, async (_, index) => {
          const sink = collect()
          const execution = executor.start(
            shellRequest(index % 2 === 0 ? 'echo ready' : 'echo ready; exec sleep 60', {
              block: lane,
            }),
            sink,
          )
          await sink.seen('ready')
          if (index % 2 === 1) execution.stop('kill')
          return execution.result
        }),
      )
    }
    await vi.waitFor(() => {
      expect(children()).toEqual([])
      expect(openFiles()).toEqual(before)
    }, 5_000)
  })
})

test('the clock climbs to kill by itself', async () => {
  const lanes = [block(), block({ pty: true })]
  await Promise.all(
    lanes.map(async (lane) => {
      const from = performance.now()
      const { execution } = await started(IGNORES_BOTH, { block: lane, timeoutMs: 100 })
      expect((await execution.result).outcome).toEqual({ kind: 'timed-out', afterMs: 100 })
      const elapsed = performance.now() - from
      expect(elapsed).toBeGreaterThan(5_000)
      expect(elapsed).toBeLessThan(20_000)
    }),
  )
})

describe('processes that outlive their block', () => {
  test('one that holds the output is named, not waited for, and not killed', async () => {
    const from = performance.now()
    const { execution, sink } = await started('sleep 30 & echo $! ready; exit 3')
    const [left = 0] = numbers(sink)
    const result = await execution.result
    expect(performance.now() - from).toBeLessThan(6_000)
    expect(result.outcome).toEqual({ kind: 'exited', code: 3 })
    expect(result.notice).toContain(`sleep (process ${left})`)
    expect(isAlive(left)).toBe(true)
    process.kill(left, 'SIGKILL')
  })

  test('the time limit is for the block, not for what it left behind', async () => {
    const { execution, sink } = await started('sleep 30 & echo $! ready', { timeoutMs: 700 })
    expect((await execution.result).outcome).toEqual({ kind: 'exited', code: 0 })
    const [left = 0] = numbers(sink)
    expect(isAlive(left)).toBe(true)
    process.kill(left, 'SIGKILL')
  })

  test('what it writes later does not break its pipe, and is not recorded', async () => {
    const { execution, sink } = await started(
      `(trap 'echo broken > /dev/null; exit 1' PIPE; for i in $(seq 400); do echo late; sleep 0.01; done) & echo $! ready`,
    )
    const [left = 0] = numbers(sink)
    await execution.result
    const { length } = sink.out
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(isAlive(left)).toBe(true)
    expect(sink.out.length).toBe(length)
    process.kill(left, 'SIGKILL')
    await until(() => !isAlive(left), 'the end of the process')
  })

  test('one that lets go of the output is not waited for at all', async () => {
    const from = performance.now()
    const { execution, sink } = await started('sleep 30 >/dev/null 2>&1 & echo $! ready')
    expect(await execution.result).toEqual({ outcome: { kind: 'exited', code: 0 } })
    expect(performance.now() - from).toBeLessThan(1_500)
    const [left = 0] = numbers(sink)
    expect(isAlive(left)).toBe(true)
    process.kill(left, 'SIGKILL')
  })

  test('output that a slow sink has not taken yet is not lost to the wait’s end', async () => {
    const sink = collect(150)
    const execution = executor.start(
      shellRequest('head -c 500000 /dev/zero; sleep 20 & echo $!; echo done'),
      sink,
    )
    const result = await execution.result
    expect(result.notice).toContain('sleep')
    expect(sink.out.subarray(0, 500_000).every((byte) => byte === 0)).toBe(true)
    const [, left = '', last] =
      /^(\d+)\n(done\n)$/.exec(sink.out.subarray(500_000).toString()) ?? []
    expect(last).toBe('done\n')
    process.kill(Number(left), 'SIGKILL')
  })
})
