/** Appends events and says each one's number once the log has acknowledged it, until it is killed. */
import { flushCompileCache } from 'node:module'
import { writeSync } from 'node:fs'
import { openStore } from '../../../main/store/open.ts'
import { clock, crypto, note, started, summary } from '../support/samples.ts'

// It is killed, and would leave nothing for the next one to start faster with.
flushCompileCache()

const [folder = '', run = 'r1'] = process.argv.slice(2)
const store = openStore({ folder, clock, crypto })
const label = `${process.pid}`
let seq = store.log.read(run, 0, 1_000_000).length
if (seq === 0) seq = store.log.append(run, label, [started('Killed')]).length
for (;;) {
  // One, two or three at a time; the list and the search are written in between, as the engine does.
  const batch = Array.from({ length: 1 + (seq % 3) }, (_, at) => note(`event ${seq + at + 1}`))
  seq = store.log.append(run, label, batch).at(-1)?.seq ?? 0
  // Straight to the pipe: what was acknowledged must be known outside before the process dies.
  writeSync(1, `${seq}\n`)
  store.runs.put(summary(run, { events: seq }))
  store.runs.indexText({ run, where: 'note', text: `event ${seq}` })
}
