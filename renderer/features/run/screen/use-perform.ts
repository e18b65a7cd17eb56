import { useCallback } from 'react'
import { perform, type Performing } from './perform.ts'
import type { RunView } from './run-context.ts'

/** `perform` for a run screen, the same function for as long as its parts are the same. */
export function usePerform(
  screen: Performing['screen'],
  send: Performing['send'],
  actor: string,
  words: Performing['words'],
): RunView['perform'] {
  return useCallback(
    (command, place, options) => perform({ screen, send, actor, words }, command, place, options),
    [screen, send, actor, words],
  )
}
