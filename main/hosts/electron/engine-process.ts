import { EventEmitter } from 'node:events'
import { MessageChannelMain, utilityProcess, type UtilityProcess } from 'electron'
import type { Keychain } from '../../connections/secrets/secrets.ts'
import { toMainSchema, type EngineStart, type FromMain, type KeychainRequest } from './protocol.ts'

/** Restarts wait this long, doubled each time the engine dies again within a minute. */
const FIRST_RESTART_MS = 250
const LONGEST_RESTART_MS = 30_000
const SETTLED_MS = 60_000
/** How long an orderly end may take before the process is killed. */
const CLOSE_MS = 8_000

interface EngineProcessEvents {
  /** Clients may connect. */
  ready: []
  /** The process is gone; the text says what happens next. */
  lost: [message: string]
  /** It cannot work at all, in words for the person. */
  failed: [message: string]
}

/** The engine's process as the main process sees it: started, watched, restarted, ended in order. */
export class EngineProcess extends EventEmitter<EngineProcessEvents> {
  readonly #modulePath: string
  readonly #start: EngineStart
  readonly #keychain: Keychain
  #child: UtilityProcess | undefined
  #ready = false
  #closing = false
  #restartMs = FIRST_RESTART_MS
  #startedAt = 0
  #busyAnswer: ((runs: readonly string[]) => void) | undefined

  constructor(modulePath: string, start: EngineStart, keychain: Keychain) {
    super()
    this.#modulePath = modulePath
    this.#start = start
    this.#keychain = keychain
  }

  get ready(): boolean {
    return this.#ready
  }

  start(): void {
    this.#startedAt = Date.now()
    const child = utilityProcess.fork(this.#modulePath, [JSON.stringify(this.#start)], {
      serviceName: 'Muster engine',
      stdio: 'inherit',
    })
    this.#child = child
    let failure: string | undefined
    child.on('message', (data: unknown) => {
      const message = toMainSchema.safeParse(data)
      if (!message.success) return
      switch (message.data.kind) {
        case 'ready':
          this.#ready = true
          this.emit('ready')
          break
        case 'failed':
          failure = message.data.message
          break
        case 'busy':
          this.#busyAnswer?.(message.data.runs)
          break
        case 'closed':
          break
        case 'keychain':
          void this.#useKeychain(message.data)
          break
      }
    })
    child.once('exit', (code) => {
      this.#ready = false
      this.#child = undefined
      this.#busyAnswer?.([])
      if (this.#closing) return
      if (failure !== undefined) {
        this.emit('failed', failure)
        return
      }
      this.#restart(code)
    })
  }

  /** A new client: one end goes to the engine, the other is returned for the window. */
  connect(): Electron.MessagePortMain | undefined {
    if (!this.#ready || this.#child === undefined) return undefined
    const { port1, port2 } = new MessageChannelMain()
    this.#post({ kind: 'client' }, [port1])
    return port2
  }

  /** Ids of runs in which something is in flight. */
  busy(): Promise<readonly string[]> {
    if (!this.#ready) return Promise.resolve([])
    return new Promise((resolve) => {
      this.#busyAnswer = (runs) => {
        this.#busyAnswer = undefined
        resolve(runs)
      }
      this.#post({ kind: 'busy' }, [])
    })
  }

  /** Ends the engine in order; kills it when that takes too long. */
  async close(): Promise<void> {
    this.#closing = true
    const child = this.#child
    if (child === undefined) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => child.kill(), CLOSE_MS)
      child.once('exit', () => {
        clearTimeout(timer)
        resolve()
      })
      this.#post({ kind: 'close' }, [])
    })
  }

  #post(message: FromMain, ports: Electron.MessagePortMain[]): void {
    this.#child?.postMessage(message, ports)
  }

  /** The engine asks, the operating system answers; neither names nor values are kept here. */
  async #useKeychain({ id, action, name, value = '' }: KeychainRequest): Promise<void> {
    const done = (answer: { value?: string; problem?: string }): void =>
      this.#post({ kind: 'keychain', id, ...answer }, [])
    try {
      switch (action) {
        case 'unusable': {
          const why = await this.#keychain.unusable()
          return done(why === undefined ? {} : { value: why })
        }
        case 'read': {
          const found = await this.#keychain.read(name)
          return done(found === undefined ? {} : { value: found })
        }
        case 'write':
          await this.#keychain.write(name, value)
          return done({})
        case 'remove':
          await this.#keychain.remove(name)
          return done({})
      }
    } catch (error) {
      return done({ problem: error instanceof Error ? error.message : String(error) })
    }
  }

  #restart(code: number): void {
    if (Date.now() - this.#startedAt > SETTLED_MS) this.#restartMs = FIRST_RESTART_MS
    const wait = this.#restartMs
    this.#restartMs = Math.min(this.#restartMs * 2, LONGEST_RESTART_MS)
    this.emit(
      'lost',
      `Muster's engine stopped unexpectedly (code ${code}). Everything it acknowledged is on disk. It is being restarted; commands that were running will be shown as unknown.`,
    )
    setTimeout(() => {
      if (!this.#closing) this.start()
    }, wait)
  }
}
