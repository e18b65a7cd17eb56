import type { RecordFindings } from '../../core/evidence/findings.ts'
import { parseKey } from '../../core/evidence/signed-note.ts'
import type { Held, RecordTools } from '../../core/evidence/record.ts'
import { RecordVerifier } from '../../core/evidence/verify.ts'
import { readWords } from '../../core/evidence/words.ts'
import { ContractError } from '../../contract/frames.ts'
import type { RequestParams } from '../../contract/requests.ts'
import type { EngineOptions } from '../options.ts'
import { recordTools } from './record-tools.ts'

const PAGE = 2_000

/** What a person typed or handed over, read. Throws in words. */
export function heldOf(
  { notes = [], words = [], keys = [] }: Omit<RequestParams<'runs.compare'>, 'run'>,
  hash: RecordTools['hash'],
): Held {
  return {
    notes,
    words: words.map((spoken) => {
      const read = readWords(spoken)
      if (read === undefined)
        throw new ContractError('no-words', `“${spoken}” are not eight words of the list.`)
      return read
    }),
    keys: keys.map((line) => {
      if (parseKey(line.trim(), hash) === undefined)
        throw new ContractError(
          'no-key',
          'This is not the line of a public key, as “muster device” prints it.',
        )
      return line.trim()
    }),
  }
}

/** Compares the stored lines of a run with what somebody kept; outputs are not looked at. */
export async function compareHeld(
  { run, ...given }: RequestParams<'runs.compare'>,
  { store, crypto, signatures }: EngineOptions,
): Promise<RecordFindings> {
  if (signatures === undefined)
    throw new ContractError('no-signatures', 'This program cannot check signatures.')
  const tools = recordTools(crypto, signatures)
  const record = new RecordVerifier(
    {
      checkpoints: store.checkpoints.list(run),
      keys: store.deviceKeys.list(),
      held: heldOf(given, tools.hash),
    },
    tools,
  )
  for (let after = 0; ;) {
    const page = store.log.readStored(run, after, PAGE)
    for (const { bytes } of page) record.add(bytes)
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return record.report()
    after = last.seq
    await new Promise((resolve) => setImmediate(resolve))
  }
}
