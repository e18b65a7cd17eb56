import type { SecretSource } from '../../core/connection/profile.ts'
import type { Prompter, SecretPurpose, SecretStore } from '../../engine/ports.ts'
import { secretOfCommand } from './command.ts'

/** The operating system's keychain, where a host has one. */
export interface Keychain {
  /** Why it cannot be used here, in words; undefined when it can. */
  unusable(): Promise<string | undefined>
  read(name: string): Promise<string | undefined>
  write(name: string, value: string): Promise<void>
  remove(name: string): Promise<void>
}

type Given = { readonly value: string } | { readonly problem: string }

/** Values of secrets, in the memory of this process only, and everything that has to be redacted. */
export function createSecrets(prompter: Prompter, keychain?: Keychain): SecretStore {
  /** What was typed or fetched, until the server refuses it or the program ends. */
  const kept = new Map<string, string>()
  const asking = new Map<string, Promise<Given>>()
  const known = new Set<string>()

  function learn(value: string): void {
    if (value !== '') known.add(value)
  }

  async function ask(purpose: SecretPurpose): Promise<Given> {
    const answer = await prompter.ask({
      kind: 'secret',
      title: `${purpose.profile}${purpose.environment === undefined ? '' : ` (${purpose.environment})`}`,
      prompts: [{ label: purpose.label, masked: true }],
      ...(purpose.run !== undefined && { run: purpose.run }),
    })
    if (answer.kind === 'secret') {
      const [value] = answer.values
      return value === undefined ? { problem: 'Nothing was entered.' } : { value }
    }
    const why = answer.kind === 'declined' ? answer.why : 'It was not entered.'
    return { problem: `The ${purpose.label} is needed. ${why}` }
  }

  async function fetch(source: SecretSource, purpose: SecretPurpose): Promise<Given> {
    switch (source.from) {
      case 'ask':
        return await ask(purpose)
      case 'environment': {
        const value = process.env[source.name]
        return value === undefined || value === ''
          ? {
              problem: `The environment variable ${source.name}, which holds the ${purpose.label}, is not set. Set it before Muster is started, or choose another source.`,
            }
          : { value }
      }
      case 'command':
        return await secretOfCommand(source.command)
      case 'keychain':
        return await fromKeychain(source.name, purpose)
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

  return {
    async get(source, purpose) {
      const key = keyOf(source, purpose)
      const value = kept.get(key)
      if (value !== undefined) return { value }
      // Several connections that need the same secret ask once.
      const pending = asking.get(key) ?? fetch(source, purpose).finally(() => asking.delete(key))
      asking.set(key, pending)
      const given = await pending
      if ('value' in given) {
        learn(given.value)
        kept.set(key, given.value)
      }
      return given
    },
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
    values: () => [...known],
  }
}

function keyOf(source: SecretSource, { environment, profile, label }: SecretPurpose): string {
  return JSON.stringify([source, environment, profile, label])
}
