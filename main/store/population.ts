import type { PopulationSource } from '../engine/ports.ts'
import { reading, type Access } from './access.ts'

/** All runs, from the log itself: the list of runs may be lost or be changed, and must not decide what an auditor sees. */
export function createPopulation(access: Access): PopulationSource {
  const { database } = access
  const begun = database.prepare<[], { run: string; wall: unknown }>(
    `select run, case when json_valid(line) then json_extract(line, '$.wall') end as wall
     from (select run, cast(bytes as text) as line from event where seq = 1) order by run`,
  )
  const traces = database
    .prepare<[], string>(
      `select distinct run from (
         select run from run union all select run from checkpoint union all select run from blob
         union all select run from event
       ) as known
       where not exists (select 1 from event where event.run = known.run and seq = 1)
         and not exists (select 1 from tombstone where tombstone.run = known.run)
       order by run`,
    )
    .pluck()
  return {
    begun: () =>
      reading(access, 'The runs could not be counted', () => begun.all()).map(({ run, wall }) => ({
        run,
        ...(typeof wall === 'number' && Number.isSafeInteger(wall) && { at: wall }),
      })),
    traces: () => reading(access, 'The runs could not be counted', () => traces.all()),
  }
}
