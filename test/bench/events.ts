import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { openStore } from '../../main/store/open.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'
import { compare, timed, type Benchmark } from './measure.ts'

/**
 * Durable events, one transaction each: what the log does for one (canonical form, hash chain, schema, read back, its
 * table with triggers) against a bare insert of as many bytes with the same settings of SQLite.
 */

const EVENTS = 1_000
const ROUNDS = 5
const RUN = 'bench'
const NOTE = 'The queue drains again, and support sees no new timeouts at payment since then. '

export const events: Benchmark = {
  name: 'events',
  async run() {
    const folder = temporaryFolder('bench-events')
    const store = openStore({
      folder: join(folder.path, 'data'),
      clock: { wall: () => Date.now(), mono: () => Math.round(performance.now()) },
      crypto: {
        sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
        randomId: () => randomBytes(10).toString('hex'),
      },
    })
    const bare = new Database(join(folder.path, 'bare.db'))
    try {
      bare.pragma('journal_mode = wal')
      bare.pragma('synchronous = full')
      bare.pragma('fullfsync = on')
      bare.pragma('checkpoint_fullfsync = on')
      bare.pragma('journal_size_limit = 67108864')
      bare.exec(
        'create table event (run text not null, seq integer not null, bytes blob not null, hash text not null, unique (run, seq)) strict',
      )
      const insert = bare.prepare('insert into event (run, seq, bytes, hash) values (?, ?, ?, ?)')
      store.log.append(RUN, 'Bench', [{ type: 'note.added', data: { kind: 'note', text: NOTE } }])
      const [first] = store.log.readStored(RUN, 0, 1)
      if (first === undefined) throw new Error('The log did not keep its first event.')
      const { bytes, hash } = first
      let seq = 0
      const perSecond = (milliseconds: number): number => EVENTS / (milliseconds / 1000)
      return {
        comparisons: await compare({
          benchmark: `durable events (${bytes.length} bytes each)`,
          unit: 'events/s',
          better: 'more',
          rounds: ROUNDS,
          subjects: [
            {
              name: 'Muster, store.log.append',
              once: async () =>
                perSecond(
                  await timed(() => {
                    for (let count = 0; count < EVENTS; count++) {
                      store.log.append(RUN, 'Bench', [
                        { type: 'note.added', data: { kind: 'note', text: NOTE } },
                      ])
                    }
                  }),
                ),
            },
          ],
          baselines: [
            {
              name: 'bare better-sqlite3',
              once: async () =>
                perSecond(
                  await timed(() => {
                    for (let count = 0; count < EVENTS; count++) insert.run(RUN, ++seq, bytes, hash)
                  }),
                ),
            },
          ],
        }),
        missing: [],
      }
    } finally {
      bare.close()
      store.close()
      folder.remove()
    }
  },
}
