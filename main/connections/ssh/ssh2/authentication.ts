import { readFileSync } from 'node:fs'
import ssh2 from 'ssh2'
import type { AnyAuthMethod, AuthenticationType, ParsedKey, Prompt } from 'ssh2'
import type { SshProfile } from '../../../core/connection/profile.ts'
import type { Prompter, SecretPurpose, Secrets } from '../../../engine/ports.ts'
import type { ResolvedHost } from '../resolved.ts'

/**
 * What is offered to a server, in the order of OpenSSH: agent and keys, then keyboard-interactive, then a password. A
 * person is asked only when nothing that needs nobody was accepted.
 */

export interface AuthenticationContext {
  readonly profile: SshProfile
  readonly host: ResolvedHost
  readonly environment: string | undefined
  readonly run: string | undefined
  readonly secrets: Secrets
  readonly prompter: Prompter
  readonly signal?: AbortSignal | undefined
}

/** How often a person may try a password. */
const MOST_PASSWORDS = 3

export class Authentication {
  readonly #context: AuthenticationContext
  readonly #methods: AsyncGenerator<AnyAuthMethod, undefined, undefined>
  /** What was tried, for the words when nothing was accepted. */
  readonly #tried: string[] = []
  #accepted: readonly AuthenticationType[] = []
  #partial = false
  #declined: string | undefined

  constructor(context: AuthenticationContext) {
    this.#context = context
    this.#methods = this.#all()
  }

  /** The next thing to offer; undefined when there is nothing left. */
  async next(
    accepted: readonly AuthenticationType[] | null,
    partial: boolean,
  ): Promise<AnyAuthMethod | undefined> {
    if (accepted !== null) this.#accepted = accepted
    this.#partial = partial
    const { value } = await this.#methods.next()
    return value
  }

  /** How it was done, or what did not work. */
  get how(): string {
    return this.#tried.at(-1) ?? 'nothing'
  }

  problem(): string {
    const { host } = this.#context
    const tried =
      this.#tried.length === 0 ? 'There was nothing to offer' : `Tried: ${this.#tried.join(', ')}`
    const takes =
      this.#accepted.length === 0 ? '' : ` The server takes: ${this.#accepted.join(', ')}.`
    const declined = this.#declined === undefined ? '' : ` ${this.#declined}`
    const held = host.agentOnlyOpenSsh.join(', ')
    const passed =
      held === ''
        ? ''
        : ` Not tried: ${held} of the ssh agent, which the ssh2 library cannot use. With “transport: openssh” in the profile the system's ssh can.`
    return `${host.user}@${host.host} was not let in.${declined} ${tried}.${takes}${passed}`
  }

  async *#all(): AsyncGenerator<AnyAuthMethod, undefined, undefined> {
    const username = this.#context.host.user
    yield { type: 'none', username }
    if (this.#takes('publickey')) yield* this.#keys(username)
    if (this.#takes('keyboard-interactive')) yield* this.#interactive(username)
    if (this.#takes('password')) yield* this.#passwords(username)
    return undefined
  }

  #takes(method: AuthenticationType): boolean {
    return this.#accepted.length === 0 || this.#accepted.includes(method)
  }

  async *#keys(username: string): AsyncGenerator<AnyAuthMethod, undefined, undefined> {
    const { agent, identitiesOnly, identityFiles } = this.#context.host
    if (agent !== undefined && !identitiesOnly) {
      this.#tried.push('the ssh agent')
      yield { type: 'agent', username, agent }
    }
    const encrypted: { readonly file: string; readonly text: Buffer }[] = []
    for (const file of identityFiles) {
      const key = readKey(file)
      if (key === undefined) continue
      if (key.kind === 'encrypted') encrypted.push({ file, text: key.text })
      else {
        this.#tried.push(`the key ${file}`)
        yield { type: 'publickey', username, key: key.key }
      }
    }
    // Keys that need a person come last.
    for (const { file, text } of encrypted) {
      const key = await this.#decrypted(file, text)
      if (key === undefined) continue
      this.#tried.push(`the key ${file}`)
      yield { type: 'publickey', username, key }
    }
    return undefined
  }

  async #decrypted(file: string, text: Buffer): Promise<ParsedKey | undefined> {
    const { profile, secrets } = this.#context
    const source = profile.passphrase ?? { from: 'ask' as const }
    const purpose = this.#purpose(`passphrase of ${file}`)
    for (let attempt = 0; attempt < MOST_PASSWORDS; attempt++) {
      const given = await secrets.get(source, purpose, this.#context.signal)
      if ('problem' in given) {
        this.#declined = given.problem
        return undefined
      }
      const key = ssh2.utils.parseKey(text, given.value)
      if (!(key instanceof Error)) return key
      this.#declined = `The passphrase does not open ${file}.`
      secrets.refuse(source, purpose)
      if (source.from !== 'ask') return undefined
    }
    return undefined
  }

  async *#interactive(username: string): AsyncGenerator<AnyAuthMethod, undefined, undefined> {
    this.#tried.push('keyboard-interactive')
    let stored = this.#context.profile.password !== undefined
    const person = { declined: false }
    for (let attempt = 0; attempt < MOST_PASSWORDS && !person.declined; attempt++) {
      yield {
        type: 'keyboard-interactive',
        username,
        prompt: (name, instructions, _language, prompts, finish) => {
          const useStored = stored && prompts.length === 1 && prompts[0]?.echo !== true
          stored = false
          void this.#answers(name, instructions, prompts, useStored).then((values) => {
            if (values === undefined) person.declined = true
            finish(values ?? prompts.map(() => ''))
          })
        },
      }
    }
    return undefined
  }

  async #answers(
    name: string,
    instructions: string,
    prompts: readonly Prompt[],
    useStored: boolean,
  ): Promise<string[] | undefined> {
    // Servers ask nothing at all to say something, or to end.
    if (prompts.length === 0) return []
    const { profile, secrets, prompter, host, run, signal } = this.#context
    if (useStored && profile.password !== undefined) {
      const given = await secrets.get(
        profile.password,
        this.#purpose(`password of ${host.user}@${host.host}`),
        signal,
      )
      if ('value' in given) return [given.value]
      this.#declined = given.problem
      return undefined
    }
    const said = [name, instructions].filter((text) => text.trim() !== '').join('\n')
    const answer = await prompter.ask(
      {
        kind: 'secret',
        title: `${host.user}@${host.alias}`,
        ...(said !== '' && { instructions: said }),
        prompts: prompts.map(({ prompt, echo }) => ({
          label: prompt.trim() === '' ? 'Answer' : prompt.trim(),
          masked: echo !== true,
        })),
        ...(run !== undefined && { run }),
      },
      signal,
    )
    if (answer.kind !== 'secret') {
      this.#declined = answer.kind === 'declined' ? answer.why : 'It was not answered.'
      return undefined
    }
    for (const [index, value] of answer.values.entries())
      if (prompts[index]?.echo !== true) secrets.learn(value)
    return [...answer.values]
  }

  async *#passwords(username: string): AsyncGenerator<AnyAuthMethod, undefined, undefined> {
    const { profile, secrets, host } = this.#context
    const source = profile.password ?? { from: 'ask' as const }
    const purpose = this.#purpose(`password of ${host.user}@${host.host}`)
    for (let attempt = 0; attempt < MOST_PASSWORDS; attempt++) {
      const given = await secrets.get(source, purpose, this.#context.signal)
      if ('problem' in given) {
        this.#declined = given.problem
        return undefined
      }
      this.#tried.push('a password')
      yield { type: 'password', username, password: given.value }
      // A step of several that was right is not refused.
      if (this.#partial) return undefined
      secrets.refuse(source, purpose)
      if (source.from !== 'ask') return undefined
    }
    return undefined
  }

  #purpose(label: string): SecretPurpose {
    const { environment, profile, run } = this.#context
    return { environment, profile: profile.name, label, ...(run !== undefined && { run }) }
  }
}

type ReadKey =
  | { readonly kind: 'plain'; readonly key: ParsedKey }
  | { readonly kind: 'encrypted'; readonly text: Buffer }

/** A private key of a file; undefined for what is none. */
function readKey(file: string): ReadKey | undefined {
  let text: Buffer
  try {
    text = readFileSync(file)
  } catch {
    return undefined
  }
  const key = ssh2.utils.parseKey(text)
  if (!(key instanceof Error)) return key.isPrivateKey() ? { kind: 'plain', key } : undefined
  return /encrypted|passphrase/iu.test(key.message) ? { kind: 'encrypted', text } : undefined
}
