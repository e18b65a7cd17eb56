import type { Strategy } from './model.ts'
import type { StepData } from './schemas.ts'

/** `strategy` of a step, as the model has it: one failure stops unless more were allowed. */
export function readStrategy(data: StepData['strategy']): Strategy | undefined {
  if (data === undefined) return undefined
  if (typeof data === 'string') return { kind: data, maxFailures: 0 }
  const { kind, batch, 'max-failures': maxFailures = 0, 'check-batches': check = false } = data
  return {
    kind,
    maxFailures,
    ...(batch !== undefined && {
      batch: typeof batch === 'string' ? { percent: Number.parseInt(batch, 10) } : { count: batch },
    }),
    ...(check && { checkBatches: true }),
  }
}
