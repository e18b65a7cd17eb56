import { createHash } from 'node:crypto'
import type { PlanBlock } from '../../../main/core/run/plan.ts'
import type { ExecutionRequest, OutputSink } from '../../../main/engine/ports.ts'

/** What tests of executors share: a request to give, and a sink to look into. */

export function block(changes: Partial<PlanBlock> = {}): PlanBlock {
  return {
    id: 'step/1',
    verb: 'run',
    language: 'bash',
    executor: 'shell',
    code: '',
    pty: false,
    expectations: [],
    implicit: false,
    ...changes,
  }
}

export function shellRequest(
  text: string,
  changes: Partial<ExecutionRequest> = {},
): ExecutionRequest {
  return {
    block: block(),
    text,
    connection: 'local',
    run: 'run-1',
    values: {},
    columns: 80,
    rows: 24,
    ...changes,
  }
}

export interface CollectingSink extends OutputSink {
  readonly out: Buffer
  readonly err: Buffer
  readonly text: string
  readonly errorText: string
  /** Resolves when stdout contains the text. */
  seen(text: string): Promise<void>
}

/** Keeps everything. `delayMs` makes it slow. */
export function collect(delayMs = 0): CollectingSink {
  const out: Buffer[] = []
  const err: Buffer[] = []
  const waiting: { readonly text: string; readonly done: () => void }[] = []
  const settle = async (): Promise<void> => {
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs))
  }
  return {
    async stdout(bytes) {
      out.push(Buffer.from(bytes))
      if (waiting.length > 0) {
        const now = Buffer.concat(out).toString()
        for (const entry of waiting) if (now.includes(entry.text)) entry.done()
      }
      await settle()
    },
    async stderr(bytes) {
      err.push(Buffer.from(bytes))
      await settle()
    },
    get out() {
      return Buffer.concat(out)
    },
    get err() {
      return Buffer.concat(err)
    },
    get text() {
      return Buffer.concat(out).toString()
    },
    get errorText() {
      return Buffer.concat(err).toString()
    },
    seen(text) {
      if (Buffer.concat(out).includes(text)) return Promise.resolve()
      return new Promise((resolve) => {
        waiting.push({ text, done: resolve })
      })
    },
  }
}

/** Keeps a hash and a count, for output that is too long to keep. */
export function hashing(): OutputSink & { readonly bytes: number; digest(): string } {
  const hash = createHash('sha256')
  let bytes = 0
  const take = async (chunk: Uint8Array): Promise<void> => {
    bytes += chunk.length
    hash.update(chunk)
  }
  return {
    stdout: take,
    stderr: take,
    get bytes() {
      return bytes
    },
    digest: () => hash.copy().digest('hex'),
  }
}
