import { useCallback } from 'react'
import type { RequestResult } from '../../../../main/contract/requests.ts'
import type { Command } from '../../../../main/core/run/commands.ts'
import { reasonTitle } from '../model/reason.ts'
import { placeKey, type Place, type ScreenStore } from './screen-store.ts'

type Send = (actor: string, command: Command) => Promise<RequestResult<'runs.command'>>

/** What the button of the reason field says. */
function actionWord(command: Command): string {
  switch (command.type) {
    case 'step.begin':
      return 'Begin the step'
    case 'block.run':
      return 'Run it'
    case 'run.finish':
      return 'Finish the run'
    default:
      return 'Go on'
  }
}

/**
 * Sends commands as the person who acts. What is refused is said next to where it was tried; what only wants a reason
 * opens the field for one; whatever is accepted closes the panel it came from.
 */
export function usePerform(
  screen: ScreenStore,
  send: Send,
  actor: string,
  words: (command: Command, refusal: { code: string; message: string }) => string,
): (
  command: Command,
  place: Place,
  options?: { readonly keepPanel?: boolean },
) => Promise<boolean> {
  return useCallback(
    async (command, place, options) => {
      const { set, open } = screen.getState()
      const key = placeKey(place)
      set({ sending: key, refusal: undefined })
      try {
        const answer = await send(actor, command)
        if (answer.ok) {
          set({ ...(options?.keepPanel === true ? {} : { panel: undefined }), refusal: undefined })
          if (command.type === 'block.run') {
            const { [command.block]: _run, ...edits } = screen.getState().edits
            set({ edits })
          }
          return true
        }
        if (answer.needsReason) {
          open({
            kind: 'reason',
            title: reasonTitle(command),
            says: words(command, answer),
            command,
            at: place,
            action: actionWord(command),
          })
        } else set({ refusal: { at: place, message: words(command, answer) } })
        return false
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error)
        set({ refusal: { at: place, message } })
        return false
      } finally {
        if (screen.getState().sending === key) set({ sending: undefined })
      }
    },
    [screen, send, actor, words],
  )
}
