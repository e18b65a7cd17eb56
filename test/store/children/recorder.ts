/** Records outputs and refers to each in an event, as the engine does, saying what was acknowledged, until it is killed. */
import { flushCompileCache } from 'node:module'
import { writeSync } from 'node:fs'
import { openStore } from '../../../main/store/open.ts'
import { patternPart } from '../support/pattern.ts'
import { clock, crypto, started } from '../support/samples.ts'

// It is killed, and would leave nothing for the next one to start faster with.
flushCompileCache()

const [folder = ''] = process.argv.slice(2)
const store = openStore({ folder, clock, crypto })
if (store.log.read('r1', 0, 1).length === 0) store.log.append('r1', 'x', [started('Killed')])
writeSync(1, 'ready\n')
for (let number = 0; ; number++) {
  const writer = store.blobs.create('r1', `${process.pid}-${number}`)
  for (let piece = 0; piece < number % 7; piece++) await writer.write(patternPart(piece, 30_000))
  await writer.write(Buffer.from(`${process.pid}-${number}`))
  const stdout = await writer.finish()
  writeSync(1, `blob ${stdout.sha256}\n`)
  const source = store.blobs.put('r1', Buffer.from(`source ${number}`))
  writeSync(1, `blob ${source.sha256}\n`)
  store.log.append('r1', 'x', [
    {
      type: 'terminal.closed',
      data: {
        terminal: `t${number}`,
        target: 'laptop',
        outcome: { kind: 'exited', code: 0 },
        stdout,
        durationMs: 0,
      },
    },
  ])
  writeSync(1, `event ${stdout.sha256}\n`)
}
