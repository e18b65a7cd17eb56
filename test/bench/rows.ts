import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compose } from '../../main/hosts/compose.ts'
import { startPostgres } from '../harness/postgres.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'
import { compare, timed, type Benchmark } from './measure.ts'
import { ensureProgram, finish } from './programs.ts'

/** A query of a million rows, through the whole engine into the record, against psql into a file, without caps for either. */

const ROWS = 1_000_000
const ROUNDS = 5
const QUERY = 'select * from customers'

const RUNBOOK = `---
runbook: 1
title: Rows
kind: maintenance
targets: { db: { postgres: customers } }
---
# Rows

## Read
### Read all
\`\`\`yaml step
id: read
on: db
risk: safe
\`\`\`
\`\`\`sql run
${QUERY}
\`\`\`
- [ ] Never confirmed, so that the step stays open
`

const TABLE = `
create table customers as
  select i as id, 'customer ' || i as name, timestamptz '2026-01-01' + i * interval '1 second' as at, i * 1.25 as amount
  from generate_series(1, ${ROWS}) i;
grant select on customers to trusted;
analyze customers`

export const rows: Benchmark = {
  name: 'rows',
  async run() {
    const here = ensureProgram('psql', 'postgresql-client')
    if (here !== true) return { comparisons: [], missing: [`psql: ${here}`] }
    const folder = temporaryFolder('bench-rows')
    const server = await startPostgres({ tls: false })
    const data = join(folder.path, 'data')
    mkdirSync(data)
    const path = join(folder.path, 'rows.md')
    writeFileSync(path, RUNBOOK)
    writeFileSync(
      join(data, 'connections.yaml'),
      `connections: 1
environments:
  staging:
    profiles:
      customers:
        postgres: postgres://trusted@127.0.0.1:${server.port}/orders
        sslmode: disable
        max-rows: ${ROWS + 1}
        max-bytes: 1000000000
`,
    )
    let ended: (result: { readonly rows: number; readonly bytes: number }) => void = () => undefined
    const muster = compose({ data, host: 'cli', version: '0.0.0', folders: [] })
    const connection = muster.engine.connect({
      push(push) {
        if (push.push !== 'run.events') return
        for (const { type, data: event } of push.data.events) {
          if (type !== 'block.finished') continue
          ended({ rows: event.sql?.results[0]?.rows ?? 0, bytes: event.stdout?.bytes ?? 0 })
        }
      },
    })
    try {
      await server.admin(TABLE)
      await connection.request('library.add', { path })
      const { sha256 } = await connection.request('library.read', { path })
      const { run } = await connection.request('runs.start', {
        path,
        sha256,
        mode: 'live',
        inputs: {},
        commander: 'Bench',
        environment: 'staging',
        acceptContent: true,
      })
      await connection.request('runs.follow', { run, follow: true })
      const perform = async (
        command: Parameters<typeof connection.request<'runs.command'>>[1]['command'],
      ): Promise<void> => {
        const result = await connection.request('runs.command', { run, actor: 'Bench', command })
        if (!result.ok) throw new Error(result.message)
      }
      await perform({ type: 'step.begin', step: 'read' })
      const file = join(folder.path, 'rows.txt')
      const connect = `host=127.0.0.1 port=${server.port} user=trusted dbname=orders sslmode=disable`
      return {
        comparisons: await compare({
          benchmark: 'a query of 1,000,000 rows',
          unit: 'ms',
          better: 'less',
          rounds: ROUNDS,
          subjects: [
            {
              name: 'Muster, a block',
              once: () =>
                timed(async () => {
                  const done = new Promise<{ readonly rows: number }>((resolve) => {
                    ended = resolve
                  })
                  await perform({
                    type: 'block.run',
                    block: 'read/1',
                    reason: 'another round',
                  })
                  const { rows: got } = await done
                  if (got !== ROWS) throw new Error(`Only ${got} of ${ROWS} rows were recorded.`)
                }),
            },
          ],
          baselines: [
            {
              name: 'psql -A -o FILE',
              once: async () => {
                const took = await timed(() =>
                  finish('psql', ['-X', '-A', '-F', '\t', '-o', file, '-c', QUERY, connect]),
                )
                if (statSync(file).size < ROWS * 20) throw new Error('psql wrote too little.')
                return took
              },
            },
          ],
        }),
        missing: [],
      }
    } finally {
      connection.close()
      await muster.close()
      await server.stop()
      folder.remove()
    }
  },
}
