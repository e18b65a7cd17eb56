import { createStore } from 'zustand/vanilla'
import type { Question } from '../../../main/contract/prompts.ts'
import type { ProgramWait } from '../../../main/core/connection/waiting.ts'
import { client } from '../../api/index.ts'

/** Questions of connections that wait for a person, oldest first. */
export interface OpenPrompt {
  readonly prompt: string
  readonly question: Question
}

/** A program that a connection waits for. */
export interface OpenWait {
  readonly wait: string
  readonly for: ProgramWait
}

export const promptsStore = createStore<{
  readonly open: readonly OpenPrompt[]
  readonly waits: readonly OpenWait[]
}>(() => ({
  open: [],
  waits: [],
}))

client.onState(({ connected }) => {
  if (!connected) return promptsStore.setState({ open: [], waits: [] })
  // A window that comes late finds what was asked before.
  void client.request('prompts.list', {}).then(
    (open) => promptsStore.setState({ open }),
    () => undefined,
  )
  void client.request('prompts.waits', {}).then(
    (waits) => promptsStore.setState({ waits }),
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
client.on('wait.opened', (opened) =>
  promptsStore.setState(({ waits }) => ({
    waits: [...waits.filter(({ wait }) => wait !== opened.wait), opened],
  })),
)
client.on('wait.closed', ({ wait }) =>
  promptsStore.setState(({ waits }) => ({ waits: waits.filter((one) => one.wait !== wait) })),
)
