import { parseCheckpoint } from '../../core/evidence/checkpoint.ts'
import { formatKey, parseKey, parseNote } from '../../core/evidence/signed-note.ts'
import { wordsOf } from '../../core/evidence/words.ts'
import { deleted, deletedRuns } from './deletion.ts'
import { compareHeld, heldOf } from './comparing.ts'
import { countersigned } from './countersigning.ts'
import { ContractError } from '../../contract/frames.ts'
import type { CheckpointView, DeviceView } from '../../contract/evidence.ts'
import type { RequestHandlers } from '../../contract/requests.ts'
import type { Attachments } from '../attachments/attachments.ts'
import type { EngineOptions, RequestContext } from '../options.ts'
import type { Bundles, StoredCheckpoint } from '../ports.ts'
import type { Runs } from '../runs.ts'

type EvidenceHandlers = Pick<
  RequestHandlers<RequestContext>,
  | 'bundles.forget'
  | 'bundles.receive'
  | 'bundles.verify'
  | 'runs.checkpoint'
  | 'runs.compare'
  | 'runs.checkpoints'
  | 'runs.countersign'
  | 'runs.delete'
  | 'runs.deleted'
  | 'runs.timestamp'
  | 'device.countersign'
  | 'device.get'
  | 'device.replace-key'
>

const UNSIGNED = 'Nothing is signed here: this program has no key.'

/** Use cases about checkpoints and the key of the device. */
export function createEvidenceHandlers(
  options: EngineOptions,
  runs: Runs,
  attachments: Attachments,
): EvidenceHandlers {
  const { store, crypto, deviceKeys } = options
  const hash = (bytes: Uint8Array): Uint8Array => Buffer.from(crypto.sha256(bytes), 'hex')

  function device(): DeviceView {
    const signer = deviceKeys?.signer()
    const current = signer && formatKey(signer.key, hash)
    return {
      device: store.device,
      notice: deviceKeys?.notice() ?? UNSIGNED,
      keys: store.deviceKeys.list().flatMap(({ line, keeper, madeAt, retiredAt }) => {
        const key = parseKey(line, hash)
        if (key === undefined) return []
        const fingerprint = crypto.sha256(key.key)
        return {
          line,
          fingerprint,
          words: [...wordsOf(fingerprint)],
          keeper,
          madeAt,
          ...(retiredAt !== undefined && { retiredAt }),
          current: line === current,
        }
      }),
    }
  }

  function requireBundles(): Bundles {
    if (options.bundles !== undefined) return options.bundles
    throw new ContractError('no-bundles', 'This program cannot check bundles.')
  }

  return {
    'bundles.verify': async ({ bundle, ...given }) =>
      await requireBundles().verify(bundle, heldOf(given, hash)),
    'bundles.receive': async ({ upload, offset, base64 }) => ({
      bytes: await requireBundles().receive(upload, offset, Buffer.from(base64, 'base64')),
    }),
    'bundles.forget': async ({ upload }) => {
      await requireBundles().forget(upload)
      return {}
    },
    'runs.checkpoint': async ({ run }) => {
      runs.summary(run)
      await deviceKeys?.ready
      const checkpoint = runs.evidence.checkpoint(run)
      const view = checkpoint && viewOf(checkpoint)
      return {
        ...(view !== undefined && { checkpoint: view }),
        notice: deviceKeys?.notice() ?? UNSIGNED,
      }
    },
    'runs.compare': async (params) => {
      runs.summary(params.run)
      return await compareHeld(params, options)
    },
    'runs.checkpoints': ({ run, newest }) => {
      runs.summary(run)
      const wanted =
        newest === true
          ? [store.checkpoints.last(run)?.checkpoint].filter((last) => last !== undefined)
          : store.checkpoints.list(run)
      return wanted.flatMap((checkpoint) => viewOf(checkpoint) ?? [])
    },
    'runs.delete': async ({ run, actor, reason }) => {
      runs.requireWritable()
      await deviceKeys?.ready
      await attachments.forgetRun(run)
      return runs.delete(run, (summary) => deleted({ summary, by: actor, reason }, options, hash))
    },
    'runs.deleted': () => deletedRuns(options, hash),
    'runs.countersign': ({ run, actor, kind, signature, key }) => {
      runs.summary(run)
      runs.requireWritable()
      return runs.evidence.countersign(run, actor, { kind, signature, key })
    },
    'runs.timestamp': async ({ run, actor }) => {
      runs.summary(run)
      runs.requireWritable()
      return await runs.evidence.timestamp(run, actor)
    },
    'device.countersign': async ({ note }) => {
      await deviceKeys?.ready
      const signer = deviceKeys?.signer()
      if (signer === undefined) throw new ContractError('no-key', deviceKeys?.notice() ?? UNSIGNED)
      return countersigned(note, signer, hash)
    },
    'device.get': async () => {
      await deviceKeys?.ready
      return device()
    },
    'device.replace-key': async () => {
      runs.requireWritable()
      if (deviceKeys === undefined) throw new ContractError('no-key', UNSIGNED)
      await deviceKeys.ready
      try {
        await deviceKeys.replace()
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        throw new ContractError('no-key', `The key was not replaced: ${why}`)
      }
      return device()
    },
  }
}

/** Undefined for a note that cannot be read: verifying the run says so. */
function viewOf({ size, why, note }: StoredCheckpoint): CheckpointView | undefined {
  const said = parseCheckpoint(parseNote(note)?.text ?? '')
  if (said === undefined || said.size !== size) return undefined
  const { head, wall } = said
  return { size, head, words: [...wordsOf(head)], why, wall, note }
}
