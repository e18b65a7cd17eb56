import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Held } from '../../../main/core/evidence/record.ts'
import type { Command } from '../../../main/core/run/commands.ts'
import { signatureChecks } from '../../../main/connections/signatures/checks.ts'
import { recordTools } from '../../../main/exports/bundle/verify.ts'
import { book, fence, type Bench } from '../../engine/support/engine.ts'

/** Real runs, exported as bundles. */

export const tools = recordTools({
  verify: signatureChecks.ed25519,
  ssh: (armoured, message) => {
    const checked = signatureChecks.ssh(armoured, message)
    return 'key' in checked ? checked.key : undefined
  },
})

export const NOTHING: Held = { notes: [], words: [], keys: [] }

/** A command that must be accepted. */
export async function must(bench: Bench, run: string, command: Command): Promise<void> {
  const result = await bench.command(run, command)
  if (!('ok' in result) || !result.ok) throw new Error(JSON.stringify(result))
}

/** What the third block prints. */
export const TAKEN_OUT = 'the customer is called Ines Quillfeather\n'

/** What anybody kept from the middle of a run. */
export interface Kept {
  readonly run: string
  readonly note: string
  readonly words: readonly string[]
  readonly size: number
}

/**
 * Three blocks, a checkpoint in the middle whose words a witness has, an output taken out, and an end. The last checkpoint
 * covers everything.
 */
export async function performRun(
  bench: Bench,
  /** Called when the first block has run. */
  young: (run: string) => Promise<void> = async () => undefined,
): Promise<Kept> {
  const path = bench.write(
    'test.md',
    book(
      fence('bash run', 'echo looked at db-1') +
        fence('bash run', 'echo and again; echo to stderr >&2') +
        // In another form, so that the runbook does not have it.
        fence('bash run', `base64 -d <<< ${Buffer.from(TAKEN_OUT).toString('base64')}`),
    ),
  )
  const run = await bench.start(path)
  await must(bench, run, { type: 'step.begin', step: 'one' })
  const execute = async (block: string): Promise<void> => {
    await must(bench, run, { type: 'block.run', block })
    await bench.settled(run, block)
  }
  await execute('one/1')
  await young(run)
  await must(bench, run, { type: 'note.add', kind: 'note', text: 'It goes on.' })
  const { checkpoint } = await bench.connection.request('runs.checkpoint', { run })
  if (checkpoint === undefined) throw new Error('There is no checkpoint.')
  const { size, head, words, note } = checkpoint
  await must(bench, run, { type: 'checkpoint.witness', size, head, by: 'Ben', how: 'telephone' })
  await execute('one/2')
  await execute('one/3')
  const secret = (await bench.events(run)).find(
    (event) => event.type === 'block.finished' && event.data.block === 'one/3',
  )
  if (secret?.type !== 'block.finished' || secret.data.stdout === undefined)
    throw new Error('Nothing was printed.')
  await must(bench, run, {
    type: 'output.redact',
    event: secret.seq,
    sha256: secret.data.stdout.sha256,
    kind: 'customer',
    reason: 'a customer is named',
  })
  await must(bench, run, { type: 'run.finish', reason: 'enough' })
  return { run, note, words, size }
}

export async function exportBundle(bench: Bench, run: string, name = 'run.zip'): Promise<string> {
  const { path } = await bench.connection.request('exports.write', {
    run,
    format: 'bundle',
    report: 'post-mortem',
    zone: 'UTC',
    path: join(bench.data, name),
    ticket: randomUUID(),
    replace: true,
  })
  return path
}
