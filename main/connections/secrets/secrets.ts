import type { SecretSource } from '../../core/connection/profile.ts'
import type { Prompter, SecretPurpose, SecretStore } from '../../engine/ports.ts'
import { secretOfCommand } from './command.ts'

/** A program that answers within this time is not worth a word. */
const SILENCE_MS = 1000

/** The operating system's keychain, where a host has one. */
export interface Keychain {
  /** Why it cannot be used here, in words; undefined when it can. */
  unusable(): Promise<string | undefined>
  read(name: string): Promise<string | undefined>
  write(name: string, value: string): Promise<void>
  remove(name: string): Promise<void>
}

/** A secret that is being fetched, for all who need it. */
interface Pending {
  readonly given: Promise<Given>
  /** How many still want it. */
  waiting: number
  readonly unwanted: AbortController
}

type Given = { readonly value: string } | { readonly problem: string }

/** Values of secrets, in the memory of this process only, and everything that has to be redacted. */
export function createSecrets(prompter: Prompter, keychain?: Keychain): SecretStore {
  /** What was typed or fetched, until the server refuses it or the program ends. */
  const kept = new Map<string, string>()
  const asking = new Map<string, Pending>()
  /** Another list whenever there is more. */
  let known: readonly string[] = []

  function learn(value: string): void {
    if (value !== '' && !known.includes(value)) known = [...known, value]
  }

  async function ask(purpose: SecretPurpose, signal: AbortSignal): Promise<Given> {
    const answer = await prompter.ask(
      {
        kind: 'secret',
        title: titleOf(purpose),
        prompts: [{ label: purpose.label, masked: true }],
        ...(purpose.run !== undefined && { run: purpose.run }),
      },
      signal,
    )
    if (answer.kind === 'secret') {
      const [value] = answer.values
      return value === undefined ? { problem: 'Nothing was entered.' } : { value }
    }
    const why = answer.kind === 'declined' ? answer.why : 'It was not entered.'
    return { problem: `The ${purpose.label} is needed. ${why}` }
  }

  async function fetch(
    source: SecretSource,
    purpose: SecretPurpose,
    signal: AbortSignal,
  ): Promise<Given> {
    switch (source.from) {
      case 'ask':
        return await ask(purpose, signal)
      case 'environment': {
        const value = process.env[source.name]
        return value === undefined || value === ''
          ? {
              problem: `The environment variable ${source.name}, which holds the ${purpose.label}, is not set. Set it before Muster is started, or choose another source.`,
            }
          : { value }
      }
      case 'command':
        return await fromProgram(source.command, purpose, signal)
      case 'keychain':
        return await fromKeychain(source.name, purpose)
    }
  }

  /** Programs ask for a touch or a finger on their own screens: a person has to know that one is waited for. */
  async function fromProgram(
    command: readonly string[],
    purpose: SecretPurpose,
    signal: AbortSignal,
  ): Promise<Given> {
    const [program = ''] = command
    let over: (() => void) | undefined
    const timer = setTimeout(() => {
      over = prompter.waits?.({ title: titleOf(purpose), label: purpose.label, program })
    }, SILENCE_MS)
    try {
      return await secretOfCommand(command, signal)
    } finally {
      clearTimeout(timer)
      over?.()
    }
  }

  async function fromKeychain(name: string, purpose: SecretPurpose): Promise<Given> {
    if (keychain === undefined) {
      return {
        problem: `The ${purpose.label} is in the keychain (“${name}”), which only the desktop program can open. Use ask, env or command here.`,
      }
    }
    try {
      const unusable = await keychain.unusable()
      if (unusable !== undefined) return { problem: unusable }
      const value = await keychain.read(name)
      return value === undefined
        ? {
            problem: `The keychain has no entry “${name}” for the ${purpose.label}. Store it under Connections.`,
          }
        : { value }
    } catch (error) {
      return {
        problem: `The keychain did not give “${name}”: ${error instanceof Error ? error.message : String(error)}`,
      }
    }
  }

  function begin(key: string, source: SecretSource, purpose: SecretPurpose): Pending {
    const unwanted = new AbortController()
    const given = fetch(source, purpose, unwanted.signal).finally(() => asking.delete(key))
    const pending = { given, waiting: 0, unwanted }
    asking.set(key, pending)
    return pending
  }

  return {
    async get(source, purpose, signal) {
      const key = keyOf(source, purpose)
      const value = kept.get(key)
      if (value !== undefined) return { value }
      // Several connections that need the same secret ask once.
      const pending = asking.get(key) ?? begin(key, source, purpose)
      pending.waiting++
      const leave = (): void => {
        pending.waiting--
        // A question that nobody waits for any more is taken back.
        if (pending.waiting === 0) pending.unwanted.abort()
      }
      if (signal?.aborted === true) leave()
      else signal?.addEventListener('abort', leave, { once: true })
      const given = await pending.given
      signal?.removeEventListener('abort', leave)
      if ('value' in given) {
        learn(given.value)
        kept.set(key, given.value)
      }
      return given
    },
    remembered: (source, purpose) => kept.get(keyOf(source, purpose)),
    refuse(source, purpose) {
      kept.delete(keyOf(source, purpose))
    },
    learn,
    async keychain() {
      if (keychain === undefined)
        return { unusable: 'Only the desktop program can open the keychain of this computer.' }
      const unusable = await keychain.unusable()
      if (unusable !== undefined) return { unusable }
      return {
        async store(name, value) {
          learn(value)
          await keychain.write(name, value)
          // What was kept under another value is fetched anew.
          kept.clear()
        },
        remove: (name) => keychain.remove(name),
      }
    },
    values: () => known,
  }
}

function titleOf({ profile, environment }: SecretPurpose): string {
  return `${profile}${environment === undefined ? '' : ` (${environment})`}`
}

function keyOf(source: SecretSource, { environment, profile, label }: SecretPurpose): string {
  return JSON.stringify([source, environment, profile, label])
}
