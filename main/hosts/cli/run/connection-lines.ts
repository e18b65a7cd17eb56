import { connectionStateText, type TargetState } from '../../../core/connection/state.ts'
import { programWaitText } from '../../../core/connection/waiting.ts'
import type { Push } from '../../../contract/pushes.ts'
import { printable } from '../printable.ts'

/** Says how lost connections fare. That one was made at first is nothing new, and what is tried again was said with the loss. */
export function connectionTeller(say: (text: string) => void): (state: TargetState) => void {
  const lost = new Set<string>()
  return (state) => {
    const { profile, host, connection } = state
    const key = JSON.stringify([profile, host])
    if (connection.state === 'connecting') return
    if (connection.state === 'connected') {
      if (!lost.delete(key)) return
      return say(`muster: ${printable(`Connected to ${host} again.`)}`)
    }
    lost.add(key)
    const clock = (at: number): string => new Date(at).toTimeString().slice(0, 8)
    say(`muster: ${printable(connectionStateText(state, Date.now(), clock))}`)
  }
}

/** Says which program is waited for, because it gives a secret. To be given every push of the connection. */
export function waitTeller(say: (text: string) => void): (push: Push) => void {
  return (one) => {
    if (one.push === 'wait.opened') say(`muster: ${printable(programWaitText(one.data.for))}`)
  }
}
