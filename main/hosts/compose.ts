import { createHash, randomBytes } from 'node:crypto'
import { hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import { createSecrets, type Keychain } from '../connections/secrets/secrets.ts'
import { signatureChecks } from '../connections/signatures/checks.ts'
import { createTimestampService } from '../connections/signatures/timestamp-service.ts'
import { createTransports, createTunnels } from '../connections/ssh/pool.ts'
import { createConnections } from '../connections/profiles/connections-file.ts'
import { createEngine, type Engine } from '../engine/engine.ts'
import type { Clock, Crypto } from '../engine/ports.ts'
import { Prompts } from '../engine/prompts.ts'
import { createBundles } from '../exports/bundle/checks.ts'
import { createExports } from '../exports/exports.ts'
import { createBrowserPrinter } from '../exports/pdf/browser-printer.ts'
import type { Printer } from '../exports/pdf/printer.ts'
import { createHttpExecutor } from '../executors/http/executor.ts'
import { createMissingExecutor } from '../executors/missing.ts'
import { createPostgresExecutor } from '../executors/postgres/executor.ts'
import { createRedisExecutor } from '../executors/redis/executor.ts'
import { createShellExecutor } from '../executors/shell/executor.ts'
import { createSshExecutor } from '../executors/ssh/executor.ts'
import { createDeviceKeys } from './device-keys.ts'
import { openStore } from '../store/open.ts'

/** The only place where things are wired together. */

export interface Muster {
  readonly engine: Engine
  /** Why nothing can be written, when another Muster has the data folder. */
  readonly readOnly: string | undefined
  /** Ends what runs in order, then closes the store. */
  close(): Promise<void>
}

export interface ComposeOptions {
  /** The data folder; it is made when it does not exist. */
  readonly data: string
  readonly host: 'electron' | 'web' | 'cli'
  readonly version: string
  /** Library folders that come with the program, absolute. */
  readonly folders: readonly string[]
  /** The operating system's, where the host can open it. */
  readonly keychain?: Keychain
  /** Prints a report; undefined: a browser that is on this computer. */
  readonly printer?: Printer
}

const clock: Clock = { wall: () => Date.now(), mono: () => Math.round(performance.now()) }

const crypto: Crypto = {
  sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
  randomId: () => randomBytes(10).toString('hex'),
}

function userName(): string {
  // Without an entry in the password database there is no name, which is no reason not to start.
  try {
    return userInfo().username
  } catch {
    return ''
  }
}

/** Opens the data folder and makes an engine on it. Throws an error in words when the folder cannot be used. */
export function compose(options: ComposeOptions): Muster {
  const store = openStore({ folder: options.data, clock, crypto, readOnlyIfLocked: true })
  const connections = createConnections(options.data)
  const prompts = new Prompts()
  const secrets = createSecrets(prompts, options.keychain)
  const transports = createTransports({ secrets, prompter: prompts })
  const tunnels = createTunnels(transports)
  const timestampService = process.env['MUSTER_TIMESTAMP_SERVICE']
  const deviceKeys = createDeviceKeys({
    store,
    data: options.data,
    clock,
    keychain: options.keychain,
  })
  const bundles = createBundles(signatureChecks)
  const engine = createEngine({
    bundles,
    store,
    deviceKeys,
    signatures: signatureChecks,
    ...(timestampService !== undefined &&
      timestampService !== '' && { timestamps: createTimestampService(timestampService) }),
    executors: [
      createShellExecutor(),
      createSshExecutor(transports),
      createHttpExecutor({ connections, secrets, tunnels, learn: (value) => secrets.learn(value) }),
      createPostgresExecutor({
        connections,
        secrets,
        tunnels,
        learn: (value) => secrets.learn(value),
      }),
      createRedisExecutor({ connections, secrets, tunnels }),
      createMissingExecutor(),
    ],
    connections,
    transports,
    prompts,
    secrets,
    exports: createExports(
      join(options.data, 'exports'),
      options.printer ?? createBrowserPrinter(process.env),
    ),
    clock,
    crypto,
    version: options.version,
    host: options.host,
    data: options.data,
    user: userName(),
    hostname: hostname(),
    platform: process.platform,
    folders: options.folders,
  })
  return {
    engine,
    readOnly: store.readOnly,
    async close() {
      await engine.close()
      await bundles.close()
      store.close()
    },
  }
}
