import { createStore } from 'zustand/vanilla'
import type { Question } from '../../../main/contract/prompts.ts'
import { client } from '../../api/index.ts'

/** Questions of connections that wait for a person, oldest first. */
export interface OpenPrompt {
  readonly prompt: string
  readonly question: Question
}

export const promptsStore = createStore<{ readonly open: readonly OpenPrompt[] }>(() => ({
  open: [],
}))

client.onState(({ connected }) => {
  if (!connected) return promptsStore.setState({ open: [] })
  // A window that comes late finds what was asked before.
  void client.request('prompts.list', {}).then(
    (open) => promptsStore.setState({ open }),
    () => undefined,
  )
})
client.on('prompt.opened', (opened) =>
  promptsStore.setState(({ open }) => ({
    open: [...open.filter(({ prompt }) => prompt !== opened.prompt), opened],
  })),
)
client.on('prompt.closed', ({ prompt }) =>
  promptsStore.setState(({ open }) => ({ open: open.filter((one) => one.prompt !== prompt) })),
)
