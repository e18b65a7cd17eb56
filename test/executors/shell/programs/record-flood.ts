import { createHash } from 'node:crypto'
import { createShellExecutor } from '../../../../main/executors/shell/executor.ts'
import { block, shellRequest } from '../../support/execution.ts'

/** Runs one block in a process of its own and reports what arrived and what it cost. Arguments: lane, text. */

const [, , lane, text = ''] = process.argv
const executor = createShellExecutor()
const request = (of: string): ReturnType<typeof shellRequest> =>
  shellRequest(of, {
    block: block({ pty: lane === 'pty', ...(lane === 'session' && { session: 's' }) }),
  })

const hash = createHash('sha256')
let bytes = 0
let peak = 0
async function take(chunk: Uint8Array): Promise<void> {
  hash.update(chunk)
  bytes += chunk.length
}

// What is loaded on first use must not count.
await executor.start(request('true'), {
  stdout: () => Promise.resolve(),
  stderr: () => Promise.resolve(),
}).result
const before = process.memoryUsage.rss()
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss())
}, 20)
const result = await executor.start(request(text), { stdout: take, stderr: take }).result
clearInterval(watch)
peak = Math.max(peak, process.memoryUsage.rss())
await executor.closeRun('run-1')
process.stdout.write(
  JSON.stringify({ result, bytes, sha256: hash.digest('hex'), growth: peak - before }),
)
