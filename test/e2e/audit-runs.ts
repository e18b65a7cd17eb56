import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Command } from '../../main/core/run/commands.ts'
import { until } from '../harness/until.ts'
import type { Window } from './run-support.ts'

/** Runs as a quarter has them: each ended in another way, and something was done to their records afterwards. */

export const AUDIT_BOOK = `---
runbook: 1
title: "Orders: fail over to the replica"
kind: failover
system: orders
objectives: { rto: 15m, rpo: 1m }
roles: [commander, operator]
targets: { laptop: local }
---
# Orders: fail over to the replica

## Look

### Look at the replica

\`\`\`bash run on=laptop
echo "replication lag 0.4 s"; test ! -f "$FAIL"
\`\`\`

## Promote

### Promote the replica

\`\`\`yaml step
id: promote
on: laptop
risk: destructive
approve: { role: commander }
\`\`\`

\`\`\`bash run
echo promoted
\`\`\`
`

const FAILING = AUDIT_BOOK.replace('test ! -f "$FAIL"', 'exit 3').replace(
  'title: "Orders',
  'title: "Ledger',
)

export interface AuditRuns {
  readonly good: string
  readonly failed: string
  readonly aborted: string
  readonly deleted: string
  readonly redacted: string
  readonly open: string
}

/** Sends commands as Ann, and waits until no block is in flight. */
export async function sendAll(
  window: Window,
  run: string,
  commands: readonly Command[],
): Promise<void> {
  for (const command of commands) {
    const result = await window.request('runs.command', { run, actor: 'Ann', command })
    if (!result.ok) throw new Error(`${command.type}: ${result.message}`)
    await until(`${command.type} has its result`, async () => {
      const events = await window.events(run)
      const number = (type: string): number => events.filter((event) => event.type === type).length
      return number('block.started') === number('block.finished')
    })
  }
}

const LOOK: readonly Command[] = [
  { type: 'step.begin', step: 'look-at-the-replica' },
  { type: 'block.run', block: 'look-at-the-replica/1' },
]
const PROMOTE: readonly Command[] = [
  { type: 'step.begin', step: 'promote' },
  { type: 'approval.grant', block: 'promote/1', by: 'Ann' },
  { type: 'block.run', block: 'promote/1' },
]

export async function makeAuditRuns(window: Window): Promise<AuditRuns> {
  const begin = async (source = AUDIT_BOOK): Promise<string> =>
    (await window.start(source, { severity: 'SEV2' })).run

  const good = await begin()
  await sendAll(window, good, [...LOOK, ...PROMOTE, { type: 'run.finish' }])

  const failed = await begin(FAILING)
  await sendAll(window, failed, [
    ...LOOK,
    { type: 'step.begin', step: 'promote', reason: 'The lag is known to be low.' },
    {
      type: 'approval.refuse',
      block: 'promote/1',
      by: 'Ben Okafor',
      reason: 'Not before the lag is seen with own eyes.',
    },
    { type: 'step.skip', step: 'promote', reason: 'The primary came back by itself.' },
    { type: 'run.finish', reason: 'Nothing is left to do.' },
  ])

  const aborted = await begin()
  await sendAll(window, aborted, [
    ...LOOK,
    { type: 'run.abort', reason: 'A false alarm of the probe.' },
  ])

  const deleted = await begin()
  await sendAll(window, deleted, [{ type: 'run.abort', reason: 'Started by mistake.' }])
  await window.request('runs.delete', { run: deleted, actor: 'Ann', reason: 'It was a mistake.' })

  const redacted = await begin()
  await sendAll(window, redacted, [...LOOK, ...PROMOTE, { type: 'run.finish' }])
  const output = (await window.events(redacted)).find(({ type }) => type === 'block.finished')
  if (output?.type !== 'block.finished' || output.data.stdout === undefined)
    throw new Error('There is no output to take out.')
  await sendAll(window, redacted, [
    {
      type: 'output.redact',
      event: output.seq,
      sha256: output.data.stdout.sha256,
      kind: 'personal',
      reason: 'It showed the name of a customer.',
    },
  ])

  const open = await begin()
  await sendAll(window, open, LOOK)
  return { good, failed, aborted, deleted, redacted, open }
}

/** Changes a record as somebody with an editor would, while no Muster runs, and opens the window again. */
export async function tamper(window: Window, sql: string): Promise<void> {
  const { data } = await window.request('session.info', {})
  await window.kill()
  const database = new Database(join(data, 'muster.db'))
  database.exec('drop trigger if exists event_no_update; drop trigger if exists event_no_delete')
  database.exec(sql)
  database.close()
  await window.killAndRestart()
  await window.page.getByRole('main').waitFor()
}
