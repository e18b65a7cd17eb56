import { ContractError } from '../contract/frames.ts'
import type { Push } from '../contract/pushes.ts'
import type { RequestHandlers, RequestParams } from '../contract/requests.ts'
import type { EngineOptions, RequestContext } from './options.ts'
import type { Attachments } from './attachments/attachments.ts'
import { AuditPacks } from './audit.ts'
import { createConnectionHandlers } from './connection-handlers.ts'
import { redactionOf } from './evidence/run-evidence.ts'
import { createEvidenceHandlers } from './evidence/handlers.ts'
import type { Probing } from './probing.ts'
import { Exporting } from './exporting.ts'
import { Playback } from './playback.ts'
import { Reports } from './reports.ts'
import { requireSame, type Library } from './library.ts'
import type { RunSession } from './run-session.ts'
import type { Runs } from './runs.ts'
import { verifyRun } from './verify.ts'

/** Runbooks whose places are remembered. */
const MOST_PLACES = 500

export interface HandlerParts {
  readonly options: EngineOptions
  readonly library: Library
  readonly probing: Probing
  readonly runs: Runs
  readonly attachments: Attachments
  readonly toAll: (push: Push) => void
}

/** The use cases, one per request of the contract. */
export function createHandlers({
  options,
  library,
  probing,
  runs,
  attachments,
  toAll,
}: HandlerParts): RequestHandlers<RequestContext> {
  const { store, clock } = options
  const reports = new Reports(options, runs)
  const exporting = new Exporting({
    reports,
    packs: new AuditPacks(options, runs),
    exports: options.exports,
    push: toAll,
    mono: () => clock.mono(),
  })

  function sessionOfStream(stream: string): RunSession {
    const session = runs.sessionOfStream(stream)
    if (session === undefined) throw new ContractError('stream-closed', 'This terminal has ended.')
    return session
  }

  async function usableKeychain() {
    const keychain = await options.secrets.keychain()
    if ('unusable' in keychain) throw new ContractError('no-keychain', keychain.unusable)
    return keychain
  }

  /** So that the same runbook leads to the same places next time. A disk that refuses this refuses nothing else. */
  function rememberPlaces(
    path: string,
    { environment, connections = {} }: RequestParams<'runs.start'>,
  ): void {
    const { places } = store.settings.get()
    const before = places[path]
    const chosen = { ...before?.chosen, [environment ?? '']: connections }
    const kept = Object.entries(places)
      .filter(([known]) => known !== path)
      .slice(-MOST_PLACES)
    const now = { chosen, ...(environment !== undefined && { environment }) }
    try {
      store.settings.set({ places: { ...Object.fromEntries(kept), [path]: now } })
      toAll({ push: 'settings.changed', data: {} })
    } catch {
      return
    }
  }

  return {
    ...createConnectionHandlers({
      connections: options.connections,
      probing,
      library,
      requireWritable: () => runs.requireWritable(),
      toAll,
    }),
    ...createEvidenceHandlers(options, runs, attachments),
    ...attachments.handlers,
    ...new Playback(runs, store).handlers,
    'prompts.list': () => options.prompts.list(),
    'prompts.waits': () => options.prompts.listWaits(),
    'prompts.answer': ({ prompt, answer }) => {
      options.prompts.answer(prompt, answer)
      return {}
    },
    'keychain.state': async () => {
      const keychain = await options.secrets.keychain()
      return 'unusable' in keychain ? { unusable: keychain.unusable } : {}
    },
    'keychain.store': async ({ name, value }) => {
      await (await usableKeychain()).store(name, value)
      return {}
    },
    'keychain.remove': async ({ name }) => {
      await (await usableKeychain()).remove(name)
      return {}
    },
    'session.info': () => ({
      version: options.version,
      host: options.host,
      device: store.device,
      data: options.data,
      ...(store.readOnly !== undefined && { readOnly: store.readOnly }),
      user: store.settings.get().name || options.user,
      hostname: options.hostname,
      platform: options.platform,
      now: clock.wall(),
    }),
    'settings.get': () => store.settings.get(),
    'settings.set': (change) => {
      runs.requireWritable()
      const settings = store.settings.set(change)
      toAll({ push: 'settings.changed', data: {} })
      if (change.folders) toAll({ push: 'library.changed', data: {} })
      return settings
    },

    'library.list': () => library.list(),
    'library.read': async ({ path }) => {
      const file = await library.load(path)
      return {
        path: file.path,
        source: file.source,
        sha256: file.sha256,
        trust: store.trust.get(file.path, file.sha256),
      }
    },
    'library.add': async ({ path }) => {
      runs.requireWritable()
      const entry = await library.add(path)
      toAll({ push: 'library.changed', data: {} })
      return entry
    },
    'library.trust': async ({ path, sha256 }) => {
      runs.requireWritable()
      const file = await library.load(path)
      requireSame(file.sha256, sha256, path)
      store.trust.trust(file.path, sha256)
      toAll({ push: 'library.changed', data: {} })
      return {}
    },

    'runs.list': ({ limit, before }) => runs.list(limit, before),
    'runs.search': ({ query, limit }) => [...store.runs.search(query, limit)],
    'runs.start': async (params) => {
      runs.requireWritable()
      const file = await library.load(params.path)
      requireSame(file.sha256, params.sha256, params.path)
      const errors = file.parsed.diagnostics.filter(({ severity }) => severity === 'error')
      const [first] = errors
      if (first !== undefined) {
        const { line, column } = first.range.start
        throw new ContractError(
          'invalid',
          `The runbook has ${errors.length} error${errors.length === 1 ? '' : 's'} and cannot be started. First, at ${line}:${column}: ${first.message}`,
        )
      }
      if (params.mode === 'drill') {
        throw new ContractError(
          'no-sandbox',
          'Drills need the sandbox, which this version of Muster does not have yet. A walkthrough goes through the same steps and executes nothing.',
        )
      }
      // Nothing executes in a walkthrough, so there is nothing to trust.
      if (params.mode === 'live' && store.trust.get(file.path, file.sha256) !== 'trusted') {
        if (!params.acceptContent) {
          throw new ContractError(
            'not-trusted',
            'This file is new or has changed since it was trusted. Look at what it would execute and accept it first.',
          )
        }
        store.trust.trust(file.path, file.sha256)
        toAll({ push: 'library.changed', data: {} })
      }
      const run = runs.start(file, params)
      rememberPlaces(file.path, params)
      return { run }
    },
    'runs.open': ({ run, resume }) => runs.open(run, resume ?? false),
    'runs.secrets': ({ run, values }) => {
      runs.session(run).provideSecrets(values)
      return {}
    },
    'runs.events': ({ run, after, limit }) => {
      runs.summary(run)
      return [...store.log.read(run, after, limit)]
    },
    'runs.follow': ({ run, follow }, context) => {
      if (follow) runs.summary(run)
      context.follow(run, follow)
      return {}
    },
    'runs.command': ({ run, actor, command }) => runs.command(run, actor, command),
    'runs.output': async ({ run, sha256, offset, length }) => {
      const total = store.blobs.size(run, sha256)
      if (total === undefined) {
        throw new ContractError(
          'no-output',
          redactionOf(runs.state(run), sha256) ?? 'This output is not on the disk any more.',
        )
      }
      const bytes = await store.blobs.read(
        run,
        sha256,
        offset,
        Math.min(length, Math.max(0, total - offset)),
      )
      return { base64: Buffer.from(bytes).toString('base64'), total }
    },
    'runs.verify': ({ run }) => {
      runs.summary(run)
      return verifyRun(run, store, options.crypto, options.signatures)
    },

    'reports.get': ({ run, report, verify }) => reports.get(run, report, verify ?? false),
    'exports.write': (params) => exporting.write(params),
    'audit.get': (params) => exporting.pack(params),
    'audit.write': (params) => exporting.writePack(params),
    'exports.cancel': ({ ticket }) => {
      exporting.cancel(ticket)
      return {}
    },

    'terminal.open': ({ run, actor, ...where }) => ({
      stream: runs.session(run).openTerminal(actor, where).description.stream,
    }),
    'terminal.input': ({ stream, base64 }) => {
      sessionOfStream(stream).write(stream, Buffer.from(base64, 'base64'))
      return {}
    },
    'terminal.resize': ({ stream, columns, rows }) => {
      sessionOfStream(stream).resize(stream, columns, rows)
      return {}
    },
    'terminal.close': ({ stream }) => {
      runs.sessionOfStream(stream)?.closeTerminal(stream)
      return {}
    },
    'stream.acknowledge': ({ stream, bytes }, { client }) => {
      const session = runs.sessionOfStream(stream)
      session?.streams
        .find(({ description }) => description.stream === stream)
        ?.acknowledge(client, bytes)
      return {}
    },
  }
}
