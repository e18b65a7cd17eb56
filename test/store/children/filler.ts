/**
 * Fills a disk: `filler FOLDER log|blob`. Appends or writes until the store refuses, then prints what was acknowledged,
 * the refusal, and what a second look finds. Meant to run where little space is allowed.
 */
import { StoreError } from '../../../main/store/errors.ts'
import { openStore } from '../../../main/store/open.ts'
import { clock, crypto, note } from '../support/samples.ts'
import { patternPart } from '../support/pattern.ts'

const [folder = '', what = ''] = process.argv.slice(2)
const store = openStore({ folder, clock, crypto })

function say(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

function refusal(error: unknown): object {
  if (error instanceof StoreError) return { kind: error.kind, message: error.message }
  return { kind: 'other', message: String(error) }
}

if (what === 'log') {
  let acknowledged = 0
  for (let refused = 0; refused < 3;) {
    try {
      acknowledged =
        store.log.append('r1', 'x', [note('y'.repeat(3_000)), note('z')]).at(-1)?.seq ?? 0
    } catch (error) {
      refused++
      say(refusal(error))
    }
  }
  // Reading still works, and nothing of the refused batch is there.
  say({ acknowledged, read: store.log.read('r1', 0, 1_000_000).length })
} else {
  const writer = store.blobs.create('r1', 'step/1#1:stdout')
  let accepted = 0
  for (let refused = 0; refused < 3;) {
    try {
      await writer.write(patternPart(accepted, 100_000))
      accepted += 100_000
    } catch (error) {
      refused++
      say(refusal(error))
    }
  }
  say({ accepted, counted: writer.bytes })
  try {
    say({ finished: await writer.finish() })
  } catch (error) {
    say(refusal(error))
  }
}
store.close()
