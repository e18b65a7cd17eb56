import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createShellExecutor } from '../../../main/executors/shell/executor.ts'
import { block, shellRequest } from '../support/execution.ts'
import { children, until } from '../support/processes.ts'

/** Output of any size: identical, in flat memory, and never in the way of a stop. */

const run = promisify(execFile)
const program = fileURLToPath(new URL('programs/record-flood.ts', import.meta.url))

const report = z.object({
  result: z.object({ outcome: z.unknown() }),
  bytes: z.number(),
  sha256: z.string(),
  growth: z.number(),
})

async function record(lane: 'exec' | 'pty' | 'session', text: string) {
  const { stdout } = await run(process.execPath, [program, lane, text])
  return report.parse(JSON.parse(stdout))
}

async function digestOf(text: string): Promise<string> {
  const { stdout } = await run('bash', ['-c', `(${text}) | openssl dgst -sha256 -r`])
  return stdout.slice(0, 64)
}

test(
  '1 GB through one block: the same bytes, and memory stays flat',
  { timeout: 120_000 },
  async () => {
    // Every line differs, so that a lost, doubled or swapped piece cannot go unseen.
    const text = 'seq 118000000'
    const wanted = await digestOf(text)
    const recorded = await record('exec', text)
    expect(recorded.result.outcome).toEqual({ kind: 'exited', code: 0 })
    expect(recorded.bytes).toBeGreaterThan(1_000_000_000)
    expect(recorded.sha256).toBe(wanted)
    expect(recorded.growth).toBeLessThan(100 * 1024 * 1024)
  },
)

test.each(['pty', 'session'] as const)(
  '100 MB through a terminal (%s): the same bytes',
  { timeout: 120_000 },
  async (lane) => {
    const text = 'seq 12500000'
    const wanted = await digestOf(lane === 'pty' ? `${text} | sed 's/$/\\r/'` : text)
    const recorded = await record(lane, text)
    expect(recorded.result.outcome).toEqual({ kind: 'exited', code: 0 })
    expect(recorded.bytes).toBeGreaterThan(100_000_000)
    expect(recorded.sha256).toBe(wanted)
    expect(recorded.growth).toBeLessThan(100 * 1024 * 1024)
  },
)

describe.each([
  ['exec', block()],
  ['pty', block({ pty: true })],
  ['session', block({ session: 's' })],
])('a flood without end (%s)', (lane, kind) => {
  test('is overtaken by an interrupt, even when the sink crawls', async () => {
    const executor = createShellExecutor()
    let bytes = 0
    let crawling = false
    const execution = executor.start(shellRequest(`sh -c 'exec cat /dev/zero'`, { block: kind }), {
      async stdout(chunk) {
        bytes += chunk.length
        if (crawling) await new Promise((resolve) => setTimeout(resolve, 5))
      },
      stderr: () => Promise.resolve(),
    })
    await until(() => bytes > 10_000_000, 'ten megabytes')
    crawling = true
    await new Promise((resolve) => setTimeout(resolve, 100))
    const at = bytes
    const from = performance.now()
    execution.stop('interrupt')
    expect((await execution.result).outcome).toEqual({ kind: 'cancelled' })
    // What pipe, terminal and stream had already taken, and no more.
    expect(bytes - at).toBeLessThan(lane === 'exec' ? 512 * 1024 : 256 * 1024)
    expect(performance.now() - from).toBeLessThan(3_000)
    await executor.closeRun('run-1')
    await until(() => children().length === 0, 'the end of every child')
  })
})
