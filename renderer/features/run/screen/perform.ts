import type { RequestResult } from '../../../../main/contract/requests.ts'
import type { Command } from '../../../../main/core/run/commands.ts'
import { reasonTitle } from '../model/reason.ts'
import { placeKey, type Place, type ScreenStore, type Sending } from './screen-store.ts'

export type Send = (actor: string, command: Command) => Promise<RequestResult<'runs.command'>>

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

export interface Performing {
  readonly screen: ScreenStore
  readonly send: Send
  readonly actor: string
  readonly words: (command: Command, refusal: { code: string; message: string }) => string
}

function isSame(one: Sending, other: Sending): boolean {
  return one.place === other.place && JSON.stringify(one.command) === JSON.stringify(other.command)
}

/**
 * Sends a command as the person who acts. What is refused is said next to where it was tried; what only wants a reason
 * opens the field for one; whatever is accepted closes the panel it came from. Resolves to whether it was accepted.
 */
export async function perform(
  { screen, send, actor, words }: Performing,
  command: Command,
  place: Place,
  options?: { readonly keepPanel?: boolean },
): Promise<boolean> {
  const { set, open, panel: from, sending } = screen.getState()
  const sent: Sending = { place: placeKey(place), command }
  // A second Enter before the answer is the first one again, never a second note or a second start.
  if (sending.some((one) => isSame(one, sent))) return false
  set({ sending: [...sending, sent], refusal: undefined })
  try {
    const answer = await send(actor, command)
    if (answer.ok) {
      // Events arrive before the answer does: a panel that was opened meanwhile belongs to something else.
      const closes = options?.keepPanel !== true && screen.getState().panel === from
      if (closes) set({ panel: undefined })
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
    set({ sending: screen.getState().sending.filter((one) => one !== sent) })
  }
}
