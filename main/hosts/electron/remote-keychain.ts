import type { Keychain } from '../../connections/secrets/secrets.ts'
import type { KeychainAnswer, KeychainRequest } from './protocol.ts'

/** The keychain as the engine's process sees it: only the main process may open the real one. */
export class RemoteKeychain implements Keychain {
  readonly #send: (request: KeychainRequest) => void
  readonly #waiting = new Map<
    number,
    { resolve: (value: string | undefined) => void; reject: (error: Error) => void }
  >()
  #next = 1

  constructor(send: (request: KeychainRequest) => void) {
    this.#send = send
  }

  unusable(): Promise<string | undefined> {
    return this.#ask('unusable', '')
  }

  read(name: string): Promise<string | undefined> {
    return this.#ask('read', name)
  }

  async write(name: string, value: string): Promise<void> {
    await this.#ask('write', name, value)
  }

  async remove(name: string): Promise<void> {
    await this.#ask('remove', name)
  }

  /** To be given every answer of the main process. */
  answer({ id, value, problem }: KeychainAnswer): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (problem === undefined) waiting?.resolve(value)
    else waiting?.reject(new Error(problem))
  }

  #ask(
    action: KeychainRequest['action'],
    name: string,
    value?: string,
  ): Promise<string | undefined> {
    const id = this.#next++
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#send({ kind: 'keychain', id, action, name, ...(value !== undefined && { value }) })
    })
  }
}
