import { createHash, randomBytes } from 'node:crypto'
import type { EventBody, EventData } from '../../../main/core/run/events.ts'
import type { RunSummary } from '../../../main/contract/requests.ts'
import type { Clock, Crypto } from '../../../main/engine/ports.ts'

export const clock: Clock = { wall: () => Date.now(), mono: () => performance.now() }

export const crypto: Crypto = {
  sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
  randomId: () => randomBytes(10).toString('hex'),
}

export const hashText = (text: string): string =>
  createHash('sha256').update(text, 'utf8').digest('hex')

export function note(text: string): EventBody {
  return { type: 'note.added', data: { kind: 'note', text } }
}

export function started(title: string, change: Partial<EventData<'run.started'>> = {}): EventBody {
  return {
    type: 'run.started',
    data: {
      mode: 'live',
      plan: {
        title,
        kind: 'checklist',
        objectives: {},
        roles: [],
        targets: [],
        escalation: [],
        steps: [],
      },
      runbook: {
        path: '/runbooks/a.md',
        sha256: '0'.repeat(64),
        source: { sha256: '1'.repeat(64), bytes: 0, content: '2'.repeat(64) },
      },
      commander: 'Ann',
      inputs: {},
      secretInputs: [],
      version: '0.1.0',
      ...change,
    },
  }
}

export function summary(run: string, change: Partial<RunSummary> = {}): RunSummary {
  return {
    run,
    title: `Title of ${run}`,
    kind: 'checklist',
    path: '/runbooks/a.md',
    mode: 'live',
    phase: 'running',
    commander: 'Ann',
    startedAt: 1_000,
    events: 0,
    steps: { total: 0, settled: 0 },
    deviations: 0,
    open: false,
    ...change,
  }
}
