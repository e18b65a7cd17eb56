import type { Executor } from '../../engine/ports.ts'
import { trustedAuthorities } from '../network/certificates.ts'
import { Exchange } from './exchange.ts'

export interface HttpExecutorOptions {
  /** PEM certificates of authorities to trust beside those of the laptop. */
  readonly authorities?: readonly string[]
}

/** Runs http blocks against targets of kind `http`, whose connection is a base URL. */
export function createHttpExecutor(options: HttpExecutorOptions = {}): Executor {
  return {
    accepts({ block, targetKind }) {
      if (block.executor !== 'http') return `A ${block.language} block is not an HTTP request.`
      if (targetKind !== 'http')
        return `An http block needs an http target, not a ${targetKind} one. Give the block another target.`
      return true
    },
    start: (request, sink) =>
      new Exchange(request, sink, [...trustedAuthorities(), ...(options.authorities ?? [])]),
    // Every request has a connection of its own, which ends with it.
    closeRun: () => Promise.resolve(),
  }
}
