import { useState } from 'react'
import type { Command } from '../../main/core/run/commands.ts'
import { client } from '../api/index.ts'
import { appStore } from './app-store.ts'
import { wordsOf } from '../ui/words.ts'

/** Who acts at this laptop, as its settings say. */
export function actorHere(): string {
  const { settings, info } = appStore.getState()
  return settings?.name.trim() || info?.user || 'nobody'
}

export interface Sender {
  /** A command is on its way. */
  readonly busy: boolean
  /** Why the last one was not taken. */
  readonly problem: string | undefined
  readonly say: (problem: string | undefined) => void
  /** Sends one after the other; stops at the first that is refused. Resolves to whether all were taken. */
  readonly send: (...commands: readonly Command[]) => Promise<boolean>
}

/** Sends commands about a run, also of one that is over. */
export function useCommand(run: string): Sender {
  const [busy, setBusy] = useState(false)
  const [problem, say] = useState<string>()
  async function send(...commands: readonly Command[]): Promise<boolean> {
    setBusy(true)
    say(undefined)
    try {
      for (const command of commands) {
        const result = await client.request('runs.command', { run, actor: actorHere(), command })
        if (result.ok) continue
        say(result.message)
        return false
      }
      return true
    } catch (error) {
      say(wordsOf(error))
      return false
    } finally {
      setBusy(false)
    }
  }
  return { busy, problem, say, send }
}
