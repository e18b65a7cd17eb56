import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { SecretSource } from '../../../core/connection/profile.ts'
import type { SecretPurpose } from '../../../engine/ports.ts'
import { TransportError } from '../../../engine/transport.ts'
import { decideHostKey } from '../host-keys.ts'
import { readCertificate } from '../known-hosts/certificate.ts'
import { KnownHosts, keyType } from '../known-hosts/known-hosts.ts'
import { keyName, type ResolvedHost } from '../resolved.ts'
import type { ConnectContext } from '../ssh2/connect.ts'
import { writePipe, type PrivateFolder } from './private-folder.ts'

/** What ssh asks while it connects: whether a host's key is the right one, passwords, passphrases, anything a server wants to know. */

export interface QuestionContext extends ConnectContext {
  readonly host: ResolvedHost
  readonly onHostKey: (detail: string) => void
  /** The decision against the host's key. Nothing may be sent after it. */
  readonly onRefused: (error: TransportError) => void
  /** Nobody answers the server: ssh would send an empty answer in their place, so it has to end. */
  readonly onDeclined: (problem: string) => void
}

/** The word that tells a question of KnownHostsCommand from one that a person reads. */
export const HOST_KEY_QUESTION = 'known-hosts'

type Given =
  | { readonly value: string }
  /** Declined: the server waits for it. Otherwise ssh goes on without. */
  | { readonly problem: string; readonly declined: boolean }

export class Questions {
  readonly #folder: PrivateFolder
  readonly #context: QuestionContext
  /** Secrets that were handed over; being asked again means that they were refused. */
  readonly #offered = new Set<string>()
  #usedStored = false
  /** Why something was not answered. */
  problem: string | undefined

  constructor(folder: PrivateFolder, context: QuestionContext) {
    this.#folder = folder
    this.#context = context
  }

  /** Answers the question of one process that runs the `ask` program. */
  async answer(process: string): Promise<void> {
    if (!/^\d+$/u.test(process)) return
    const file = join(this.#folder.path, `question-${process}`)
    let words: string[]
    try {
      words = readFileSync(file, 'utf8').split('\0').slice(0, -1)
      rmSync(file)
    } catch {
      return
    }
    const [hint, ...asked] = words
    const [kind, , type = '', key = '', name = ''] = asked
    const given =
      kind === HOST_KEY_QUESTION && asked.length === 5
        ? await this.#hostKey(type, key, name)
        : await this.#secret(asked.join(' '), hint === 'none')
    if ('problem' in given) {
      this.problem = given.problem
      if (given.declined) return this.#context.onDeclined(given.problem)
    }
    const reply = 'value' in given ? `0\n${given.value}\n` : '1\n\n'
    writePipe(join(this.#folder.path, `answer-${process}`), reply)
  }

  async #hostKey(type: string, base64: string, name: string): Promise<Given> {
    // Asked for the order of algorithms there is no key yet.
    if (base64 === 'NONE') return { value: '' }
    const { host, onHostKey, onRefused } = this.#context
    const shown = Buffer.from(base64, 'base64')
    const certificate = readCertificate(shown)
    if (certificate === undefined && type.includes('-cert-')) return { value: '' }
    const { name: knownAs, port } = keyName(host)
    const authorities = new KnownHosts(host.knownHostsFiles).authoritiesOf(knownAs, port)
    // ssh checks a certificate of an authority that is trusted. One of any other is as good as the plain key in it.
    if (
      certificate !== undefined &&
      authorities.some(({ key }) => key.equals(certificate.authority))
    )
      return { value: '' }
    const key = certificate?.plain ?? shown
    try {
      onHostKey(await decideHostKey(host, key, this.#context))
      return { value: `${name} ${keyType(key)} ${key.toString('base64')}` }
    } catch (error) {
      const refused =
        error instanceof TransportError
          ? error
          : new TransportError(
              'host-key-unknown',
              error instanceof Error ? error.message : String(error),
            )
      onRefused(refused)
      return { problem: refused.message, declined: false }
    }
  }

  async #secret(text: string, notice: boolean): Promise<Given> {
    // A touch of a security key is waited for, not answered.
    if (notice) return { value: '' }
    const { profile, host } = this.#context
    const file = /^Enter passphrase for (?:key )?'?(?<file>.+?)'?: ?$/u.exec(text)?.groups?.['file']
    if (file !== undefined)
      return await this.#from(profile.passphrase ?? { from: 'ask' }, `passphrase of ${file}`, false)
    const password = `password of ${host.user}@${host.host}`
    if (/^[^()]+@.+'s password: ?$/u.test(text))
      return await this.#from(profile.password ?? { from: 'ask' }, password, true)
    if (profile.password !== undefined && !this.#usedStored && /pass(?:word|code)/iu.test(text)) {
      this.#usedStored = true
      return await this.#from(profile.password, password, true)
    }
    return await this.#person(text)
  }

  async #from(source: SecretSource, label: string, declined: boolean): Promise<Given> {
    const { secrets, environment, profile, run, signal } = this.#context
    const purpose: SecretPurpose = {
      environment,
      profile: profile.name,
      label,
      ...(run !== undefined && { run }),
    }
    if (this.#offered.has(label)) {
      secrets.refuse(source, purpose)
      if (source.from !== 'ask') return { problem: `The ${label} was not accepted.`, declined }
    }
    this.#offered.add(label)
    const given = await secrets.get(source, purpose, signal)
    if ('value' in given && /[\n\0]/u.test(given.value))
      return {
        problem: `The ${label} has more than one line, which ssh cannot be given.`,
        declined,
      }
    return 'value' in given ? given : { ...given, declined }
  }

  /** ssh does not say whether an answer may be seen: none is shown. */
  async #person(text: string): Promise<Given> {
    const { prompter, host, run, signal, secrets } = this.#context
    const label = text.trim()
    const answer = await prompter.ask(
      {
        kind: 'secret',
        title: `${host.user}@${host.alias}`,
        prompts: [{ label: label === '' ? 'Answer' : label, masked: true }],
        ...(run !== undefined && { run }),
      },
      signal,
    )
    if (answer.kind !== 'secret')
      return {
        problem: answer.kind === 'declined' ? answer.why : 'It was not answered.',
        declined: true,
      }
    const value = answer.values[0] ?? ''
    secrets.learn(value)
    return { value: value.replaceAll(/[\n\0]/gu, '') }
  }
}
